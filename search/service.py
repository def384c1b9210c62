"""``search_for``: a page of rows with the counts of all facets. See docs/algorithms/search.md."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR
from functools import partial
from time import perf_counter

from django.utils import timezone

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.streams import stream_plan
from b2b_apps.pricing.tariff import Tariff, tariff_for
from search.beside import beside
from search.bodies.facets import overview_body
from search.bodies.filters import ALL, PRICE, base_query, filtered, group_clauses, only_counted
from search.bodies.scope import Scope, label_clauses, scope_filters
from search.bodies.text import text_stages
from search.counting import Found, facet_counting
from search.current import health, live_index
from search.engines.base import Answer, Ask, Asked, Body, EngineAwayError, EngineRefusedError
from search.keeping import KeptAsk, kept
from search.kits import coverage_of
from search.live import LiveIndex
from search.merging import LIMIT
from search.ordering import SORTS, Part, page_of
from search.partly import index_seen_by
from search.places import Places, places_for
from search.pricing.prices import Prices, prices_in
from search.pricing.rows import TooManyPricesError, in_units
from search.query import (
    DEEPEST,
    PRICE_SORTS,
    FacetCounts,
    PriceSpread,
    SearchQuery,
    SearchResult,
)
from search.stock_order import stock_page

logger = logging.getLogger(__name__)
# The spread of prices of so many rows comes with the page.
MOST_WITH_SPREAD = 100
NOTHING_FOUND = Found(ALL, None, Answer(0, []))
Stages = Callable[[str], Sequence[Body]]


def search_for(
    *,
    context: TradeContext,
    query: SearchQuery,
    index: LiveIndex | None = None,
    stages: Stages = text_stages,
) -> SearchResult:
    """Return a page of what a context finds, with the counts of all facets.

    ``index`` is the live one; ``stages`` reads a text, the strictest reading first: the first that
    finds anything answers.
    One query, and one for the tariff of who sees prices; one more if the contract has prices of
    its own; four more where rows have to be priced one by one (five if a rule asks for categories
    or attributes); those of ``index_seen_by``, once after a commit. Requests to the engine do not
    grow with rows. Raises EngineAwayError, once it is noted: the caller goes on without the index.
    """
    started = perf_counter()
    try:
        seen = index_seen_by(context, index or live_index()).as_of_now()
        result = _search(context, query, seen, stages)
    except EngineAwayError as error:
        health.note_away(error)
        raise
    return replace(result, took=perf_counter() - started)


def _search(
    context: TradeContext, query: SearchQuery, index: LiveIndex, stages: Stages
) -> SearchResult:
    query = query.tidy(warehouse_ids=context.warehouse_ids)
    tariff = _tariff(context)
    if tariff is None:
        query = query.without_prices()
    found = _found(index.engine, query, scope_filters(context), stages)
    try:
        return _answered(context, query, index, found, tariff)
    except TooManyPricesError:
        return _answered(context, query.without_prices(), index, found, None)
    except EngineRefusedError as error:
        # A text of very many words, cut by very many rules: the page comes without prices.
        logger.warning("A search by prices was refused: %s", error)
        return _answered(context, query.without_prices(), index, found, None)


def _tariff(context: TradeContext) -> Tariff | None:
    """What the context's prices come of; None for a person who may not see them. One query."""
    if not context.may(SEE_PRICES):
        return None
    return tariff_for(context=context, moment=timezone.localtime())


def _found(engine: Asked, query: SearchQuery, scope: Scope, stages: Stages) -> Found:
    """Read a text from strict to loose until something is found."""
    readings: Sequence[Body | None] = stages(query.text) if query.text else [None]
    bases = [base_query(stage=one, category_id=query.category_id, scope=scope) for one in readings]
    if not bases:
        return NOTHING_FOUND
    place, overview = 0, kept.answer(engine, overview_body(bases[0]))
    if not overview.total and len(bases) > 1:
        place, overview = _read_loosely(engine, bases)
    if not overview.total:
        return NOTHING_FOUND
    coverage = coverage_of(engine, bases[place], overview)
    return Found(bases[place], place if query.text else None, overview, coverage)


def _read_loosely(engine: Asked, bases: Sequence[Body]) -> tuple[int, Answer]:
    """The first after the strictest that finds anything, or the last. The last, as often as not
    the one, takes longer than those between: it is asked beside them.
    """
    last = beside(lambda: kept.answer(engine, overview_body(bases[-1])))
    for place, base in enumerate(bases[1:-1], start=1):
        if kept.answer(engine, only_counted(base)).total:
            return place, kept.answer(engine, overview_body(base))
    return len(bases) - 1, last()


def _answered(
    context: TradeContext,
    query: SearchQuery,
    index: LiveIndex,
    found: Found,
    tariff: Tariff | None,
) -> SearchResult:
    """The page and the counts of what was found. Raises TooManyPricesError."""
    if not found.overview.total:
        return SearchResult(replace(query, page=1), [], 0, 0, 1, None, FacetCounts())
    places = places_for(context, index)
    labels = label_clauses(context)
    clauses = group_clauses(query, places, labels)
    needs_prices = _needs_prices(query, found)
    prices = _prices(context, index, found, tariff) if needs_prices else None
    if prices is not None and query.has_price:
        clauses[PRICE] = _price_clause(prices, query)
    ask = _asking(index.engine, places, clauses)
    counting = facet_counting(found, query, clauses, places, labels)
    counts_come = _asked_beside(ask, counting.bodies)
    spread = _spread(prices, found, query, clauses)
    asked = filtered(found.base, clauses)
    # Which page is the last the counts say; the first is there in any case.
    ids = _page(index, context, query, places, asked, prices, ask) if query.page == 1 else []
    total, counts = counting.read(counts_come())
    num_pages = max(1, -(-min(total, DEEPEST) // query.size))
    if query.page > 1:
        query = replace(query, page=min(query.page, num_pages))
        ids = _page(index, context, query, places, asked, prices, ask)
    return SearchResult(
        query=query,
        ids=ids,
        total=total,
        num_all=found.overview.total,
        num_pages=num_pages,
        stage=found.stage,
        counts=replace(counts, price=spread),
        tariff=tariff,
        is_spread_late=tariff is not None and not needs_prices and found.overview.total > 1,
    )


def _asking(engine: Asked, places: Places, clauses: Mapping[str, Body]) -> Ask | KeptAsk:
    """What counts and pages are asked of: what is kept, unless a request has rows in it that one
    contract holds, or that its prices have chosen.
    """
    if places.held or PRICE in clauses:
        return engine.search
    return kept.asking(engine)


def _asked_beside(ask: Ask | KeptAsk, bodies: Sequence[Body]) -> Callable[[], Sequence[Answer]]:
    """Ask in a thread of its own, unless the answers are known: a thread costs more than these."""
    known = ask.known(bodies) if isinstance(ask, KeptAsk) else None
    return beside(partial(ask, bodies)) if known is None else lambda: known


def _needs_prices(query: SearchQuery, found: Found) -> bool:
    """Whether the answer waits for prices: many rows take longer than all else on the page, and
    one alone has no spread.
    """
    if query.has_price or query.sort in PRICE_SORTS or query.wants_spread:
        return True
    return 1 < found.overview.total <= MOST_WITH_SPREAD


def _prices(
    context: TradeContext, index: LiveIndex, found: Found, tariff: Tariff | None
) -> Prices | None:
    if tariff is None:
        return None
    plan = stream_plan(context=context, tariff=tariff)
    return prices_in(
        index=index, context=context, plan=plan, base=found.base, total=found.overview.total
    )


def _price_clause(prices: Prices, query: SearchQuery) -> Body:
    low, high = query.price_from, query.price_to
    first = 0 if low is None else int(in_units(low).to_integral_value(ROUND_CEILING))
    last = LIMIT if high is None else int(in_units(high).to_integral_value(ROUND_FLOOR))
    return prices.between(first, min(last, LIMIT))


def _spread(
    prices: Prices | None, found: Found, query: SearchQuery, clauses: Mapping[str, Body]
) -> PriceSpread | None:
    if prices is None:
        return None
    asked = filtered(found.base, clauses, without=PRICE)
    return prices.spread(asked, query)


def _page(  # noqa: PLR0913, PLR0917 - what a page is made of
    index: LiveIndex,
    context: TradeContext,
    query: SearchQuery,
    places: Places,
    asked: Body,
    prices: Prices | None,
    ask: Ask,
) -> list[int]:
    """Ids of the page's rows in order."""
    offset, size = query.offset, query.size
    if query.sort in PRICE_SORTS and prices is not None:
        is_descending = query.sort == "-price"
        return prices.page(asked, offset=offset, size=size, is_descending=is_descending)
    if query.sort == "-stock":
        return stock_page(
            index=index, context=context, places=places, query=asked, offset=offset, size=size
        )
    sort = SORTS["text" if query.text and not query.sort else query.sort]
    return page_of(ask, [Part(asked, sort)], offset=offset, size=size)
