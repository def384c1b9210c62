"""One listing for the index, a section and a search: filtered, ordered, paged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_PRICES
from b2b_apps.contracts.context import TradeOptions
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.seen import shows_figures, stock_rank
from b2b_apps.storefront.candidates import Candidate, Source, candidates_for
from b2b_apps.storefront.facets import (
    Facets,
    attribute_bits,
    facets_for,
    failed_bits,
)
from b2b_apps.storefront.goods_rows import GoodsRow, StockColumn, goods_rows, stock_columns
from b2b_apps.storefront.listing_query import SIZES, ListingQuery
from b2b_apps.storefront.natural_order import natural_key

Key = Callable[[Candidate], Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything the templates of a listing need; ``num_all`` heeds no filter."""

    query: ListingQuery
    rows: Sequence[GoodsRow]
    columns: Sequence[StockColumn]
    page: Page
    facets: Facets
    num_all: int
    num_at_home: int
    may_see_prices: bool
    may_order: bool
    # Below it a quantity is marked as small; None where no figures are shown.
    few_below: Decimal | None = None

    @property
    def sizes(self) -> Sequence[int]:
        return SIZES

    @property
    def unit(self) -> str:
        """The base unit if all rows share one."""
        units = {row.unit for row in self.rows}
        return units.pop() if len(units) == 1 else ""

    @property
    def has_retail(self) -> bool:
        return any(row.price and row.price.retail is not None for row in self.rows)

    @property
    def has_receipts(self) -> bool:
        return bool(self.columns) and any(row.next_receipt for row in self.rows)

    @property
    def num_stock_columns(self) -> int:
        """Warehouses and receipts, which share a heading."""
        return len(self.columns) + self.has_receipts

    @property
    def home_label(self) -> str:
        return next((column.label for column in self.columns if column.is_home), "")

    @property
    def sorts(self) -> Sequence[tuple[str, str, bool]]:
        """(value, label, chosen) of each order that the person may choose."""
        first = _("by relevance") if self.query.text else _("by section and name")
        found = [("", first), ("name", _("name")), ("article", _("article"))]
        if self.may_see_prices:
            found += [("price", _("price ↑")), ("-price", _("price ↓"))]
        found += [("-stock", _("stock ↓"))]
        return [(value, label, value == self.query.sort) for value, label in found]

    @property
    def table_url(self) -> str:
        return self.query.address(view="table")

    @property
    def tiles_url(self) -> str:
        return self.query.address(view="tiles")

    @property
    def article_url(self) -> str:
        return self.query.address(sort="" if self.query.sort == "article" else "article")

    @property
    def price_url(self) -> str:
        return self.query.address(sort="-price" if self.query.sort == "price" else "price")

    @property
    def clear_url(self) -> str:
        return self.query.without_filters()


def listing_for(*, options: TradeOptions, source: Source, query: ListingQuery) -> Listing:
    """Return the page of a listing. Seven queries, whatever the number of goods; eight if a price
    rule asks for their sections or attributes.

    Order, filter and bars of prices ask the same book as the rows, so they agree to the kopeck.
    """
    context = options.context
    if not context.may(SEE_PRICES):
        query = query.without_prices()
    bits = attribute_bits(query)
    rows, book = candidates_for(
        context=context,
        source=source,
        home_ids=[w.pk for w in options.warehouses if w.region_id == context.region_id],
        attributes=[
            (bits[pk], pk, v) for pk, vs in query.attributes.items() if pk in bits for v in vs
        ],
    )
    failed = [failed_bits(row, query, bits) for row in rows]
    facets = facets_for(rows=rows, failed=failed, query=query, bits=bits)
    kept = [row for row, f in zip(rows, failed, strict=True) if not f]
    kept.sort(key=_order(query.sort, context))
    page = Paginator(kept, query.size).get_page(query.page)
    columns = stock_columns(options)
    return Listing(
        query=query,
        rows=goods_rows(
            context=context,
            columns=columns,
            candidates=list(page.object_list),
            book=book,
            spec_ids=facets.spec_ids,
        ),
        columns=columns,
        page=page,
        facets=facets,
        num_all=len(rows),
        num_at_home=sum(1 for row in rows if row.free_home > 0),
        may_see_prices=context.may(SEE_PRICES),
        may_order=context.may(PLACE_ORDERS),
        few_below=context.stock_few_below if shows_figures(context) else None,
    )


def _order(sort: str, context: TradeContext) -> Key:
    orders: dict[str, Key] = {
        "": lambda row: (row.rank, row.category_path, natural_key(row.title), row.id),
        "name": lambda row: (natural_key(row.title), row.id),
        "article": lambda row: (natural_key(row.article), row.id),
        "price": lambda row: (row.price is None, row.price or Decimal(0), row.id),
        "-price": lambda row: (row.price is None, -(row.price or Decimal(0)), row.id),
        "-stock": lambda row: (-stock_rank(context, row.free), natural_key(row.title), row.id),
    }
    return orders[sort]
