"""What the basket page shows: rows, filters, tabs, shipments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils import timezone

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.contracts.context import TradeOptions
from b2b_apps.core.days import next_working_day
from b2b_apps.inventory.selectors import Receipt, receipts_for
from b2b_apps.purchasing.kept import SORTS, FigureGroup, KeptSheet, line_ids_of
from b2b_apps.purchasing.quantities import Correction
from b2b_apps.purchasing.selectors import basket_sheet, kept_sheet
from b2b_apps.purchasing.services import basket_renew
from b2b_apps.purchasing.sheet import LineGroup, Sheet, SheetLine
from b2b_apps.storefront.credit import OrderCredit, order_credit
from b2b_apps.storefront.reserves import reserve_terms
from b2b_apps.storefront.timetable import SeenReceipt, seen_receipt
from b2b_apps.storefront.typed_cells import NOT_TYPED, TypedCell
from b2b_apps.sync1c.live.selectors import LivePrices, live_prices

SIZES = (30, 100, 200)
# A basket of no more lines is one page; a longer one is paged by as many.
USUAL_SIZE = SIZES[-1]
FILTERS = ("", "problems", "price")


@dataclass(frozen=True, slots=True)
class Row:
    """A line with what the table adds to it; ``typed`` is a refused quantity as it was typed;
    ``receipt`` is the next one of a good that is short; ``again`` how many base units to
    set all the same, though somebody else has changed the line meanwhile.
    """

    line: SheetLine
    warehouse: Any | None
    day: date
    receipt: SeenReceipt | None = None
    correction: Correction | None = None
    typed: str = ""
    error: str = ""
    again: Decimal | None = None

    @property
    def address(self) -> str:
        """Where an edit of the line goes."""
        return reverse("basket:line", args=[self.line.id])

    @property
    def day_text(self) -> str:
        return f"{self.day:%d.%m}"

    @property
    def reserved_until(self) -> str:
        until = self.line.reserved_until
        return f"{timezone.localtime(until):%d.%m %H:%M}" if until else ""

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
    group: LineGroup | FigureGroup
    warehouse: Any
    day: date


@dataclass(frozen=True)
class BasketView:
    """Everything the templates of the basket need."""

    sheet: Sheet | KeptSheet
    options: TradeOptions
    only: str = ""
    find: str = ""
    sort: str = ""
    size: int = USUAL_SIZE
    page: Page[int] | None = None
    typed: Mapping[str, TypedCell] = field(default_factory=dict)
    basket: Any = None
    # What the deliveries that are chosen cost: known at the checkout alone.
    carriage: Decimal = Decimal(0)

    @property
    def total_incl_tax(self) -> Decimal:
        """Goods and delivery."""
        return self.sheet.total_incl_tax + self.carriage

    @property
    def currency(self) -> str:
        return self.options.context.currency

    @property
    def warehouses(self) -> Mapping[int, Any]:
        return {warehouse.pk: warehouse for warehouse in self.options.warehouses}

    @property
    def day(self) -> date:
        return next_working_day(timezone.localdate())

    @cached_property
    def lines(self) -> Sequence[SheetLine]:
        """The lines of the page, in its order; without a page those that the sheet has."""
        if self.page is None:
            return self.sheet.lines
        known = {line.id: line for line in self.sheet.lines}
        return [known[pk] for pk in self.page if pk in known]

    @cached_property
    def rows(self) -> Sequence[Row]:
        return [self._typed_row(line) for line in self.lines]

    def _typed_row(self, line: SheetLine) -> Row:
        cell = self.typed.get(line.field, NOT_TYPED)
        return self.row(line, typed=cell.text, error=cell.error)

    def row(self, line: SheetLine, **more: Any) -> Row:
        warehouse = self.warehouses.get(line.warehouse_id or 0) if line.price else None
        receipt = seen_receipt(self.options.context, self._expected.get(line.product.pk, ()))
        return Row(line, warehouse, self.day, receipt, **more)

    @cached_property
    def _expected(self) -> Mapping[int, Sequence[Receipt]]:
        """What is on its way of goods that are short. One query, none if nothing is."""
        short = [x for x in self.lines if x.problem and x.problem.kind == "shortage"]
        return receipts_for(
            context=self.options.context, product_ids=[line.product.pk for line in short]
        )

    @property
    def shipments(self) -> Sequence[ShipmentRow]:
        known = self.warehouses
        groups: Sequence[Any] = self.sheet.shipments
        return [
            ShipmentRow(number, group, known[group.warehouse_id or 0], self.day)
            for number, group in enumerate(groups, start=1)
        ]

    @property
    def filters(self) -> Sequence[tuple[str, int]]:
        sheet = self.sheet
        counts = (sheet.num_lines, sheet.num_problems, sheet.num_repriced)
        return list(zip(FILTERS, counts, strict=True))

    @property
    def terms(self) -> str:
        return self.options.contract.payment_terms

    @cached_property
    def credit(self) -> OrderCredit | None:
        """Credit with this basket as an order."""
        return order_credit(options=self.options, sheet=self.sheet, carriage=self.carriage)

    @cached_property
    def live(self) -> LivePrices | None:
        """What 1C last said of this basket, None if it can't be asked. One query, two if it can;
        those of a whole basket while its answer may still be accepted.
        """
        context = self.options.context
        found = live_prices(context=context, sheet=self.sheet)
        if found is None or found.inquiry is None or isinstance(self.sheet, Sheet):
            return found
        return replace(found, sheet=basket_sheet(context=context, basket=self.basket))

    @property
    def live_days(self) -> int:
        """For how many days an accepted price of 1C holds."""
        return settings.LIVE_PRICE_DAYS

    @property
    def terms_of_reserve(self) -> Sequence[int]:
        return reserve_terms(self.options)

    @property
    def elsewhere(self) -> Sequence[Any]:
        """The other contracts that the person may order under: lines may be carried there."""
        current = self.options.contract.pk
        return [
            contract
            for contract in self.options.contracts
            if contract.pk != current and self.options.may_under(contract, PLACE_ORDERS)
        ]

    @property
    def has_saving(self) -> bool:
        return self.sheet.saving > Decimal(0)


def basket_view(
    *,
    basket: Any | None,
    options: TradeOptions,
    query: Mapping[str, str],
    typed: Mapping[str, TypedCell] | None = None,
) -> BasketView:
    """Return the page of the basket that the query string asks for; ``typed`` are refused cells.

    Brings what is kept of it up to date before. Ten queries if it is, whatever its length.
    """
    if basket is None:
        return BasketView(KeptSheet(()), options)
    renewed = basket_renew(context=options.context, basket=basket)
    only = query.get("only", "") if query.get("only") in FILTERS else ""
    find = query.get("find", "").strip()[:100]
    sort = query.get("sort", "") if query.get("sort") in SORTS else ""
    size = int(query["size"]) if query.get("size") in [str(n) for n in SIZES] else USUAL_SIZE
    places = line_ids_of(basket.pk, only=only, find=find, sort=sort)
    ids = list(places)
    # On paper a basket has all its lines.
    is_print = query.get("print") == "1"
    page = Paginator(ids, max(len(ids), 1) if is_print else size).get_page(query.get("page"))
    sheet = renewed.whole or kept_sheet(
        context=options.context,
        basket=basket,
        places={pk: places[pk] for pk in page},
        tariff=renewed.tariff,
    )
    return BasketView(sheet, options, only, find, sort, size, page, typed or {}, basket)


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
