"""Counts of all facets of a search, in one request."""

from collections.abc import Mapping
from dataclasses import dataclass

from search.bodies.facets import (
    attribute_counts,
    chosen_bodies,
    count_body,
    counted_attributes,
    counts_in,
    more_attributes,
    open_aggs,
    values_body,
)
from search.bodies.filters import (
    ARRIVING,
    HOME,
    LABELS,
    STOCK,
    WAREHOUSES,
    arriving_in,
    filtered,
    free_in,
)
from search.engines.base import Answer, Body, Engine
from search.places import Places
from search.query import AttributeCounts, FacetCounts, SearchQuery


@dataclass(frozen=True, slots=True)
class Found:
    """What a text, a section and the scope find, no filter heeded. ``stage`` is the reading."""

    base: Body
    stage: int | None
    overview: Answer


def facet_counts(  # noqa: PLR0913, PLR0917 - what counts heed
    engine: Engine,
    found: Found,
    query: SearchQuery,
    clauses: Mapping[str, Body],
    places: Places,
    labels: Mapping[str, Body],
) -> tuple[int, FacetCounts]:
    """Return (rows left by all filters, counts of all facets). One request.

    ``labels`` are the clauses of all labels that the person sees, by code.
    """
    coverage = counted_attributes(found.overview, query)
    counted = {
        STOCK: free_in(places, places.warehouse_ids),
        HOME: free_in(places, places.home_ids),
        ARRIVING: arriving_in(places),
        **{f"{WAREHOUSES}{at}": free_in(places, [at]) for at in _held_at(places)},
        **{f"{LABELS}{code}": clause for code, clause in labels.items()},
    }
    chosen = chosen_bodies(found.base, clauses)
    bodies: list[Body] = [
        {
            "query": filtered(found.base, clauses),
            "size": 0,
            "track_total_hits": True,
            "aggs": open_aggs(clauses, places, coverage),
        },
        *chosen.values(),
        *(count_body(found.base, clauses, _group_of(name), clause)
          for name, clause in counted.items()),
    ]  # fmt: skip
    if clauses and coverage:
        bodies.append(values_body(found.base, coverage))
    page, *others = engine.search(bodies)
    aggs = dict(zip(chosen, others, strict=False))
    totals = dict(zip(counted, others[len(chosen) :], strict=False))
    everything = others[-1].aggs if clauses and coverage else page.aggs

    def of(group: str, name: str) -> Mapping[object, int]:
        return counts_in(aggs[group].aggs, "of") if group in aggs else counts_in(page.aggs, name)

    left = counts_in(page.aggs, "av")
    for group, answer in aggs.items():
        if group.startswith("a_"):
            left = {**left, **counts_in(answer.aggs, "of")}
    at = {int(str(pk)): num for pk, num in of(WAREHOUSES, "wh").items()}
    at |= {pk: totals[f"{WAREHOUSES}{pk}"].total for pk in _held_at(places)}
    attributes = _attributes(coverage, everything, left, query)
    return page.total, FacetCounts(
        brands={str(brand): num for brand, num in of("brand", "brand").items()},
        brand_totals=counts_in(found.overview.aggs, "brand"),
        attributes=attributes,
        more_attributes=more_attributes(found.overview, attributes),
        labels={code: totals[f"{LABELS}{code}"].total for code in labels},
        warehouses={pk: at.get(pk, 0) for pk in places.warehouse_ids},
        num_in_stock=totals[STOCK].total,
        num_at_home=totals[HOME].total,
        num_arriving=totals[ARRIVING].total,
    )


def _attributes(
    coverage: Mapping[int, int],
    everything: Mapping[str, object],
    left: Mapping[str, int],
    query: SearchQuery,
) -> dict[int, AttributeCounts]:
    return attribute_counts(
        coverage=coverage,
        everything=everything,
        left=left,
        chosen=[*query.attributes, *query.open_attributes],
    )


def _held_at(places: Places) -> list[int]:
    """Warehouses where the index does not know all that is free for the context."""
    return sorted({at for (_row, at), much in places.held.items() if much > 0})


def _group_of(name: str) -> str:
    return next((group for group in (WAREHOUSES, LABELS) if name.startswith(group)), name)
