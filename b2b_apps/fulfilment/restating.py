"""A step that was told wrongly is told anew: the only way back, and only before goods leave."""

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.services import order_status_follow, order_status_of, shipment_locked
from b2b_apps.inventory.services import order_holds_term

Status = Shipment.Status
OPEN = [Status.PLANNED, Status.CONFIRMED, Status.PICKING]
STAMPS = {Status.CONFIRMED: "confirmed_at", Status.PICKING: "picking_at"}


@transaction.atomic
def shipment_restate(*, shipment_id: int, status: str) -> bool:
    """Set how far an open shipment is, forward or back; return whether anything changed.

    For a status of 1C that was understood wrongly. Neither stock nor credit moves between these
    steps; the order's status follows both ways, and a step back is told to nobody. Locks the order
    and the shipment.
    """
    shipment = shipment_locked(shipment_id)
    wanted = Status(status)
    if shipment.status == wanted or shipment.status not in OPEN or wanted not in OPEN:
        return False
    is_back = OPEN.index(wanted) < OPEN.index(Status(shipment.status))
    shipment.status = wanted
    for step, stamp in STAMPS.items():
        if OPEN.index(step) > OPEN.index(wanted):
            setattr(shipment, stamp, None)
        elif step == wanted and getattr(shipment, stamp) is None:
            setattr(shipment, stamp, timezone.now())
    shipment.save(update_fields=["status", *STAMPS.values()])
    if is_back:
        _order_back(shipment.order_id)
    else:
        order_status_follow(order_id=shipment.order_id)
    return True


def _order_back(order_id: int) -> None:
    order = apps.get_model("order", "Order").objects.get(pk=order_id)
    found = Shipment.objects.filter(order_id=order_id).values_list("status", flat=True)
    was, status = order.status, order_status_of(list(found))
    if status == was or was not in {"confirmed", "picking"}:
        return
    order.status = status
    order.save(update_fields=["status"])
    order.status_changes.create(old_status=was, new_status=status)
    order_holds_term(order_id=order_id)
