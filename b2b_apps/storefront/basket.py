"""What the basket page shows: rows, filters, tabs, shipments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.utils import timezone

from b2b_apps.contracts.context import TradeOptions
from b2b_apps.inventory.selectors import Receipt, receipts_for
from b2b_apps.purchasing.dates import next_working_day
from b2b_apps.purchasing.quantities import Correction
from b2b_apps.purchasing.sheet import LineGroup, Sheet, SheetLine
from b2b_apps.storefront.credit import OrderCredit, order_credit
from b2b_apps.storefront.reserves import reserve_terms
from b2b_apps.storefront.timetable import SeenReceipt, seen_receipt
from b2b_apps.storefront.typed_cells import NOT_TYPED, TypedCell
from b2b_apps.sync1c.live.selectors import LivePrices, live_prices

SIZES = (30, 100, 200)
FILTERS = ("", "problems", "price")


@dataclass(frozen=True, slots=True)
class Row:
    """A line with what the table adds to it; ``typed`` is a refused quantity as it was typed;
    ``receipt`` is the next one of a good that is short.
    """

    line: SheetLine
    warehouse: Any | None
    day: date
    receipt: SeenReceipt | None = None
    correction: Correction | None = None
    typed: str = ""
    error: str = ""

    @property
    def level(self) -> str:
        if self.error:
            return "bad"
        problem = self.line.problem
        if problem:
            return problem.level
        return "warn" if self.correction else ""


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """What leaves one warehouse, and the earliest day it may be asked for."""

    number: int
    group: LineGroup
    warehouse: Any
    day: date


@dataclass(frozen=True)
class BasketView:
    """Everything the templates of the basket need."""

    sheet: Sheet
    options: TradeOptions
    only: str = ""
    find: str = ""
    size: int = SIZES[0]
    page: Page[SheetLine] | None = None
    typed: Mapping[str, TypedCell] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        return self.options.context.currency

    @property
    def warehouses(self) -> Mapping[int, Any]:
        return {warehouse.pk: warehouse for warehouse in self.options.warehouses}

    @property
    def day(self) -> date:
        return next_working_day(timezone.localdate())

    @property
    def rows(self) -> Sequence[Row]:
        return [self._typed_row(line) for line in self.page or ()]

    def _typed_row(self, line: SheetLine) -> Row:
        cell = self.typed.get(f"q-{line.id}", NOT_TYPED)
        return self.row(line, typed=cell.text, error=cell.error)

    def row(self, line: SheetLine, **more: Any) -> Row:
        warehouse = self.warehouses.get(line.warehouse_id or 0) if line.price else None
        receipt = seen_receipt(self.options.context, self._expected.get(line.product.pk, ()))
        return Row(line, warehouse, self.day, receipt, **more)

    @cached_property
    def _expected(self) -> Mapping[int, Sequence[Receipt]]:
        """What is on its way of goods that are short. One query, none if nothing is."""
        lines = self.sheet.blocking if self.page is None else self.page
        short = [line for line in lines if line.problem and line.problem.kind == "shortage"]
        return receipts_for(
            context=self.options.context, product_ids=[line.product.pk for line in short]
        )

    @property
    def shipments(self) -> Sequence[ShipmentRow]:
        known = self.warehouses
        return [
            ShipmentRow(number, group, known[group.warehouse_id or 0], self.day)
            for number, group in enumerate(self.sheet.shipments, start=1)
        ]

    @property
    def filters(self) -> Sequence[tuple[str, int]]:
        sheet = self.sheet
        counts = (sheet.num_lines, len(sheet.with_problems), len(sheet.repriced))
        return list(zip(FILTERS, counts, strict=True))

    @property
    def terms(self) -> str:
        return self.options.contract.payment_terms

    @cached_property
    def credit(self) -> OrderCredit | None:
        """Credit with this basket as an order."""
        return order_credit(options=self.options, sheet=self.sheet)

    @cached_property
    def live(self) -> LivePrices | None:
        """What 1C last said of this basket, None if it can't be asked. One query, two if it can."""
        return live_prices(context=self.options.context, sheet=self.sheet)

    @property
    def live_days(self) -> int:
        """For how many days an accepted price of 1C holds."""
        return settings.LIVE_PRICE_DAYS

    @property
    def terms_of_reserve(self) -> Sequence[int]:
        return reserve_terms(self.options)

    @property
    def has_saving(self) -> bool:
        return self.sheet.saving > Decimal(0)


def basket_view(
    *,
    sheet: Sheet,
    options: TradeOptions,
    query: Mapping[str, str],
    typed: Mapping[str, TypedCell] | None = None,
) -> BasketView:
    """Return the page of the basket that the query string asks for; ``typed`` are refused cells."""
    only = query.get("only", "") if query.get("only") in FILTERS else ""
    find = query.get("find", "").strip()[:100]
    size = int(query["size"]) if query.get("size") in [str(size) for size in SIZES] else SIZES[0]
    lines = [line for line in _chosen(sheet, only) if not find or _has(line, find)]
    # On paper a basket has all its lines.
    is_print = query.get("print") == "1"
    page = Paginator(lines, max(len(lines), 1) if is_print else size).get_page(query.get("page"))
    return BasketView(sheet, options, only, find, size, page, typed or {})


def tabs_of(*, baskets: Sequence[Any], options: TradeOptions) -> Sequence[dict[str, Any]]:
    """Return the person's baskets by contract; none if there is but one to see."""
    by_contract = {basket.contract_id: basket for basket in baskets}
    shown = [
        contract
        for contract in options.contracts
        if contract.pk == options.contract.pk
        or (contract.pk in by_contract and by_contract[contract.pk].cached_num_lines)
    ]
    if len(shown) < 2:
        return []
    return [
        {
            "contract": contract,
            "basket": by_contract.get(contract.pk),
            "is_current": contract.pk == options.contract.pk,
        }
        for contract in shown
    ]


def _chosen(sheet: Sheet, only: str) -> Sequence[SheetLine]:
    return {"problems": sheet.with_problems, "price": sheet.repriced}.get(only, sheet.lines)


def _has(line: SheetLine, find: str) -> bool:
    product = line.product
    text = f"{line.article} {product.get_title()} {product.barcode} {line.comment}".casefold()
    return all(word in text for word in find.casefold().split())
