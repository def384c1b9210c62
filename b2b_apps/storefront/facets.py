"""Filters of a listing with the counts of what each would leave."""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from b2b_apps.core.figures import money_text
from b2b_apps.storefront.listing_query import ListingQuery
from b2b_apps.storefront.natural_order import natural_key
from b2b_apps.storefront.price_facet import PriceFacet

MOST_VALUES = 80
SHOWN_KEYS, SHOWN_CHECKS = 15, 7
SHORT, SHORTEST = 7, 3
NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


class FacetValue(NamedTuple):
    """A value to tick, with how many rows it would leave."""

    value: str
    # Not how often a tuple has a value, which nobody asks of these.
    count: int  # type: ignore[assignment]
    is_chosen: bool
    label: str = ""

    @property
    def text(self) -> str:
        return self.label or self.value


class Facet(NamedTuple):
    """A group of values; ``columns`` is how many stand in a row of keys, 0 for a list."""

    name: str
    title: str
    values: tuple[FacetValue, ...]
    columns: int = 0
    reset: str = ""

    @property
    def shown(self) -> tuple[FacetValue, ...]:
        return self.values[: self._limit]

    @property
    def more(self) -> tuple[FacetValue, ...]:
        return self.values[self._limit :]

    @property
    def is_open(self) -> bool:
        return any(value.is_chosen for value in self.more)

    @property
    def _limit(self) -> int:
        limit = SHOWN_KEYS if self.columns else SHOWN_CHECKS
        # One or two more are no reason to hide them.
        return limit if len(self.values) > limit + 2 else len(self.values)


class Later(NamedTuple):
    """What is put together only when it is drawn: parts of filters are kept by what they are made
    of (``kept_parts``), and most have been drawn before.
    """

    make: Callable[..., Any]
    given: tuple[Hashable, ...]

    @property
    def made(self) -> Any:
        return self.make(*self.given)


class Chip(NamedTuple):
    """A chosen filter and the address without it."""

    label: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Facets:
    """All filters of a listing; ``num_arriving`` and ``warehouses`` only where they can be told.

    ``later`` are the groups, ``later_more`` chips of attributes that are not counted yet, with how
    many they are. ``spec_ids`` are attributes that most rows have, to be shown under names.
    """

    num_in_stock: int
    num_at_home: int
    price: PriceFacet | None
    later: Sequence[Later]
    chips: Sequence[Chip]
    spec_ids: Sequence[int]
    num_arriving: int | None = None
    warehouses: Facet | None = None
    labels: Facet | None = None
    later_more: Later | None = None
    num_more: int = 0

    @property
    def groups(self) -> list[Facet]:
        return [later.made for later in self.later]

    @property
    def more(self) -> tuple[Chip, ...]:
        """Attributes that are not counted yet: their names, goods that have them, addresses."""
        return self.later_more.made if self.later_more else ()


def brand_facet(
    *, totals: Mapping[str, int], counts: Mapping[str, int], query: ListingQuery
) -> Later | None:
    """The makers, those of most goods first; None if there is nothing to choose."""
    totals = {**dict.fromkeys(query.brands, 0), **totals}
    if len(totals) < 2 and not query.brands:
        return None
    reset = query.address("brand") if query.brands else ""
    given = (_("Maker"), tuple(totals.items()), tuple(counts.items()), query.brands, reset)
    return Later(_brands, given)


def _brands(
    title: str,
    totals: Sequence[tuple[str, int]],
    counts: Sequence[tuple[str, int]],
    chosen: Sequence[str],
    reset: str,
) -> Facet:
    left = dict(counts)
    values = sorted(totals, key=lambda pair: (-pair[1], pair[0].lower()))[:MOST_VALUES]
    return Facet(
        name="brand",
        title=title,
        values=tuple([FacetValue(b, left.get(b, 0), b in chosen) for b, _total in values]),
        reset=reset,
    )


def attribute_facet(pk: int, title: str, counts: Mapping[str, int], query: ListingQuery) -> Later:
    """The values of an attribute: figures and short ones as keys in their order, else a list."""
    chosen = query.attributes.get(pk, ())
    reset = query.address(f"a_{pk}") if chosen else ""
    return Later(_attribute, (f"a_{pk}", title, tuple(counts.items()), chosen, reset))


def _attribute(
    name: str,
    title: str,
    pairs: Sequence[tuple[str, int]],
    chosen: Sequence[str],
    reset: str,
) -> Facet:
    counts = dict(pairs)
    names = list(counts)
    is_numeric = all(NUMBER.fullmatch(value) for value in names)
    is_short = all(len(value) <= SHORT for value in names)
    if is_numeric or is_short:
        names.sort(key=natural_key)
    else:
        names.sort(key=lambda value: (-counts[value], natural_key(value)))
    names += [value for value in chosen if value not in counts]
    longest = max(map(len, names), default=0)
    columns = (5 if longest <= SHORTEST else 4 if longest <= 5 else 3) if is_short else 0
    return Facet(
        name=name,
        title=title,
        values=tuple([FacetValue(v, counts.get(v, 0), v in chosen) for v in names[:MOST_VALUES]]),
        columns=columns,
        reset=reset,
    )


def chips_of(
    query: ListingQuery,
    titles: Mapping[int, str],
    places: Mapping[int, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> list[Chip]:
    """The chosen filters; ``titles`` are of attributes, ``places`` the names of warehouses.

    A warehouse that is not among them is not heeded and has no chip, nor has a label without
    ``labels``.
    """
    chips = list(_chips_of_stock(query, places or {}))
    chips += [
        Chip(_("Label"), labels.get(code, code), query.address(("label", code)))
        for code in query.labels
        if labels is not None
    ]
    if query.has_price:
        chips.append(Chip(_("Price"), _span(query), query.address("price_from", "price_to")))
    chips += [Chip(_("Maker"), brand, query.address(("brand", brand))) for brand in query.brands]
    for pk, values in query.attributes.items():
        title = titles.get(pk, _("Property"))
        chips += [Chip(title, value, query.address((f"a_{pk}", value))) for value in values]
    return chips


def _chips_of_stock(query: ListingQuery, places: Mapping[int, str]) -> Iterable[Chip]:
    if query.in_stock:
        yield Chip(_("Availability"), _("in stock"), query.address("stock"))
    if query.at_home:
        yield Chip(_("Availability"), _("my region"), query.address("home"))
    if query.arriving:
        yield Chip(_("Availability"), _("will come"), query.address("soon"))
    for pk in query.warehouse_ids:
        if pk in places:
            yield Chip(_("Warehouse"), places[pk], query.address(("wh", str(pk))))


def _span(query: ListingQuery) -> str:
    low = "" if query.price_from is None else money_text(query.price_from)
    high = "" if query.price_to is None else money_text(query.price_to)
    if low and high:
        return f"{low}–{high}"
    return _("from %(n)s") % {"n": low} if low else _("up to %(n)s") % {"n": high}
