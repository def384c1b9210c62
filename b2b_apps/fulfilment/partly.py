"""Shipments that leave in parts: what each waybill of 1C took, line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from b2b_apps.companies.roles import SEE_ORDERS
from b2b_apps.companies.selectors import mail_address_of
from b2b_apps.contracts.credit import Left, credit_shipped
from b2b_apps.core.mail import mail_put
from b2b_apps.fulfilment.asking import requests_follow
from b2b_apps.fulfilment.models import Shipment, ShippedPart
from b2b_apps.fulfilment.owed import order_sums_follow
from b2b_apps.fulfilment.services import (
    order_status_follow,
    shipment_amounts,
    shipment_left,
    shipment_locked,
)
from b2b_apps.inventory.services import holds_mirror, promises_ship
from b2b_apps.notifications.kinds import Channel, Kind
from b2b_apps.notifications.selectors import chosen_by

ZERO = Decimal(0)
Status = Shipment.Status


@dataclass(frozen=True, slots=True)
class Waybill:
    """A document by which goods left: its number and times; ``owed_at`` as ``shipment_ship``."""

    number: str
    shipped_at: datetime | None = None
    owed_at: datetime | None = None


@transaction.atomic
def shipment_ship_part(
    *, shipment_id: int, waybill: Waybill, quantities: Mapping[int, Decimal]
) -> bool:
    """Note how much of which line left by a waybill; return whether anything changed.

    ``quantities`` are in base units by line id, never more than the line's. The same waybill told
    again, with other quantities, takes the place of what it said before. Once all has left the
    shipment is shipped; till then it is partly shipped, the rest stays held and its credit too. Of
    a shipment that 1C had told to have left it says what really did. The buyer gets one mail for
    each waybill. Locks the order, the shipment, its balances, its credit account. Some twenty
    queries.
    """
    shipment = shipment_locked(shipment_id)
    if shipment.status == Status.CANCELLED:
        return False
    lines = list(
        apps.get_model("order", "Line").objects.filter(shipment_id=shipment_id).order_by("pk")
    )
    before = shipment_left(shipment, lines)
    if not _write(shipment, lines, waybill, quantities):
        return False
    shipment.waybill_number_1c = waybill.number[:32]
    fields = ["waybill_number_1c"]
    was = shipment.status
    if was != Status.SHIPPED:
        is_all = all(line.quantity_shipped >= line.quantity for line in lines)
        shipment.status = Status.SHIPPED if is_all else Status.PARTLY
        shipment.shipped_at = waybill.shipped_at or timezone.now()
        fields += ["status", "shipped_at"]
    shipment.save(update_fields=fields)
    order_status_follow(order_id=shipment.order_id)
    requests_follow(order_id=shipment.order_id)
    gone = [line.pk for line in lines if line.quantity_shipped >= line.quantity]
    promises_ship(order_line_ids=gone)
    holds_mirror(order_line_ids=[line.pk for line in lines if line.quantity_shipped])
    if was == Status.SHIPPED:
        order_sums_follow(order_id=shipment.order_id)
    else:
        credit_shipped(
            order_id=shipment.order_id,
            shipment_id=shipment_id,
            amounts=shipment_amounts(order_id=shipment.order_id),
            at=waybill.owed_at,
            left=Left(before, shipment_left(shipment, lines), waybill.number),
        )
    _tell(shipment, lines, waybill)
    return True


@transaction.atomic
def rest_follow(*, shipment_id: int) -> None:
    """A shipment that left in part has less to come now: where nothing is, it has left. The buyer
    is told of that by who changed it. Locks the order, the shipment. Five queries.
    """
    shipment = shipment_locked(shipment_id)
    lines = apps.get_model("order", "Line").objects.filter(shipment_id=shipment_id)
    if shipment.status != Status.PARTLY or lines.filter(quantity__gt=F("quantity_shipped")):
        return
    shipment.status = Status.SHIPPED
    shipment.save(update_fields=["status"])
    order_status_follow(order_id=shipment.order_id, is_told=True)


def _write(
    shipment: Shipment, lines: Sequence[Any], waybill: Waybill, quantities: Mapping[int, Decimal]
) -> bool:
    """Keep what the waybill took and set what has left of each line; False if it is known."""
    number = waybill.number[:32]
    known = ShippedPart.objects.filter(order_line__shipment=shipment, waybill=number)
    taken = {line.pk: min(line.quantity, quantities.get(line.pk, ZERO)) for line in lines}
    taken = {pk: quantity for pk, quantity in taken.items() if quantity > 0}
    if dict(known.values_list("order_line_id", "quantity")) == taken:
        return False
    known.delete()
    ShippedPart.objects.bulk_create(
        ShippedPart(order_line_id=pk, waybill=number, quantity=quantity)
        for pk, quantity in taken.items()
    )
    parts = ShippedPart.objects.filter(order_line__shipment=shipment).values("order_line")
    sums = dict(parts.annotate(sum=Sum("quantity")).values_list("order_line", "sum"))
    for line in lines:
        line.quantity_shipped = min(line.quantity, sums.get(line.pk, ZERO))
    apps.get_model("order", "Line").objects.bulk_update(lines, ["quantity_shipped"])
    return True


def _tell(shipment: Shipment, lines: Sequence[Any], waybill: Waybill) -> None:
    """Tell the buyer of a part that has left, unless nothing is left to come."""
    rest = [line for line in lines if line.quantity_shipped < line.quantity]
    if not rest:
        return
    orders: Any = apps.get_model("order", "Order")._base_manager
    order = orders.select_related("user", "counterparty").get(pk=shipment.order_id)
    is_closed = shipment.status == Status.SHIPPED
    chosen = chosen_by(person_id=order.user_id)
    if not (is_closed or chosen.has(Kind.PARTLY, Channel.MAIL)):
        return
    mail_put(
        key=f"shipped_part:{shipment.pk}:{waybill.number}",
        to=mail_address_of(user=order.user, counterparty=order.counterparty, permission=SEE_ORDERS),
        template="shipped_part.txt",
        context={
            "order": order,
            "shipment": shipment,
            "waybill": waybill.number,
            "lines": rest,
            "is_closed": is_closed,
        },
        language=chosen.language,
    )
