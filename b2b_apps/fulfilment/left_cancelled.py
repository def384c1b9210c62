"""Goods that 1C ships of what was cancelled here: nothing is booked, the manager is told."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from b2b_apps.core.mail import mail_put
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.inventory.notices import manager_email


@transaction.atomic
def shipments_left_cancelled(*, shipment_ids: Collection[int], waybill: str) -> int:
    """Note that 1C has shipped cancelled shipments; return how many of these are cancelled.

    They stay cancelled: stock and credit were let go, and 1C's next stock and debt have what left.
    The waybill is kept, so that the order's page says it; the manager gets one mail for each
    waybill. The caller holds the order's lock. One query if none is cancelled.
    """
    rows = Shipment.objects.filter(pk__in=shipment_ids, status=Shipment.Status.CANCELLED)
    related = ("order__counterparty__manager__user", "warehouse")
    found = list(rows.select_related(*related).order_by("sequence"))
    if not found:
        return 0
    number = waybill[:32]
    if number:
        rows.update(waybill_number_1c=number)
    order: Any = found[0].order
    places = ",".join(str(shipment.pk) for shipment in found)
    mail_put(
        key=f"left_cancelled:{places}:{number}",
        to=manager_email(order.counterparty),
        template="left_cancelled.txt",
        context={"order": order, "shipments": found, "waybill": number},
    )
    return len(found)
