"""Orders of the cast, placed and waiting for 1C."""

from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils import timezone

from b2b_apps.core.external_ids import external_ids_for
from b2b_apps.core.models import ExternalId, OutboxMessage
from b2b_apps.core.outbox import outbox_put
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.inventory.services import HoldRequest, stock_hold
from tests.factories import World

SOURCE = "base-1"


def name_in_1c(kind: str, row: Any) -> str:
    """Give a row of the cast a GUID, as an import would have."""
    guid = f"00000000-0000-4000-8000-{row.pk:012d}"
    ExternalId.objects.get_or_create(
        source=SOURCE, kind=kind, external_id=guid, defaults={"object_id": row.pk}
    )
    return guid


def place(world: World, number: str, lines: list[tuple[str, str, str]]) -> Any:
    """Place an order of (product, warehouse, quantity) at 100.00 a piece, VAT inside."""
    contract = world.contracts["own"]
    total = sum((Decimal(q) * 100 for _p, _w, q in lines), Decimal(0))
    order = apps.get_model("order", "Order").objects.create(
        number=number,
        contract=contract,
        counterparty=contract.counterparty,
        organization=contract.organization,
        currency="RUB",
        total_incl_tax=total,
        total_excl_tax=total,
        status="placed",
        date_placed=timezone.now(),
        comment="Позвонить за час",
        customer_number="ЗП-7",
        consignee_name="Склад заказчика",
    )
    for warehouse in dict.fromkeys(w for _p, w, _q in lines):
        Shipment.objects.create(
            order=order,
            warehouse=world.warehouses[warehouse],
            sequence=order.shipments.count() + 1,
        )
    for position, (key, warehouse, quantity) in enumerate(lines):
        _line(order, position, world.products[key], world.warehouses[warehouse], quantity)
    outbox_put(topic="order_to_1c", key=f"order_to_1c:{order.pk}", payload={"order_id": order.pk})
    return order


def _line(order: Any, position: int, product: Any, place_: Any, number: str) -> None:
    quantity = Decimal(number)
    amount = quantity * 100
    record = product.stockrecords.get(partner=place_)
    line = order.lines.create(
        position=position,
        product=product,
        partner=place_,
        shipment=order.shipments.get(warehouse=place_),
        stockrecord=record,
        title=product.title,
        article=product.article,
        partner_sku=record.partner_sku,
        quantity=quantity,
        unit_code="796",
        unit_name="шт",
        unit_price_incl_tax=100,
        unit_price_excl_tax=100,
        line_price_incl_tax=amount,
        line_price_excl_tax=amount,
        line_price_before_discounts_incl_tax=amount,
        line_price_before_discounts_excl_tax=amount,
        vat_label="22",
        vat_amount=(amount * 22 / 122).quantize(Decimal("0.01")),
    )
    stock_hold(requests=[HoldRequest(record.pk, line.pk, quantity)])
    if not external_ids_for(source=SOURCE, kind="product", object_ids=[product.pk]):
        name_in_1c("product", product)


def waiting() -> list[int]:
    """Ids of orders that 1C does not have yet."""
    rows = OutboxMessage.objects.filter(topic="order_to_1c", state="waiting").order_by("pk")
    return [row.payload["order_id"] for row in rows]
