"""``search_for``: a page of rows with the counts of all facets. See docs/algorithms/search.md."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from search.bodies.facets import (
    attribute_counts,
    chosen_bodies,
    count_body,
    counted_attributes,
    counts_in,
    open_aggs,
    overview_body,
    values_body,
)
from search.bodies.filters import (
    ARRIVING,
    HOME,
    STOCK,
    WAREHOUSES,
    arriving_in,
    base_query,
    filtered,
    free_in,
    group_clauses,
)
from search.bodies.scope import Scope, scope_filters
from search.engines.base import Answer, Body, Engine
from search.live import LiveIndex
from search.ordering import SORTS, Part, page_of
from search.places import Places, places_for
from search.query import DEEPEST, AttributeCounts, FacetCounts, SearchQuery, SearchResult
from search.stock_order import stock_page

Stages = Callable[[str], Sequence[Body]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a text, a section and the scope find, no filter heeded."""

    base: Body
    stage: int | None
    overview: Answer


def search_for(
    *, context: TradeContext, query: SearchQuery, index: LiveIndex, stages: Stages
) -> SearchResult:
    """Return a page of what a context finds, with the counts of all facets.

    ``stages`` reads a text, the strictest reading first; the first that finds anything answers.
    One query to the database. Requests to the engine: one per reading of the text, one for the
    counts, one for the page, one or two more where it begins further down. Raises EngineAwayError:
    the caller goes on without the index.
    """
    started = perf_counter()
    if not context.may(SEE_PRICES):
        query = query.without_prices()
    query = query.tidy(warehouse_ids=context.warehouse_ids)
    found = _found(index.engine, query, scope_filters(context), stages)
    if not found.overview.total:
        return SearchResult(replace(query, page=1), [], 0, 0, 1, None, FacetCounts(),
                            perf_counter() - started)  # fmt: skip
    places = places_for(context)
    clauses = group_clauses(query, places)
    total, counts = _counts(index.engine, found, query, clauses, places)
    num_pages = max(1, -(-min(total, DEEPEST) // query.size))
    query = replace(query, page=min(query.page, num_pages))
    ids = _page(index, context, query, places, filtered(found.base, clauses)) if total else []
    return SearchResult(
        query=query,
        ids=ids,
        total=total,
        num_all=found.overview.total,
        num_pages=num_pages,
        stage=found.stage,
        counts=counts,
        took=perf_counter() - started,
    )


def _found(engine: Engine, query: SearchQuery, scope: Scope, stages: Stages) -> Found:
    """Read a text from strict to loose until something is found."""
    readings: Sequence[Body | None] = stages(query.text) if query.text else [None]
    found = Found({"match_all": {}}, None, Answer(0, []))
    for place, reading in enumerate(readings):
        base = base_query(stage=reading, category_id=query.category_id, scope=scope)
        (overview,) = engine.search([overview_body(base)])
        found = Found(base, None if reading is None else place, overview)
        if overview.total:
            break
    return found


def _counts(
    engine: Engine,
    found: Found,
    query: SearchQuery,
    clauses: Mapping[str, Body],
    places: Places,
) -> tuple[int, FacetCounts]:
    """Return (rows left by all filters, counts of all facets). One request."""
    coverage = counted_attributes(found.overview, query)
    counted = {
        STOCK: free_in(places, places.warehouse_ids),
        HOME: free_in(places, places.home_ids),
        ARRIVING: arriving_in(places),
        **{f"{WAREHOUSES}{at}": free_in(places, [at]) for at in _held_at(places)},
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
    return page.total, FacetCounts(
        brands={str(brand): num for brand, num in of("brand", "brand").items()},
        brand_totals=counts_in(found.overview.aggs, "brand"),
        attributes=_attributes(coverage, everything, left, query),
        labels={str(label): num for label, num in of("labels", "labels").items()},
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
        coverage=coverage, everything=everything, left=left, chosen=query.attributes
    )


def _held_at(places: Places) -> list[int]:
    """Warehouses where the index does not know all that is free for the context."""
    return sorted({at for (_row, at), much in places.held.items() if much > 0})


def _group_of(name: str) -> str:
    return WAREHOUSES if name.startswith(WAREHOUSES) else name


def _page(
    index: LiveIndex, context: TradeContext, query: SearchQuery, places: Places, asked: Body
) -> list[int]:
    """Ids of the page's rows in order."""
    offset, size = query.offset, query.size
    if query.sort == "-stock":
        return stock_page(
            index=index, context=context, places=places, query=asked, offset=offset, size=size
        )
    sort = SORTS["text" if query.text and not query.sort else query.sort]
    return page_of(index.engine, [Part(asked, sort)], offset=offset, size=size)
