"""Counts of all facets of a search, by one request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from search.bodies.facets import (
    attribute_counts,
    chosen_aggs,
    counted_attributes,
    counts_in,
    more_attributes,
    open_aggs,
    values_of,
)
from search.bodies.filters import (
    ARRIVING,
    HOME,
    LABELS,
    SECTION,
    STOCK,
    WAREHOUSES,
    arriving_in,
    filtered,
    free_in,
)
from search.engines.base import Answer, Body
from search.places import Places
from search.query import AttributeCounts, FacetCounts, SearchQuery

# The rows of the page itself, every filter heeded; no group is called so.
PAGE = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a text, a section and the scope find, no filter heeded. ``stage`` is the reading;
    ``coverage`` is how many rows have each attribute.
    """

    base: Body
    stage: int | None
    overview: Answer
    coverage: Mapping[int, int] = field(default_factory=dict)


class Counting(NamedTuple):
    """What is to be asked for the counts of all facets, and what reads the answers: it returns
    (rows left by all filters, counts of all facets).
    """

    bodies: Sequence[Body]
    read: Callable[[Sequence[Answer]], tuple[int, FacetCounts]]


def facet_counting(
    found: Found,
    query: SearchQuery,
    clauses: Mapping[str, Body],
    places: Places,
    labels: Mapping[str, Body],
) -> Counting:
    """Say how facets are counted; ``labels`` are the clauses of all labels that the person sees, by
    code.
    """
    coverage = counted_attributes(found.coverage, found.overview.total, query)
    counted = {
        STOCK: free_in(places, places.warehouse_ids),
        HOME: free_in(places, places.home_ids),
        ARRIVING: arriving_in(places),
        **{f"{WAREHOUSES}{at}": free_in(places, [at]) for at in _held_at(places)},
        **{f"{LABELS}{code}": clause for code, clause in labels.items()},
    }
    asked: dict[str, dict[str, Body]] = {PAGE: open_aggs(query, clauses, places, coverage)}
    asked |= {group: {"of": agg} for group, agg in chosen_aggs(clauses).items()}
    at_place: dict[str, str] = {}
    for name, clause in counted.items():
        group = _group_of(name)
        # What is chosen leaves the page's own rows.
        if clauses.get(group) != clause:
            at_place[name] = group if group in clauses else PAGE
            asked.setdefault(at_place[name], {})[name] = {"filter": clause}
    bodies = [_body(filtered(found.base, clauses, without=group), aggs)
              for group, aggs in asked.items()]  # fmt: skip
    if clauses and coverage:
        bodies.append(_body(found.base, {"av": values_of(coverage)}))

    def read(answers: Sequence[Answer]) -> tuple[int, FacetCounts]:
        by_group = dict(zip(asked, answers, strict=False))
        page = by_group[PAGE]
        everything = answers[-1].aggs if clauses and coverage else page.aggs

        def of(group: str, name: str) -> Mapping[Any, int]:
            if group in clauses:
                return counts_in(by_group[group].aggs, "of")
            return counts_in(page.aggs, name)

        def num(name: str) -> int:
            group = at_place.get(name)
            return page.total if group is None else int(by_group[group].aggs[name]["doc_count"])

        brand_totals = counts_in(found.overview.aggs, "brand")
        left = counts_in(page.aggs, "av")
        for group, answer in by_group.items():
            if group.startswith("a_"):
                left = {**left, **counts_in(answer.aggs, "of")}
        at = {int(str(pk)): count for pk, count in of(WAREHOUSES, "wh").items()}
        at |= {pk: num(f"{WAREHOUSES}{pk}") for pk in _held_at(places)}
        attributes = _attributes(coverage, everything, left, query)
        return page.total, FacetCounts(
            sections={int(str(pk)): count for pk, count in of(SECTION, "cats").items()},
            num_in_sections=by_group[SECTION].total if SECTION in clauses else page.total,
            brands=of("brand", "brand") if clauses else brand_totals,
            brand_totals=brand_totals,
            attributes=attributes,
            more_attributes=more_attributes(found.coverage, attributes),
            labels={code: num(f"{LABELS}{code}") for code in labels},
            warehouses={pk: at.get(pk, 0) for pk in places.warehouse_ids},
            num_in_stock=num(STOCK),
            num_at_home=num(HOME),
            num_arriving=num(ARRIVING),
        )

    return Counting(bodies, read)


def _body(query: Body, aggs: Mapping[str, Body]) -> Body:
    return {"query": query, "size": 0, "track_total_hits": True, "aggs": dict(aggs)}


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
