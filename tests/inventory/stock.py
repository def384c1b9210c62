"""Balances and holds of the cast."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils import timezone

from b2b_apps.fulfilment.models import Shipment
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.services import HoldRequest
from tests.factories import World


def record_of(world: World, product: str = "lamp", warehouse: str = "rostov") -> Any:
    return world.products[product].stockrecords.get(partner=world.warehouses[warehouse])


def stock(record: Any, on_hand: Any) -> Any:
    """Write what is on hand, as 1C would."""
    type(record).objects.filter(pk=record.pk).update(num_in_stock=on_hand)
    return record


def held(record: Any) -> Decimal:
    record.refresh_from_db()
    return record.num_allocated


def order_of(world: World, contract: str = "own", **fields: Any) -> Any:
    contract_row = world.contracts[contract]
    orders = apps.get_model("order", "Order").objects
    return orders.create(
        **{
            "number": f"26-{apps.get_model('order', 'Order')._base_manager.count() + 500:06d}",
            "contract": contract_row,
            "counterparty": contract_row.counterparty,
            "organization": contract_row.organization,
            "user": world.people["buyer"],
            "currency": "RUB",
            "total_incl_tax": 100,
            "total_excl_tax": 100,
            "status": "placed",
            "date_placed": timezone.now(),
            **fields,
        }
    )


def line_of(order: Any, record: Any, quantity: Any) -> Any:
    return order.lines.create(
        product=record.product,
        partner=record.partner,
        stockrecord=record,
        title=record.product.title,
        article=record.product.article,
        partner_sku=record.partner_sku,
        quantity=quantity,
        line_price_incl_tax=100,
        line_price_excl_tax=100,
        line_price_before_discounts_incl_tax=100,
        line_price_before_discounts_excl_tax=100,
    )


def ship_together(order: Any, record: Any) -> Any:
    """All lines of the order in one shipment."""
    shipment = Shipment.objects.create(order=order, warehouse=record.partner, sequence=1)
    order.lines.update(shipment=shipment)
    return shipment


def wish(order: Any, record: Any, quantity: Any) -> HoldRequest:
    """A line of the order, ready to be held."""
    return HoldRequest(record.pk, line_of(order, record, quantity).pk, Decimal(quantity))


def by_hand(
    world: World, record: Any, quantity: Any, contract: str = "own", hours: float = 24
) -> StockHold:
    """A hold by hand, taken off the balance; negative ``hours`` are out of term."""
    type(record).objects.filter(pk=record.pk).update(num_allocated=held(record) + Decimal(quantity))
    return StockHold.objects.create(
        stock_record=record,
        kind=StockHold.Kind.MANUAL,
        contract=world.contracts[contract],
        user=world.people["buyer"],
        quantity=quantity,
        reason="Ждём подписи",
        expires_at=timezone.now() + timedelta(hours=hours),
    )


def endings() -> list[tuple[str, str, Decimal]]:
    rows = StockHold.objects.order_by("pk").values_list("kind", "ending", "quantity")
    return list(rows)
