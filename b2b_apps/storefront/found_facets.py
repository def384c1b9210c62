"""Filters of a listing from the counts of the index."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from b2b_apps.contracts.context import TradeOptions
from b2b_apps.core.context import WornLabel
from b2b_apps.core.prepared import FEW, rows_of
from b2b_apps.storefront.facets import (
    Chip,
    Facet,
    Facets,
    FacetValue,
    Later,
    attribute_facet,
    brand_facet,
    chips_of,
)
from b2b_apps.storefront.listing_query import ListingQuery
from b2b_apps.storefront.price_facet import PriceFacet
from search.query import FacetCounts, PriceSpread, SearchResult

# Names of attributes change when 1C renames one: that is seen a little later.
KEPT_SECONDS, MOST_KEPT = 30.0, 10_000
NAMES = "SELECT id, name FROM catalogue_productattribute WHERE id = ANY(%(ids)s::bigint[])"
_kept: dict[int, tuple[float, str]] = {}


def facets_found(*, result: SearchResult, query: ListingQuery, options: TradeOptions) -> Facets:
    """Return the filters of what a search found. One query at most."""
    counts = result.counts
    titles = _titles([*counts.attributes, *counts.more_attributes])
    later = [
        brand_facet(totals=counts.brand_totals, counts=counts.brands, query=query),
        *_attributes(counts, titles, query),
    ]
    places = {w.pk: w.name for w in options.warehouses}
    return Facets(
        num_in_stock=counts.num_in_stock,
        num_at_home=counts.num_at_home,
        num_arriving=counts.num_arriving,
        warehouses=_warehouses(counts, places, query),
        price=_price(counts.price),
        later=[group for group in later if group],
        labels=_labels(counts, options.context.labels, query),
        chips=chips_of(
            query, titles, places, {label.code: label.name for label in options.context.labels}
        ),
        **_more(counts, titles, query),
        spec_ids=_spec_ids(counts, result.num_all),
    )


def _titles(attribute_ids: Collection[int]) -> Mapping[int, str]:
    """The names of attributes. One query, none while this process has read them lately."""
    now = time.monotonic()
    kept = {pk: found[1] for pk in attribute_ids if (found := _kept.get(pk)) and now < found[0]}
    if missing := [pk for pk in attribute_ids if pk not in kept]:
        rows = rows_of(NAMES, {"ids": missing}, is_prepared=len(missing) <= FEW)
        read: dict[int, str] = dict(rows)
        if len(_kept) > MOST_KEPT:
            _kept.clear()
        _kept.update({pk: (now + KEPT_SECONDS, name) for pk, name in read.items()})
        kept |= read
    return kept


def _attributes(
    counts: FacetCounts, titles: Mapping[int, str], query: ListingQuery
) -> Iterable[Later]:
    for pk in sorted(counts.attributes):
        if pk in titles:
            yield attribute_facet(pk, titles[pk], counts.attributes[pk].values, query)


def _more(counts: FacetCounts, titles: Mapping[int, str], query: ListingQuery) -> dict[str, Any]:
    """The attributes that few rows have."""
    found = [(titles[pk], n, pk) for pk, n in counts.more_attributes.items() if pk in titles]
    if not found:
        return {}
    later = Later(_more_chips, (urlencode(query.pairs()), tuple(found)))
    return {"later_more": later, "num_more": len(found)}


def _more_chips(pairs: str, named: Sequence[tuple[str, int, int]]) -> tuple[Chip, ...]:
    """The attributes by name; each leads to the list with its values."""
    before = f"?{pairs}&more=" if pairs else "?more="
    found = [Chip(title, f"{num}", f"{before}{pk}") for title, num, pk in named]
    return tuple(sorted(found, key=lambda chip: chip.label.lower()))


def _spec_ids(counts: FacetCounts, num_rows: int) -> Sequence[int]:
    return sorted(pk for pk, a in counts.attributes.items() if a.coverage * 2 >= num_rows)


def _warehouses(
    counts: FacetCounts, places: Mapping[int, str], query: ListingQuery
) -> Facet | None:
    """The warehouses that the person sees; one alone is no choice."""
    if len(places) < 2:
        return None
    return Facet(
        name="wh",
        title=_("By warehouse"),
        values=tuple(
            FacetValue(str(pk), counts.warehouses.get(pk, 0), pk in query.warehouse_ids, name)
            for pk, name in places.items()
        ),
        reset=query.address("wh") if query.warehouse_ids else "",
    )


def _labels(counts: FacetCounts, labels: Sequence[WornLabel], query: ListingQuery) -> Facet | None:
    """The labels that something here wears."""
    worn = [lb for lb in labels if counts.labels.get(lb.code) or lb.code in query.labels]
    if not worn:
        return None
    return Facet(
        name="label",
        title=_("Labels"),
        values=tuple(
            FacetValue(lb.code, counts.labels.get(lb.code, 0), lb.code in query.labels, lb.name)
            for lb in worn
        ),
        reset=query.address("label") if query.labels else "",
    )


def _price(spread: PriceSpread | None) -> PriceFacet | None:
    if spread is None:
        return None
    return PriceFacet(spread.lowest, spread.highest, spread.bars, spread.first, spread.last)
