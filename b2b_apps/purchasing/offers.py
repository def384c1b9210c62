"""What the buyer saw when he pressed the button, and how that differs from now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core import signing

from b2b_apps.fulfilment.splitting import Source
from b2b_apps.inventory.seen import SeenStock
from b2b_apps.purchasing.plan import Asked, OrderPlan, plan_laid_out, plan_of
from b2b_apps.purchasing.sheet import Sheet, SheetLine

SALT = "purchasing.offer"


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A line as it was shown: quantity and unit price."""

    quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """What was shown: lines by id, shipments in their order, the policy they were made by."""

    lines: Mapping[int, OfferLine] = field(default_factory=dict)
    shipments: Sequence[Asked] = ()
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """How a line differs from what was shown.

    ``kind``: price, quantity, warehouse (it would leave elsewhere or later), added, removed, or
    the kind of a blocking problem; in a shortage ``left`` is what is free, as the buyer may see
    it. Of a shipment (``shipment`` is its number): delivery_price, delivery_unpriced (the manager
    is to name it now), delivery_gone, delivery_day, delivery_point, window_full.
    """

    kind: str
    line: SheetLine | None
    was: Decimal = Decimal(0)
    now: Decimal = Decimal(0)
    left: SeenStock | None = None
    shipment: int = 0


def offer_token(sheet: Sheet, plan: OrderPlan | None = None) -> str:
    """Return the sheet's prices and quantities and the shipments of its plan (without one, of a
    plan by no choice) as a signed text for the form.
    """
    plan = plan or plan_of(sheet)
    lines = {
        str(line.id): [_text(line.quantity), f"{line.unit_price:f}"]
        for line in sheet.lines
        if not line.is_blocking
    }
    shipments = [
        [
            shipment.warehouse_id,
            shipment.day.toordinal(),
            shipment.consignee_id,
            {str(pk): _text(quantity) for pk, quantity in shipment.quantities.items()},
            shipment.rule_id,
        ]
        for shipment in plan.shipments
    ]
    value = [sheet.id, plan.choice.policy.value, lines, shipments]
    return signing.dumps(value, salt=SALT, compress=True)


def offer_from(token: str, *, basket_id: int) -> Offer | None:
    """Return the offer of a token, or None if it is not one of ours for this basket."""
    try:
        of_basket, policy, lines, shipments = signing.loads(token, salt=SALT)
        if of_basket != basket_id:
            return None
        return Offer(
            {int(pk): OfferLine(Decimal(q), Decimal(price)) for pk, (q, price) in lines.items()},
            [_asked(*shipment) for shipment in shipments],
            policy,
        )
    except (signing.BadSignature, ValueError, TypeError, InvalidOperation):
        return None


def _asked(
    warehouse_id: int, day: int, consignee_id: int, parts: Mapping[str, Any], rule_id: int = 0
) -> Asked:
    quantities = {int(pk): Decimal(quantity) for pk, quantity in parts.items()}
    return Asked(Source(date.fromordinal(day), warehouse_id), consignee_id, quantities, rule_id)


def plan_offered(offer: Offer, sheet: Sheet) -> OrderPlan:
    """Return the shipments of an offer with the goods that there are for them today."""
    return plan_laid_out(sheet, offer.shipments)


def differences_from(
    offer: Offer, sheet: Sheet, *, plan: OrderPlan | None = None
) -> Sequence[Difference]:
    """Return what is no longer as it was offered; empty if all is. Blocking problems count.

    ``plan`` are the offer's shipments today (``plan_offered``), if they are known already.
    """
    planned = _planned(plan or plan_offered(offer, sheet))
    found = [difference for line in sheet.lines for difference in _of_line(offer, line, planned)]
    left = {line.id for line in sheet.lines}
    found.extend(Difference("removed", None) for pk in offer.lines if pk not in left)
    return found


def _of_line(offer: Offer, line: SheetLine, planned: Mapping[int, Decimal]) -> Sequence[Difference]:
    blocking = [p for p in line.problems if p.is_blocking]
    if blocking:
        return [Difference(p.kind, line, p.was, p.now, p.left) for p in blocking]
    was = offer.lines.get(line.id)
    if was is None:
        return [Difference("added", line, now=line.quantity)]
    if was.quantity != line.quantity:
        return [Difference("quantity", line, was.quantity, line.quantity)]
    found = []
    if line.unit_price is not None and was.unit_price != line.unit_price:
        found.append(Difference("price", line, was.unit_price, line.unit_price))
    if planned.get(line.id) != line.quantity:
        found.append(Difference("warehouse", line))
    return found


def _planned(plan: OrderPlan) -> Mapping[int, Decimal]:
    """How much of each line leaves in all the shipments together, by line."""
    sums: dict[int, Decimal] = {}
    for shipment in plan.shipments:
        for pk, quantity in shipment.quantities.items():
            sums[pk] = sums.get(pk, Decimal(0)) + quantity
    return sums


def _text(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
