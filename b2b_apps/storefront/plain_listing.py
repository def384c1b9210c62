"""A listing without the index: filtered and ordered in memory, of a bounded number of goods."""

from collections.abc import Callable
from decimal import Decimal
from time import perf_counter
from typing import Any

from django.core.paginator import Paginator

from b2b_apps.contracts.context import TradeOptions
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.seen import stock_rank
from b2b_apps.storefront.candidates import MOST_ROWS, Candidate, Source, candidates_for
from b2b_apps.storefront.listed import Listed
from b2b_apps.storefront.listing_query import ListingQuery
from b2b_apps.storefront.natural_order import natural_key
from b2b_apps.storefront.plain_facets import attribute_bits, facets_for, failed_bits

Key = Callable[[Candidate], Any]


def listed_plainly(*, options: TradeOptions, source: Source, query: ListingQuery) -> Listed:
    """Return a page of what the database finds, of at most MOST_ROWS goods. Four queries.

    What needs the index (``ListingQuery.plain``) is not heeded.
    """
    started = perf_counter()
    context = options.context
    query = query.plain()
    bits = attribute_bits(query)
    rows, book = candidates_for(
        context=context,
        source=source,
        home_ids=[w.pk for w in options.warehouses if w.region_id == context.region_id],
        attributes=[
            (bits[pk], pk, v) for pk, vs in query.attributes.items() if pk in bits for v in vs
        ],
    )
    failed = [failed_bits(row, query, bits) for row in rows]
    kept = [row for row, f in zip(rows, failed, strict=True) if not f]
    kept.sort(key=_order(query.sort, context))
    page = Paginator(kept, query.size).get_page(query.page)
    return Listed(
        ids=[row.id for row in page.object_list],
        book=book,
        page=page,
        facets=facets_for(rows=rows, failed=failed, query=query, bits=bits),
        num_all=len(rows),
        num_at_home=sum(1 for row in rows if row.free_home > 0),
        is_plain=True,
        has_more=len(rows) >= MOST_ROWS,
        took=perf_counter() - started,
    )


def _order(sort: str, context: TradeContext) -> Key:
    orders: dict[str, Key] = {
        "": lambda row: (row.rank, row.category_path, natural_key(row.title), row.id),
        "name": lambda row: (natural_key(row.title), row.id),
        "article": lambda row: (natural_key(row.article), row.id),
        "price": lambda row: (row.price is None, row.price or Decimal(0), row.id),
        "-price": lambda row: (row.price is None, -(row.price or Decimal(0)), row.id),
        "-stock": lambda row: (-stock_rank(context, row.free), natural_key(row.title), row.id),
    }
    return orders[sort]
