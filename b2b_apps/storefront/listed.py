"""What a listing is put together from, whether the index was asked or the database alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page

from b2b_apps.core.context import WornLabel
from b2b_apps.pricing.selectors import PriceBook
from b2b_apps.pricing.tariff import Tariff
from b2b_apps.storefront.facets import Facets
from b2b_apps.storefront.found_sections import SectionChip


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of one page in order, by product, and what is said of all.

    ``book`` knows the prices of the rows, or ``tariff`` is what such a book begins with.
    ``num_all`` heeds no filter. ``reading`` is the kind of reading of the text that answered
    (``search.bodies.text``), ``read_as`` the text that it read instead, if it can be told.
    ``pins`` are products that staff put first, ``labels`` what rows wear.
    ``is_plain``: without the index, and ``has_more`` goods than such a listing takes.
    """

    ids: Sequence[int]
    page: Page
    facets: Facets
    num_all: int
    num_at_home: int
    book: PriceBook | None = None
    tariff: Tariff | None = None
    reading: str = ""
    read_as: str = ""
    pins: frozenset[int] = frozenset()
    labels: Mapping[int, Sequence[WornLabel]] = field(default_factory=dict)
    # Sections among which what a text finds is spread.
    sections: Sequence[SectionChip] = ()
    is_plain: bool = False
    has_more: bool = False
    # Whether the page asks for the bars of prices apart.
    is_spread_late: bool = False
    # Seconds.
    took: float = 0.0
