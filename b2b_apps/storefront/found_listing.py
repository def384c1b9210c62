"""A listing from the index: which rows, how many, which filters; the rows from the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.core.paginator import Page, Paginator

from b2b_apps.contracts.context import TradeOptions
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.selectors import price_book
from b2b_apps.storefront.candidates import Source
from b2b_apps.storefront.found_facets import facets_found
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
from search.query import SearchQuery, SearchResult
from search.service import search_for
from search.vocabulary.selectors import pins_for
from search.vocabulary.stages import readings_now


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row by its id, with what can be bought of it."""

    id: int
    sku_ids: tuple[int, ...]


def listed_from_index(*, options: TradeOptions, source: Source, query: ListingQuery) -> Listed:
    """Return a page of what the index finds. Five queries, two more with a text, and those of
    ``search_for`` and ``price_book``. Raises EngineAwayError.

    The index may be behind by a second: a row that is gone or not public any more is left out.
    """
    context = options.context
    text = query.text if source.patterns else ""
    pins = pins_for(text) if text else ()
    readings = readings_now(text, pins) if text else ()
    index = current.live_index()
    result = search_for(
        context=context,
        query=asked_of_index(query, text=text, category_id=source.category_id),
        index=index,
        stages=lambda _text: [reading.body for reading in readings],
    )
    kind = "" if result.stage is None else readings[result.stage].kind
    rows = found_rows(result.ids)
    book = price_book(context=context, product_ids=[pk for row in rows for pk in row.sku_ids])
    return Listed(
        rows=rows,
        book=book,
        page=_page(result),
        facets=facets_found(result=result, query=query, options=options),
        num_all=result.num_all,
        num_at_home=result.counts.num_at_home,
        reading=kind,
        read_as=_read_as(context, text, index) if kind == LETTERS else "",
        took=result.took,
        labels=labels_worn(context=context, index=index, row_ids=result.ids),
        pins=frozenset(pins) if not query.sort else frozenset(),
    )


def asked_of_index(query: ListingQuery, *, text: str, category_id: int | None) -> SearchQuery:
    """What an address asks, as the index is asked."""
    return SearchQuery(
        text=text,
        category_id=category_id,
        brands=query.brands,
        attributes=query.attributes,
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
    )


def _read_as(context: TradeContext, text: str, index: LiveIndex) -> str:
    """The text in the other letters that were found by; empty if words differ in it."""
    for other in other_texts(clean(text, limit=LONGEST_TEXT)):
        for reading in text_readings(other)[:2]:
            asked = base_query(stage=reading.body, category_id=None, scope=scope_filters(context))
            (answer,) = index.engine.search([{"query": asked, "size": 0, "track_total_hits": True}])
            if answer.total:
                return other
    return ""


def found_rows(ids: Sequence[int]) -> Sequence[FoundRow]:
    """The rows of some ids in their order, without those that can't be bought. One query."""
    goods = apps.get_model("catalogue", "Product").objects.filter(is_public=True)
    own = goods.filter(pk__in=ids, parent__isnull=True)
    columns = ("pk", "parent_id", "structure")
    rows = own.values_list(*columns).union(goods.filter(parent__in=ids).values_list(*columns))
    heads: set[int] = set()
    skus: dict[int, list[int]] = {}
    for pk, parent_id, structure in rows:
        if parent_id is None:
            heads.add(pk)
        if structure != "parent":
            skus.setdefault(parent_id or pk, []).append(pk)
    return [FoundRow(pk, tuple(sorted(skus[pk]))) for pk in ids if pk in heads and pk in skus]


def _page(result: SearchResult) -> Page:
    paginator = Paginator(range(result.total), result.query.size)
    # Engines turn no further than to so many rows.
    paginator.num_pages = result.num_pages
    return Page(result.ids, result.query.page, paginator)
