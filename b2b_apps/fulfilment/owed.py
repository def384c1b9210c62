"""What an order comes to: what of it still goes on or has left, whoever cancelled the rest."""

from decimal import Decimal
from typing import Any

from django.apps import apps

from b2b_apps.core.money import LineAmount, amount_shared
from b2b_apps.fulfilment.models import Shipment

ZERO = Decimal("0.00")
Status = Shipment.Status


def line_owed(line: Any, shipment: Shipment | None) -> LineAmount:
    """Return what a line of an order comes to: all of it, nothing if its shipment was cancelled,
    its share if the shipment has left and not all of the line with it. No query.
    """
    whole = LineAmount(line.line_price_excl_tax, line.vat_amount, line.line_price_incl_tax)
    if shipment is not None and shipment.status == Status.CANCELLED:
        return LineAmount(ZERO, ZERO, ZERO)
    if line_quantity_owed(line, shipment) == line.quantity:
        return whole
    rest = line.quantity - line.quantity_shipped
    return amount_shared(whole, [line.quantity_shipped, rest])[0]


def line_quantity_owed(line: Any, shipment: Shipment | None) -> Decimal:
    """Return how much of a line goes on or has left; of a closed rest nothing will. No query."""
    if shipment is not None and shipment.status == Status.CANCELLED:
        return Decimal(0)
    is_left = shipment is not None and shipment.status == Status.SHIPPED
    return Decimal(min(line.quantity_shipped, line.quantity) if is_left else line.quantity)


def order_sums_follow(*, order_id: int) -> None:
    """Set an order's sums to what its lines and deliveries come to; one that is cancelled as a
    whole says what it would have come to. The caller holds the order's lock. Three queries.
    """
    rows = list(Shipment.objects.filter(order_id=order_id).select_related("delivery"))
    live = [s for s in rows if s.status != Status.CANCELLED] or rows
    shipments = {s.pk: s for s in rows} if live is not rows else {}
    lines = apps.get_model("order", "Line").objects.filter(order_id=order_id)
    owed = [line_owed(line, shipments.get(line.shipment_id)) for line in lines]
    carried = [s.delivery for s in live if getattr(s, "delivery", None)]
    carriage_incl_tax = sum((d.price_incl_tax for d in carried), ZERO)
    carriage_excl_tax = sum((d.price_excl_tax for d in carried), ZERO)
    incl_tax = sum((amount.incl_tax for amount in owed), carriage_incl_tax)
    excl_tax = sum((amount.excl_tax for amount in owed), carriage_excl_tax)
    apps.get_model("order", "Order").objects.filter(pk=order_id).update(
        total_incl_tax=incl_tax,
        total_excl_tax=excl_tax,
        vat_amount=incl_tax - excl_tax,
        shipping_incl_tax=carriage_incl_tax,
        shipping_excl_tax=carriage_excl_tax,
    )
