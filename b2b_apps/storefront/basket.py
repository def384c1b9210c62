"""What the basket page shows: rows, filters, tabs, shipments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import timezone

from b2b_apps.contracts.context import TradeOptions
from b2b_apps.purchasing.dates import next_working_day
from b2b_apps.purchasing.quantities import Correction
from b2b_apps.purchasing.sheet import LineGroup, Sheet, SheetLine
from b2b_apps.storefront.shell import payment_terms

SIZES = (30, 100, 200)
FILTERS = ("", "problems", "price")


@dataclass(frozen=True, slots=True)
class Row:
    """A line with what the table adds to it; ``typed`` is a refused quantity as it was typed."""

    line: SheetLine
    warehouse: Any | None
    day: date
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


@dataclass(frozen=True, slots=True)
class BasketView:
    """Everything the templates of the basket need."""

    sheet: Sheet
    options: TradeOptions
    only: str = ""
    find: str = ""
    size: int = SIZES[0]
    page: Page[SheetLine] | None = None

    @property
    def currency(self) -> str:
        return self.options.context.currency

    @property
    def is_vat_on_top(self) -> bool:
        return self.options.context.vat_mode == "on_top"

    @property
    def warehouses(self) -> Mapping[int, Any]:
        return {warehouse.pk: warehouse for warehouse in self.options.warehouses}

    @property
    def day(self) -> date:
        return next_working_day(timezone.localdate())

    @property
    def rows(self) -> Sequence[Row]:
        return [self.row(line) for line in self.page or ()]

    def row(self, line: SheetLine, **more: Any) -> Row:
        warehouse = self.warehouses.get(line.warehouse_id or 0) if line.price else None
        return Row(line, warehouse, self.day, **more)

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
        return payment_terms(self.options.contract)

    @property
    def has_saving(self) -> bool:
        return self.sheet.saving > Decimal(0)


def basket_view(*, sheet: Sheet, options: TradeOptions, query: Mapping[str, str]) -> BasketView:
    """Return the page of the basket that the query string asks for."""
    only = query.get("only", "") if query.get("only") in FILTERS else ""
    find = query.get("find", "").strip()[:100]
    size = int(query["size"]) if query.get("size") in [str(size) for size in SIZES] else SIZES[0]
    lines = [line for line in _chosen(sheet, only) if not find or _has(line, find)]
    page = Paginator(lines, size).get_page(query.get("page"))
    return BasketView(sheet, options, only, find, size, page)


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
