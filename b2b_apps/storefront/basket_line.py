"""What there is to say of one line of the basket: why its price, from where, counted in what."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model

from b2b_apps.contracts.context import TradeOptions
from b2b_apps.inventory.seen import SeenStock, seen_stock
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.purchasing.selectors import line_sheet
from b2b_apps.purchasing.sheet import SheetLine
from b2b_apps.storefront.price_chain import Step, price_chain_of, vat_words
from b2b_apps.storefront.timetable import SeenReceipt, seen_receipt


@dataclass(frozen=True, slots=True)
class Place:
    """A warehouse that a line may leave: what is free there, and what comes next."""

    warehouse: Any
    free: SeenStock
    is_enough: bool
    receipt: SeenReceipt | None
    is_chosen: bool
    is_best: bool


@dataclass(frozen=True, slots=True)
class LinePanel:
    """A line, its price step by step, the warehouses, the packs and who changed it last."""

    line: SheetLine
    currency: str
    chain: Sequence[Step]
    vat: str
    places: Sequence[Place]
    packs: Sequence[Any]
    changed_by: str

    @property
    def weight_kg(self) -> Decimal:
        return self.line.weight_kg

    @property
    def volume_m3(self) -> Decimal:
        return self.line.volume_m3


def line_panel(*, options: TradeOptions, line_id: int) -> LinePanel | None:
    """Return it, or None if there is no such line in the person's basket. Some twelve queries."""
    sheet = line_sheet(options.context, line_id)
    line = next(iter(sheet.lines), None)
    if line is None:
        return None
    price = line.price
    return LinePanel(
        line=line,
        currency=options.context.currency,
        chain=price_chain_of(price, line.quantity) if price else (),
        vat=vat_words(price) if price else "",
        places=_places(options, line),
        packs=list(apps.get_model("catalogue", "ProductUnit").objects.filter(product=line.product)),
        changed_by=_name(line.changed_by_id),
    )


def _places(options: TradeOptions, line: SheetLine) -> Sequence[Place]:
    context, pk = options.context, line.product.pk
    stock = stock_for(context=context, product_ids=[pk], with_receipts=True)[pk]
    return [
        Place(
            warehouse=warehouse,
            free=seen_stock(context, stock.free_at(warehouse.pk)),
            is_enough=stock.free_at(warehouse.pk) >= line.quantity,
            receipt=seen_receipt(
                context, [r for r in stock.receipts if r.warehouse_id == warehouse.pk]
            ),
            is_chosen=warehouse.pk == line.chosen_warehouse_id,
            is_best=warehouse.pk == line.warehouse_id,
        )
        for warehouse in options.warehouses
        if warehouse.pk in stock.balances
    ]


def _name(user_id: int | None) -> str:
    if user_id is None:
        return ""
    person: Any = get_user_model().objects.filter(pk=user_id).first()
    return person.get_full_name() if person else ""
