"""A listing from the index: which rows, how many, which filters; the rows from the database."""

from django.core.paginator import Page, Paginator

from b2b_apps.contracts.context import TradeOptions
from b2b_apps.core.context import TradeContext
from b2b_apps.storefront.candidates import Source
from b2b_apps.storefront.found_facets import facets_found
from b2b_apps.storefront.found_sections import sections_found
from b2b_apps.storefront.listed import Listed
from b2b_apps.storefront.listing_query import ListingQuery
from search import current
from search.analysis.letters import clean
from search.bodies.filters import base_query
from search.bodies.other_letters import other_texts
from search.bodies.scope import scope_filters
from search.bodies.text import LETTERS, LONGEST_TEXT, text_readings
from search.labels import labels_worn
from search.live import LiveIndex
from search.partly import index_seen_by
from search.query import SearchQuery, SearchResult
from search.service import search_for
from search.vocabulary.selectors import NOTHING_TAUGHT, taught_for
from search.vocabulary.stages import readings_now


def listed_from_index(*, options: TradeOptions, source: Source, query: ListingQuery) -> Listed:
    """Return a page of what the index finds. One query with a text, one more for names of
    attributes that this process has not read, and those of ``search_for``. Raises EngineAwayError.
    """
    context = options.context
    text = query.text if source.patterns else ""
    index = current.live_index()
    taught = taught_for(text) if text else NOTHING_TAUGHT
    readings = readings_now(text, taught) if text else ()
    result = search_for(
        context=context,
        query=asked_of_index(query, text=text, category_id=source.category_id),
        index=index,
        stages=lambda _text: [reading.body for reading in readings],
    )
    kind = "" if result.stage is None else readings[result.stage].kind
    return Listed(
        ids=result.ids,
        tariff=result.tariff,
        page=_page(result),
        facets=facets_found(result=result, query=query, options=options),
        sections=sections_found(counts=result.counts, query=query) if text else (),
        num_all=result.num_all,
        num_at_home=result.counts.num_at_home,
        reading=kind,
        read_as=_read_as(context, text, index) if kind == LETTERS else "",
        took=result.took,
        is_spread_late=result.is_spread_late,
        labels=labels_worn(context=context, index=index, row_ids=result.ids),
        pins=frozenset() if query.sort else frozenset(taught.pins),
    )


def asked_of_index(query: ListingQuery, *, text: str, category_id: int | None) -> SearchQuery:
    """What an address asks, as the index is asked."""
    return SearchQuery(
        text=text,
        category_id=category_id,
        within_id=query.within_id if text else None,
        brands=query.brands,
        attributes=query.attributes,
        open_attributes=query.open_attributes,
        labels=query.labels,
        in_stock=query.in_stock,
        warehouse_ids=query.warehouse_ids,
        at_home=query.at_home,
        arriving=query.arriving,
        price_from=query.price_from,
        price_to=query.price_to,
        sort=query.sort,
        page=query.page,
        size=query.size,
        wants_spread=query.wants_bars,
    )


def _read_as(context: TradeContext, text: str, index: LiveIndex) -> str:
    """The text in the other letters that were found by; empty if words differ in it."""
    engine = index_seen_by(context, index).engine
    for other in other_texts(clean(text, limit=LONGEST_TEXT)):
        for reading in text_readings(other)[:2]:
            asked = base_query(stage=reading.body, category_id=None, scope=scope_filters(context))
            (answer,) = engine.search([{"query": asked, "size": 0, "track_total_hits": True}])
            if answer.total:
                return other
    return ""


def _page(result: SearchResult) -> Page:
    paginator = Paginator(range(result.total), result.query.size)
    # Engines turn no further than to so many rows.
    paginator.num_pages = result.num_pages
    return Page(result.ids, result.query.page, paginator)
