"""Steps of a shipment as 1C reports them; an order's status follows from its shipments.

Steps only go forward: a late or repeated message changes nothing. Callers outside a request set
their own scope. Locked in this order: order, shipments, stock records, credit accounts, hours of
delivery.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import DecimalField, F, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from b2b_apps.contracts.credit import Left, credit_cancelled, credit_shipped
from b2b_apps.core.money import round_sum
from b2b_apps.core.outbox import outbox_put
from b2b_apps.delivery.services import windows_release
from b2b_apps.fulfilment.asking import requests_follow
from b2b_apps.fulfilment.models import Shipment, ShippedPart, StatusLook
from b2b_apps.fulfilment.owed import order_sums_follow
from b2b_apps.fulfilment.statuses import own_look, worn_by
from b2b_apps.inventory.services import (
    holds_mirror,
    holds_release,
    order_holds_paid,
    order_holds_term,
    order_stock_lock,
    promises_ship,
)
from b2b_apps.notifications.kinds import Kind
from b2b_apps.notifications.services import order_notify

ZERO = Decimal("0.00")
Status = Shipment.Status
# What a buyer is told when his order comes to a status.
TOLD = {
    "confirmed": Kind.CONFIRMED,
    "shipping": Kind.PARTLY,
    "completed": Kind.SHIPPED,
    "cancelled": Kind.CANCELLED,
}
# An order comes to less by now than it did: budgets follow it by the outbox.
CAME_DOWN = "order_came_down"
STEPS = [Status.PLANNED, Status.CONFIRMED, Status.PICKING, Status.PARTLY, Status.SHIPPED]


@transaction.atomic
def shipment_number(*, shipment_id: int, order_number_1c: str) -> bool:
    """Note the number of 1C's document; return whether anything changed."""
    shipment = shipment_locked(shipment_id)
    number = order_number_1c[:32]
    if not number or shipment.order_number_1c == number:
        return False
    shipment.order_number_1c = number
    shipment.save(update_fields=["order_number_1c"])
    return True


@transaction.atomic
def shipment_confirm(*, shipment_id: int) -> bool:
    """Note that the supplier accepted the shipment; return whether anything changed."""
    return _advance(shipment_locked(shipment_id), Status.CONFIRMED, "confirmed_at", timezone.now())


@transaction.atomic
def shipment_pick(*, shipment_id: int) -> bool:
    """Note that the warehouse is picking; return whether anything changed."""
    return _advance(shipment_locked(shipment_id), Status.PICKING, "picking_at", timezone.now())


@transaction.atomic
def shipment_ship(
    *,
    shipment_id: int,
    shipped_at: datetime | None = None,
    waybill_number_1c: str = "",
    owed_at: datetime | None = None,
) -> bool:
    """Note that the goods left; return whether anything changed.

    The holds of stock stay until 1C's next stock, which already leaves these goods out; what was
    held of credit becomes debt; nothing is awaited any more. ``owed_at`` is when 1C's own figure of
    debt has it, None if 1C does not say. Of a shipment that has left in part (``partly.py``) a new
    waybill says that the rest has left too; without one 1C has closed it: the rest will not.
    """
    shipment = shipment_locked(shipment_id)
    is_changed = False
    is_partly = shipment.status == Status.PARTLY
    if is_partly and _is_known(shipment, waybill_number_1c):
        return False
    if is_partly and not waybill_number_1c:
        return shipments_cancel(shipment_ids=[shipment_id])
    before = shipment_left(shipment, _lines(shipment)) if is_partly else ZERO
    if waybill_number_1c and shipment.waybill_number_1c != waybill_number_1c[:32]:
        shipment.waybill_number_1c = waybill_number_1c[:32]
        shipment.save(update_fields=["waybill_number_1c"])
        is_changed = True
    if not _advance(shipment, Status.SHIPPED, "shipped_at", shipped_at or timezone.now()):
        return is_changed
    _lines(shipment).update(quantity_shipped=F("quantity"))
    requests_follow(order_id=shipment.order_id)
    ids = list(_lines(shipment).values_list("pk", flat=True))
    promises_ship(order_line_ids=ids)
    holds_mirror(order_line_ids=ids)
    credit_shipped(
        order_id=shipment.order_id,
        shipment_id=shipment.pk,
        amounts=shipment_amounts(order_id=shipment.order_id),
        at=owed_at,
        left=Left(before) if is_partly else None,
    )
    return True


def _is_known(shipment: Shipment, waybill: str) -> bool:
    """Whether a waybill is one that has told what it took."""
    parts = ShippedPart.objects.filter(order_line__shipment=shipment, waybill=waybill[:32])
    return bool(waybill) and parts.exists()


def shipment_left(shipment: Shipment, lines: Iterable[Any]) -> Decimal:
    """What has left of a shipment costs with VAT: of its lines the share of what they cost, its
    delivery whole as soon as anything has left. One query.
    """
    gone = [line for line in lines if line.quantity_shipped]
    shares = (round_sum(x.line_price_incl_tax * x.quantity_shipped / x.quantity) for x in gone)
    carriage = getattr(shipment, "delivery", None) if gone else None
    return sum(shares, carriage.price_incl_tax if carriage else ZERO)


@transaction.atomic
def shipment_cancel(*, shipment_id: int) -> bool:
    """Cancel a shipment that did not leave, and let its stock and credit go. One that has left in
    part is closed: the rest of it will not.
    """
    return shipments_cancel(shipment_ids=[shipment_id])


@transaction.atomic
def shipments_cancel(*, shipment_ids: Sequence[int], is_told: bool = False) -> bool:
    """Cancel those of one order's shipments that did not leave; return whether anything changed.
    ``is_told``: another letter says so to the buyer, or he did it himself.

    Of those that have left in part what has not left will not. The order's sum follows, and so
    does the term of what it keeps: one that is paid for now has none. Together and not one by one:
    all stock is let go before any credit account is locked. What has left is 1C's stock to leave
    out.
    """
    shipments = [shipment_locked(pk) for pk in sorted(shipment_ids)]
    ended = {Status.SHIPPED, Status.CANCELLED}
    open_ones = [shipment for shipment in shipments if shipment.status not in ended]
    if not open_ones:
        return False
    left, waiting = {}, []
    for shipment in open_ones:
        lines = list(_lines(shipment))
        is_partly = shipment.status == Status.PARTLY
        shipment.status = Status.SHIPPED if is_partly else Status.CANCELLED
        shipment.save(update_fields=["status"])
        left[shipment.pk] = shipment_left(shipment, lines)
        waiting += [line.pk for line in lines if not line.quantity_shipped]
    order_id = open_ones[0].order_id
    lines_of_all = apps.get_model("order", "Line").objects.filter(order_id=order_id)
    order_stock_lock(
        order_line_ids=list(lines_of_all.values_list("pk", flat=True)), stock_record_ids=[]
    )
    order_sums_follow(order_id=order_id)
    requests_follow(order_id=order_id)
    holds_release(order_line_ids=waiting)
    for pk in (pk for pk, gone in left.items() if gone):
        promises_ship(order_line_ids=list(_lines_of(pk).values_list("pk", flat=True)))
    order_status_follow(order_id=order_id, is_told=is_told)
    order_holds_paid(order_id=order_id)
    credit_cancelled(
        order_id=order_id,
        shipment_ids=list(left),
        amounts=shipment_amounts(order_id=order_id),
        left=left,
    )
    windows_release(shipment_ids=[pk for pk, gone in left.items() if not gone])
    outbox_put(
        topic=CAME_DOWN,
        key=f"{CAME_DOWN}:{order_id}:{min(left)}:{len(left)}",
        payload={"order_id": order_id},
    )
    return True


@transaction.atomic
def order_cancel(*, order_id: int) -> bool:
    """Cancel what of an order did not leave yet; return whether anything changed."""
    ids = list(Shipment.objects.filter(order_id=order_id).values_list("pk", flat=True))
    return shipments_cancel(shipment_ids=ids)


def shipment_amounts(*, order_id: int) -> dict[int, Decimal]:
    """Return what each shipment of an order costs with VAT and its delivery, by id, in their
    sequence. One query.
    """
    nothing = Value(Decimal("0.00"), DecimalField(max_digits=14, decimal_places=2))
    rows = Shipment.objects.filter(order_id=order_id).order_by("sequence")
    sums = rows.annotate(
        total=Coalesce(Sum("lines__line_price_incl_tax"), nothing),
        carriage=Coalesce(F("delivery__price_incl_tax"), nothing),
    ).values_list("pk", "total", "carriage")
    return {pk: total + carriage for pk, total, carriage in sums}


def order_status_follow(*, order_id: int, is_told: bool = False) -> None:
    """Set an order's status to what its shipments say, if that is a step forward; its buyer is
    told, not by mail if he ``is_told`` so already.
    """
    order = apps.get_model("order", "Order").objects.select_for_update().get(pk=order_id)
    worn = worn_by([order_id]).get(order_id, ())
    found = [status for status, _own in worn]
    status = order_status_of(found)
    if status in order.available_statuses():
        order.set_status(status)
        order_holds_term(order_id=order_id)
        if status in TOLD:
            # Of a shipment that left in part a letter of its own says what did.
            is_told = is_told or (Status.PARTLY in found and status == "shipping")
            _tell(order_id, TOLD[status], own_look(status, worn), by_mail=not is_told)


def order_own_status_tell(*, order_id: int) -> None:
    """Tell the buyer of an order that it shows one of the staff's own statuses by now, by its name
    and once, if it does. To be called when 1C has told of one, under the order's lock; two queries
    and those of telling.
    """
    order = apps.get_model("order", "Order").objects.get(pk=order_id)
    if own := own_look(order.status, worn_by([order_id]).get(order_id, ())):
        _tell(order_id, Kind.STATUS, own)


def _tell(order_id: int, kind: Kind, own: StatusLook | None, *, by_mail: bool = True) -> None:
    """One key for both ways to an own status, so that it is told once."""
    key = f"own:{own.pk}" if own else ""
    order_notify(order_id=order_id, kind=kind, key=key, status=own, by_mail=by_mail)


def order_status_of(statuses: Collection[str]) -> str:
    """Return the status of an order whose shipments have these statuses."""
    active = [status for status in statuses if status != Status.CANCELLED]
    if not active:
        return "cancelled" if statuses else "placed"
    if all(status == Status.SHIPPED for status in active):
        return "completed"
    if Status.SHIPPED in active or Status.PARTLY in active:
        return "shipping"
    if Status.PICKING in active:
        return "picking"
    return "confirmed" if all(status == Status.CONFIRMED for status in active) else "placed"


def shipment_locked(shipment_id: int) -> Shipment:
    """Lock order and shipment, the order first, as cancelling a whole order does."""
    order_id = Shipment.objects.values_list("order_id", flat=True).get(pk=shipment_id)
    apps.get_model("order", "Order").objects.select_for_update().get(pk=order_id)
    found: Shipment = Shipment.objects.select_for_update().get(pk=shipment_id)
    return found


def _advance(shipment: Shipment, status: Status, stamp: str, at: datetime) -> bool:
    if shipment.status == Status.CANCELLED:
        return False
    if STEPS.index(Status(shipment.status)) >= STEPS.index(status):
        return False
    shipment.status = status
    setattr(shipment, stamp, at)
    shipment.save(update_fields=["status", stamp])
    order_status_follow(order_id=shipment.order_id)
    return True


def _lines(shipment: Shipment) -> Any:
    return _lines_of(shipment.pk)


def _lines_of(shipment_id: int) -> Any:
    return apps.get_model("order", "Line").objects.filter(shipment_id=shipment_id)
