"""Writing the rows of what is placed: group, orders, shipments, lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.apps import apps

from b2b_apps.contracts.models import Contract
from b2b_apps.core.context import TradeContext
from b2b_apps.delivery.models import ShipmentDelivery
from b2b_apps.fulfilment.models import Shipment, SplitRule
from b2b_apps.purchasing.deliveries import Decided
from b2b_apps.purchasing.details import OrderDetails
from b2b_apps.purchasing.errors import OfferChangedError
from b2b_apps.purchasing.offers import Difference
from b2b_apps.purchasing.plan import OrderPlan, PlanPart, ShipmentPlan

PLACED = "placed"
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Placing:
    """All that goes into the rows. ``numbers`` are those of the orders by organization, in the
    order of their first shipments; ``policy`` is how it was split.
    """

    context: TradeContext
    basket: Any
    details: OrderDetails
    plan: OrderPlan
    policy: str
    contract: Contract
    warehouses: Mapping[int, Any]
    numbers: Mapping[int, str]
    at: datetime
    payment_due: date
    deliveries: Mapping[str, Decided]

    def organization_id(self, shipment: ShipmentPlan) -> int:
        """Whose order a shipment is in: the warehouse's organization, else the contract's."""
        own: int | None = self.warehouses[shipment.warehouse_id].organization_id
        return own or self.context.organization_id

    @cached_property
    def steps(self) -> Mapping[int, list[list[Any]]]:
        """How the price of each line of the basket came about, by line."""
        lines = {part.line.id: part.line for s in self.plan.shipments for part in s.parts}
        return {pk: x.price.frozen_at(x.quantity) for pk, x in lines.items() if x.price}

    def price_terms(self, shipments: Sequence[ShipmentPlan]) -> Mapping[str, Any] | None:
        """What lists and rules in the steps of some shipments are called."""
        prices = self.plan.sheet.prices
        ids = {part.line.id for shipment in shipments for part in shipment.parts}
        kept = [steps for pk, steps in self.steps.items() if pk in ids]
        return prices.book.frozen_terms(kept) if prices else None


def order_rows(placing: Placing) -> tuple[Sequence[Any], Sequence[Any]]:
    """Write them; return orders and lines. Six queries at most, whatever their number."""
    group = _group(placing)
    model = apps.get_model("order", "Order")
    orders = model.objects.bulk_create(
        _order(placing, group, organization_id, number)
        for organization_id, number in placing.numbers.items()
    )
    order_of = {order.organization_id: order for order in orders}
    shipments = Shipment.objects.bulk_create(_shipments(placing, order_of))
    _deliveries(placing, shipments)
    lines = [
        _line(placing, shipment, part)
        for shipment, planned in zip(shipments, placing.plan.shipments, strict=True)
        for part in planned.parts
    ]
    lines.sort(key=lambda line: line.position)
    return orders, apps.get_model("order", "Line").objects.bulk_create(lines, batch_size=2000)


def _group(placing: Placing) -> Any:
    return apps.get_model("order", "OrderGroup").objects.create(
        number=next(iter(placing.numbers.values())),
        basket=placing.basket,
        user_id=placing.context.user_id,
        contract=placing.contract,
        counterparty_id=placing.context.counterparty_id,
        split_policy=placing.policy,
        placed_at=placing.at,
    )


def _order(placing: Placing, group: Any, organization_id: int, number: str) -> Any:
    context, details, sheet = placing.context, placing.details, placing.plan.sheet
    shipments = [s for s in placing.plan.shipments if placing.organization_id(s) == organization_id]
    deliveries = [placing.deliveries[shipment.key] for shipment in shipments]
    dates = [delivery.day for delivery in deliveries if delivery.day]
    methods = {delivery.kind for delivery in deliveries}
    shipping = sum((delivery.amount.incl_tax for delivery in deliveries), ZERO)
    shipping_excl_tax = sum((delivery.amount.excl_tax for delivery in deliveries), ZERO)
    total = sum((shipment.total_incl_tax for shipment in shipments), shipping)
    excl_tax = sum((shipment.total_excl_tax for shipment in shipments), shipping_excl_tax)
    return apps.get_model("order", "Order")(
        number=number,
        group=group,
        basket=placing.basket,
        user_id=context.user_id,
        contract=placing.contract,
        counterparty_id=context.counterparty_id,
        project_id=context.project_id,
        organization_id=organization_id,
        currency=context.currency,
        vat_mode=context.vat_mode,
        total_incl_tax=total,
        total_excl_tax=excl_tax,
        vat_amount=total - excl_tax,
        shipping_incl_tax=shipping,
        shipping_excl_tax=shipping_excl_tax,
        status=PLACED,
        date_placed=placing.at,
        payment_due=placing.payment_due,
        customer_number=details.customer_number,
        consignee_name=details.consignee_name,
        delivery_method=methods.pop() if len(methods) == 1 else "mixed",
        delivery_address=details.delivery_address,
        contact_person=details.contact_person,
        contact_phone=details.contact_phone,
        desired_date=min(dates, default=None),
        comment=details.comment,
        price_terms=placing.price_terms(shipments),
        promo_code=sheet.promo_code if sheet.is_promo_working else "",
    )


def _shipments(placing: Placing, order_of: Mapping[int, Any]) -> Sequence[Shipment]:
    """Rows in the plan's order, numbered within each order."""
    rows: list[Shipment] = []
    numbers: dict[int, int] = {}
    rules = _rules(placing)
    for planned in placing.plan.shipments:
        order = order_of[placing.organization_id(planned)]
        numbers[order.pk] = numbers.get(order.pk, 0) + 1
        decided = placing.deliveries[planned.key]
        receiver = placing.details.receiver(planned.consignee_id)
        rows.append(
            Shipment(
                order=order,
                warehouse_id=planned.warehouse_id,
                split_rule_id=planned.rule_id if planned.rule_id in rules else None,
                sequence=numbers[order.pk],
                planned_date=max(decided.day or planned.day, planned.awaits or date.min),
                ready_on=planned.awaits,
                delivery_method=decided.kind,
                consignee_name=receiver.name[:255],
                consignee_address=receiver.address[:500],
            )
        )
    return rows


def _rules(placing: Placing) -> Collection[int]:
    """The rules that keep shipments apart; one may have been deleted since the offer. One query,
    none where there are none.
    """
    named = {planned.rule_id for planned in placing.plan.shipments} - {0}
    found = SplitRule.objects.filter(pk__in=named) if named else SplitRule.objects.none()
    return set(found.values_list("pk", flat=True))


def _deliveries(placing: Placing, shipments: Sequence[Shipment]) -> None:
    """What was agreed for each shipment, where methods of ours are kept. One query at most."""
    ShipmentDelivery.objects.bulk_create(
        decided.row(shipment.pk)
        for shipment, planned in zip(shipments, placing.plan.shipments, strict=True)
        if (decided := placing.deliveries[planned.key]).is_kept
    )


def _line(placing: Placing, shipment: Shipment, part: PlanPart) -> Any:
    line, amount = part.line, part.amount
    price, unit = line.price, line.unit
    if price is None:
        raise OfferChangedError([Difference("no_price", line)])
    unit_excl_tax, unit_incl_tax = price.unit_prices_at(line.quantity)
    warehouse = placing.warehouses[shipment.warehouse_id]
    row = apps.get_model("order", "Line")(
        order_id=shipment.order_id,
        shipment=shipment,
        position=line.position,
        partner=warehouse,
        partner_name=warehouse.name[:128],
        partner_sku=line.article[:128],
        stockrecord_id=part.stock_record_id,
        product=line.product,
        title=line.product.get_title()[:255],
        article=line.article,
        unit_code=unit.code if unit else "",
        unit_name=unit.short_name if unit else "",
        quantity=part.quantity,
        unit_price_excl_tax=unit_excl_tax,
        unit_price_incl_tax=unit_incl_tax,
        line_price_excl_tax=amount.excl_tax,
        line_price_incl_tax=amount.incl_tax,
        line_price_before_discounts_excl_tax=amount.excl_tax,
        line_price_before_discounts_incl_tax=amount.incl_tax,
        price_steps=placing.steps[line.id],
        vat_label=price.vat_label,
        vat_percent=price.vat_percent,
        vat_amount=amount.vat,
        status=PLACED,
        comment=line.comment,
    )
    # For who holds its goods: the day on which the last of them comes, None if they are here.
    row.awaits = part.awaits
    return row
