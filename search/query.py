"""What is asked of a search, and what it answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from b2b_apps.pricing.tariff import Tariff

SORTS = ("", "article", "name", "new", "price", "-price", "-stock")
PRICE_SORTS = ("price", "-price")
# Engines give no hits beyond it; nobody pages so far, programs have the API.
DEEPEST = 10_000
LARGEST_PAGE = 500
MOST_VALUES = 60
MOST_ATTRIBUTES = 24
# No value of a facet is longer: what is longer is no value to tick.
LONGEST_VALUE = 250
LARGEST_ID = 2**53


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Filters, order and page as plain values. Prices are of a base unit, as the buyer sees them.

    ``sort`` is one of SORTS: "" is relevance, or section and name where no text is asked.
    The values of ``open_attributes`` are counted even if few rows have them.
    ``wants_spread``: the spread of prices is wanted whatever it takes; of many rows it is left out
    otherwise, unless prices are asked for anyway.
    ``within_id`` is a section chosen among those of what a text finds: a filter like the others.
    ``warehouse_ids`` filters by those warehouses; ``at_home`` by those of the buyer's region.
    """

    text: str = ""
    category_id: int | None = None
    within_id: int | None = None
    brands: tuple[str, ...] = ()
    attributes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    open_attributes: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    in_stock: bool = False
    warehouse_ids: tuple[int, ...] = ()
    at_home: bool = False
    arriving: bool = False
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    sort: str = ""
    page: int = 1
    size: int = 24
    wants_spread: bool = False

    @property
    def has_price(self) -> bool:
        return self.price_from is not None or self.price_to is not None

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    def without_prices(self) -> "SearchQuery":
        """The same query of a person who may not see prices: they neither filter nor sort."""
        sort = "" if self.sort in PRICE_SORTS else self.sort
        return replace(self, price_from=None, price_to=None, sort=sort)

    def tidy(self, *, warehouse_ids: Collection[int]) -> "SearchQuery":
        """The query without what no engine would take or the person may not ask.

        ``warehouse_ids`` are those that he sees; a filter by others is no filter.
        """
        size = min(max(self.size, 1), LARGEST_PAGE)
        page = min(max(self.page, 1), DEEPEST // size)
        attributes = {
            pk: values[:MOST_VALUES]
            for pk, values in list(self.attributes.items())[:MOST_ATTRIBUTES]
            if values
        }
        known = set(warehouse_ids)
        return replace(
            self,
            brands=self.brands[:MOST_VALUES],
            attributes=attributes,
            open_attributes=self.open_attributes[:MOST_ATTRIBUTES],
            labels=self.labels[:MOST_VALUES],
            warehouse_ids=tuple(pk for pk in self.warehouse_ids if pk in known),
            sort=self.sort if self.sort in SORTS else "",
            page=page,
            size=size,
        )


@dataclass(frozen=True, slots=True)
class AttributeCounts:
    """The values of an attribute: how many rows each would leave, and how many rows have any.

    ``coverage`` heeds no filter; a value that filters have emptied stays with 0.
    """

    values: Mapping[str, int]
    coverage: int


@dataclass(frozen=True, slots=True)
class PriceSpread:
    """The spread of the buyer's prices, every filter heeded but that of prices.

    Bars have one width from ``lowest`` to ``top`` and are per cent of the highest; the last one
    takes all above ``top`` too. Bars from ``first`` up to ``last`` are within the filter.
    """

    lowest: Decimal
    highest: Decimal
    top: Decimal
    bars: Sequence[int]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """How many rows each value would leave; a group heeds every filter but its own.

    ``sections`` of the rows, with those above them, are counted where a text was asked, and
    ``num_in_sections`` are the rows of all. ``brand_totals`` heed no filter.
    Attributes are those of a fair share of the rows, and the chosen ones; ``more_attributes`` are
    others that rows have, with how many.
    """

    sections: Mapping[int, int] = field(default_factory=dict)
    num_in_sections: int = 0
    brands: Mapping[str, int] = field(default_factory=dict)
    brand_totals: Mapping[str, int] = field(default_factory=dict)
    attributes: Mapping[int, AttributeCounts] = field(default_factory=dict)
    more_attributes: Mapping[int, int] = field(default_factory=dict)
    labels: Mapping[str, int] = field(default_factory=dict)
    warehouses: Mapping[int, int] = field(default_factory=dict)
    num_in_stock: int = 0
    num_at_home: int = 0
    num_arriving: int = 0
    price: PriceSpread | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of rows in order, by product id, and the counts of all facets.

    ``query`` is what was answered: its page is a real one. ``num_all`` heeds no filter.
    ``num_pages`` can be turned to; of more than DEEPEST rows the rest is not. ``stage`` is the
    place of the text's reading that answered, 0 the strictest, None without a text or if nothing
    was found. ``took`` is in seconds. ``tariff`` is what prices were reckoned by, for the page's
    own price book. ``is_spread_late``: the spread of prices has to be asked for apart.
    """

    query: SearchQuery
    ids: Sequence[int]
    total: int
    num_all: int
    num_pages: int
    stage: int | None
    counts: FacetCounts
    took: float = 0.0
    tariff: Tariff | None = None
    is_spread_late: bool = False
