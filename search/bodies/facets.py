"""Counts of facets: which are asked for, and what engines answer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from search.bodies.filters import (
    BRAND,
    SECTION,
    WAREHOUSES,
    attribute_group,
)
from search.engines.base import Body
from search.places import Places
from search.query import AttributeCounts, SearchQuery

MOST_BRANDS, MOST_SECTIONS, MOST_VALUES = 200, 200, 200
# More are counted than a page shows: those with one value only are dropped.
MOST_COUNTED, MOST_SHOWN = 12, 10
MOST_KNOWN = 2_000
# Of rows of more kits attributes are counted themselves.
MOST_KITS = 300
MOST_MORE = 100
# An attribute is worth a filter if at least a fifth of the rows have it.
LEAST_COVERAGE = 5


def overview_body(base: Body) -> Body:
    """What all rows have, no filter heeded: brands, and kits of attributes."""
    return {
        "query": base,
        "size": 0,
        "track_total_hits": True,
        "aggs": {
            "brand": _terms("brand", MOST_BRANDS),
            "kit": _terms("kit", MOST_KITS),
        },
    }


def kits_body(kits: Collection[int]) -> Body:
    """The attributes of some kits."""
    by_kit = {**_terms("kit", len(kits)), "aggs": {"attrs": _terms("attrs", MOST_KNOWN)}}
    return {"query": {"terms": {"kit": list(kits)}}, "size": 0, "aggs": {"kit": by_kit}}


def attributes_body(base: Body) -> Body:
    """How many rows have each attribute."""
    return {"query": base, "size": 0, "aggs": {"attrs": _terms("attrs", MOST_KNOWN)}}


def counted_attributes(
    coverage: Mapping[int, int], total: int, query: SearchQuery
) -> Mapping[int, int]:
    """The attributes whose values are counted, with their coverage: the chosen ones, and those
    that most rows have. One that no row has is nobody's to choose: its very name may tell of
    goods that the context does not see.
    """
    asked = dict.fromkeys([*query.attributes, *query.open_attributes])
    chosen = {pk: coverage[pk] for pk in asked if pk in coverage}
    others = [
        pk for pk, num in coverage.items() if pk not in chosen and num * LEAST_COVERAGE >= total
    ]
    others.sort(key=lambda pk: (-coverage[pk], pk))
    return {**chosen, **{pk: coverage[pk] for pk in others[:MOST_COUNTED]}}


def more_attributes(coverage: Mapping[int, int], shown: Collection[int]) -> dict[int, int]:
    """Attributes beside those that are shown, those of most rows first, with how many have them."""
    others = sorted(coverage.keys() - set(shown), key=lambda pk: (-coverage[pk], pk))
    return {pk: coverage[pk] for pk in others[:MOST_MORE]}


def values_of(attribute_ids: Iterable[int]) -> Body:
    """The aggregation of the values of some attributes."""
    ids = list(attribute_ids)
    found = _terms("av", MOST_VALUES * len(ids))
    found["terms"]["include"] = "|".join(f"{pk}=.*" for pk in ids)
    return found


def open_aggs(
    query: SearchQuery, clauses: Mapping[str, Body], places: Places, attribute_ids: Iterable[int]
) -> dict[str, Body]:
    """Aggregations of the groups that nothing is chosen in: the page's own body counts them.

    Of brands where nothing is chosen at all the overview tells.
    """
    found: dict[str, Body] = {}
    if query.text and SECTION not in clauses:
        found["cats"] = _terms("cats", MOST_SECTIONS)
    if clauses and BRAND not in clauses:
        found["brand"] = _terms("brand", MOST_BRANDS)
    if WAREHOUSES not in clauses and places.warehouse_ids:
        found["wh"] = _terms("wh", MOST_KNOWN)
    free = [pk for pk in attribute_ids if attribute_group(pk) not in clauses]
    if free:
        found["av"] = values_of(free)
    return found


def chosen_aggs(clauses: Mapping[str, Body]) -> dict[str, Body]:
    """The aggregation of the values of each group in which some are chosen."""
    fields = {
        SECTION: _terms("cats", MOST_SECTIONS),
        BRAND: _terms("brand", MOST_BRANDS),
        WAREHOUSES: _terms("wh", MOST_KNOWN),
    }
    found: dict[str, Body] = {}
    for group in clauses:
        if group.startswith("a_"):
            found[group] = values_of([int(group[2:])])
        elif group in fields:
            found[group] = fields[group]
    return found


def attribute_counts(
    *,
    coverage: Mapping[int, int],
    everything: Mapping[str, Any],
    left: Mapping[str, int],
    chosen: Iterable[int],
) -> dict[int, AttributeCounts]:
    """The attributes worth a filter, the chosen ones first; ``left`` are the counts by
    ``attribute=value``, ``everything`` the aggregations of all rows.
    """
    names: dict[int, list[str]] = {pk: [] for pk in coverage}
    for key in _buckets(everything, "av"):
        attribute, _sign, value = str(key).partition("=")
        if int(attribute) in names:
            names[int(attribute)].append(value)
    always = set(chosen)
    worthy = [pk for pk in coverage if pk in always or len(names[pk]) > 1]
    return {
        pk: AttributeCounts(
            {value: left.get(f"{pk}={value}", 0) for value in names[pk]}, coverage[pk]
        )
        for pk in worthy[: max(MOST_SHOWN, len(always))]
    }


def counts_in(aggs: Mapping[str, Any], name: str) -> dict[Any, int]:
    """Counts by value of one aggregation of terms; nothing if it was not asked."""
    return _buckets(aggs, name)


def _terms(field: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size}}


def _buckets(aggs: Mapping[str, Any], name: str) -> dict[Any, int]:
    found: Sequence[Mapping[str, Any]] = aggs.get(name, {}).get("buckets", ())
    return {bucket["key"]: int(bucket["doc_count"]) for bucket in found}
