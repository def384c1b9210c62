"""One listing for the index, a section and a search: filtered, ordered, paged."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page
from django.utils.translation import gettext as _

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_PRICES
from b2b_apps.contracts.context import TradeOptions
from b2b_apps.inventory.seen import shows_figures
from b2b_apps.storefront.candidates import Source
from b2b_apps.storefront.facets import Facets
from b2b_apps.storefront.found_listing import listed_from_index
from b2b_apps.storefront.found_sections import SectionChip
from b2b_apps.storefront.goods_rows import GoodsRow, StockColumn, goods_rows, stock_columns
from b2b_apps.storefront.listed import Listed
from b2b_apps.storefront.listing_query import SIZES, ListingQuery
from b2b_apps.storefront.marks import Marks
from b2b_apps.storefront.plain_listing import listed_plainly
from b2b_apps.storefront.reading_words import reading_text
from search import current
from search.engines.base import EngineAwayError


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything the templates of a listing need."""

    query: ListingQuery
    rows: Sequence[GoodsRow]
    columns: Sequence[StockColumn]
    listed: Listed
    may_see_prices: bool
    may_order: bool
    # Below it a quantity is marked as small; None where no figures are shown.
    few_below: Decimal | None = None

    @property
    def page(self) -> Page:
        return self.listed.page

    @property
    def facets(self) -> Facets:
        return self.listed.facets

    @property
    def reading_text(self) -> str:
        """How the text was read, if not as it stands."""
        return reading_text(self.listed, self.query.text)

    @property
    def num_all(self) -> int:
        return self.listed.num_all

    @property
    def sections(self) -> Sequence[SectionChip]:
        return self.listed.sections

    @property
    def num_at_home(self) -> int:
        return self.listed.num_at_home

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
        if not self.listed.is_plain:
            found += [("new", _("novelties first"))]
        return [(value, label, value == self.query.sort) for value, label in found]

    @property
    def bars_url(self) -> str:
        """Where the bars of prices come from, if the page goes without them at first."""
        return self.query.address(bars="1") if self.listed.is_spread_late else ""

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
    """Return the page of a listing: from the index, or from the database while it is away.

    At most eleven queries, whatever the number of goods; one or two more if rules of prices ask
    for sections or attributes. Order, filter and bars of prices agree with the rows to the kopeck.
    """
    context = options.context
    if not context.may(SEE_PRICES):
        query = query.without_prices()
    listed = _listed(options=options, source=source, query=query)
    columns = stock_columns(options)
    return Listing(
        query=query,
        rows=goods_rows(
            context=context,
            columns=columns,
            ids=listed.ids,
            book=listed.book,
            tariff=listed.tariff,
            spec_ids=listed.facets.spec_ids,
            marks=_marks(source, query, listed),
        ),
        columns=columns,
        listed=listed,
        may_see_prices=context.may(SEE_PRICES),
        may_order=context.may(PLACE_ORDERS),
        few_below=context.stock_few_below if shows_figures(context) else None,
    )


def _marks(source: Source, query: ListingQuery, listed: Listed) -> Marks:
    text = query.text if source.patterns else ""
    return Marks(text, listed.read_as or text, listed.pins, listed.labels)


def _listed(*, options: TradeOptions, source: Source, query: ListingQuery) -> Listed:
    try:
        return listed_from_index(options=options, source=source, query=query)
    except EngineAwayError as error:
        current.health.note_away(error)
    return listed_plainly(options=options, source=source, query=query)
