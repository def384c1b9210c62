"""What a listing is put together from, whether the index was asked or the database alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.core.paginator import Page

from b2b_apps.core.context import WornLabel
from b2b_apps.pricing.selectors import PriceBook
from b2b_apps.storefront.facets import Facets


class ListedRow(Protocol):
    """A row of a listing: a product, or a parent with its public characteristics."""

    @property
    def id(self) -> int: ...

    @property
    def sku_ids(self) -> tuple[int, ...]: ...


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of one page in order, and what is said of all.

    ``num_all`` heeds no filter. ``reading`` is the kind of reading of the text that answered
    (``search.bodies.text``), ``read_as`` the text that it read instead, if it can be told.
    ``pins`` are products that staff put first, ``labels`` what rows wear.
    ``is_plain``: without the index, and ``has_more`` goods than such a listing takes.
    """

    rows: Sequence[ListedRow]
    book: PriceBook
    page: Page
    facets: Facets
    num_all: int
    num_at_home: int
    reading: str = ""
    read_as: str = ""
    pins: frozenset[int] = frozenset()
    labels: Mapping[int, Sequence[WornLabel]] = field(default_factory=dict)
    is_plain: bool = False
    has_more: bool = False
    # Seconds.
    took: float = 0.0
