"""The price of a delivery that the manager names after the order was placed."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django_scopes import scopes_disabled

from b2b_apps.amending.change import Actor
from b2b_apps.amending.errors import CarriageClosedError
from b2b_apps.amending.locks import shipments_locked
from b2b_apps.amending.models import OrderRevision
from b2b_apps.amending.rules import LEFT
from b2b_apps.amending.services.telling import revision_tell
from b2b_apps.contracts.locks import order_locked
from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.revised import credit_revised
from b2b_apps.core.money import LineAmount, line_amount
from b2b_apps.core.transient import deadlock_retried
from b2b_apps.delivery.models import DeliveryMethod, ShipmentDelivery
from b2b_apps.fulfilment.services import shipment_amounts

MOST = Decimal(10_000_000)
DELIVERY_SUMS = [
    "price_excl_tax", "price_incl_tax", "vat_amount", "vat_percent", "is_told_later",
]  # fmt: skip
ORDER_SUMS = [
    "total_incl_tax", "total_excl_tax", "vat_amount", "shipping_incl_tax", "shipping_excl_tax",
]  # fmt: skip


def carriage_name(*, order_id: int, shipment_id: int, price: Decimal, actor: Actor) -> Any:
    """Name what the delivery of a shipment costs, VAT inside; return the revision.

    It becomes part of the order's sum, its VAT, its credit and its invoice; the buyer and 1C are
    told. Locks the order, its shipments, credit accounts. Raises CarriageClosedError if there is
    no such shipment or it has left, CreditExceededError; then nothing is changed.
    """
    with scopes_disabled():
        return deadlock_retried(
            lambda: _name(order_id=order_id, shipment_id=shipment_id, price=price, actor=actor)
        )


@transaction.atomic
def _name(*, order_id: int, shipment_id: int, price: Decimal, actor: Actor) -> OrderRevision:
    order = order_locked(order_id=order_id)
    shipments = shipments_locked(order) if order is not None else []
    shipment = next((s for s in shipments if s.pk == shipment_id), None)
    if order is None or shipment is None or shipment.status in LEFT:
        raise CarriageClosedError
    delivery: ShipmentDelivery | None = getattr(shipment, "delivery", None)
    if delivery is None or not 0 <= price <= MOST:
        raise CarriageClosedError
    before = shipment_amounts(order_id=order.pk)
    was = LineAmount(delivery.price_excl_tax, delivery.vat_amount, delivery.price_incl_tax)
    total_before = order.total_incl_tax
    now = _priced(delivery, price, order.vat_mode)
    _add(order, was, now)
    taking = credit_revised(
        order=order,
        contract=Contract.objects.select_related("credit", "counterparty").get(
            pk=order.contract_id
        ),
        number=order.revision + 1,
        before=before,
        after=shipment_amounts(order_id=order.pk),
        open_ids=[s.pk for s in shipments if s.status not in LEFT],
        user_id=actor.user_id,
    )
    if taking.state:
        order.credit_state = taking.state
    order.revision += 1
    order.save(update_fields=[*ORDER_SUMS, "credit_state", "revision"])
    revision: OrderRevision = OrderRevision.objects.create(
        order=order,
        number=order.revision,
        who=actor.who,
        user_id=actor.user_id,
        instead_of_id=order.user_id,
        diff={"carriage": [{"shipment": shipment.sequence, "was": str(was.incl_tax),
                            "now": str(now.incl_tax)}]},
        total_before=total_before,
        total_after=order.total_incl_tax,
    )  # fmt: skip
    revision_tell(order, revision, has_new_sums=now != was)
    return revision


def _priced(delivery: ShipmentDelivery, price: Decimal, vat_mode: str) -> LineAmount:
    """Write the price. One that was left to the manager from the start has the usual VAT."""
    percent = delivery.vat_percent
    if delivery.method_id is None and not delivery.name:
        percent = DeliveryMethod._meta.get_field("vat_percent").default
    amount = line_amount(
        price=price,
        quantity=Decimal(1),
        vat_percent=percent,
        vat_mode="none" if vat_mode == "none" else "included",
    )
    delivery.price_excl_tax, delivery.vat_amount = amount.excl_tax, amount.vat
    delivery.price_incl_tax, delivery.vat_percent = amount.incl_tax, percent
    delivery.is_told_later = False
    delivery.save(update_fields=DELIVERY_SUMS)
    return amount


def _add(order: Any, was: LineAmount, now: LineAmount) -> None:
    order.total_incl_tax += now.incl_tax - was.incl_tax
    order.total_excl_tax += now.excl_tax - was.excl_tax
    order.shipping_incl_tax += now.incl_tax - was.incl_tax
    order.shipping_excl_tax += now.excl_tax - was.excl_tax
    order.vat_amount = order.total_incl_tax - order.total_excl_tax
