"""The order by what is free, no finer than what the person sees of it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.seen import shows_figures, stock_rank
from search.bodies.filters import all_of, any_of, either, filtered, free_in
from search.engines.base import Body
from search.fields import STOCK_SCALE, stock_field
from search.live import LiveIndex
from search.merging import SAME, Merge, Stream
from search.ordering import BY_TITLE, Part, page_of
from search.places import Places


def stock_page(  # noqa: PLR0913 - what a page is made of
    *, index: LiveIndex, context: TradeContext, places: Places, query: Body, offset: int, size: int
) -> list[int]:
    """Return ids of a page, the most first; equals by id, or by name where no figures are seen.

    What the contract holds by hand counts for it, though the index knows nothing of it. Where the
    index has no sum of these warehouses rows stand by whether there is anything.
    """
    slot = index.slots.stock_slot(places.warehouse_ids)
    if slot is None:
        has = free_in(places, places.warehouse_ids)
        parts = [Part(all_of_scored(query, has), BY_TITLE),
                 Part(all_of_scored(query, must_not=[has]), BY_TITLE)]  # fmt: skip
        return page_of(index.engine.search, parts, offset=offset, size=size)
    field = stock_field(slot)
    held = _held(index, places, query, field)
    if not shows_figures(context):
        parts = _levels(context, query, field, held)
        return page_of(index.engine.search, parts, offset=offset, size=size)
    apart = all_of_scored(query, must_not=[any_of("id", held)] if held else [])
    merge = Merge(
        engine=index.engine,
        streams=[Stream(all_of_scored(apart, {"exists": {"field": field}}), field, SAME, SAME)],
        known=[(much, pk) for pk, much in held.items()],
        is_descending=True,
    )
    found = merge.page(offset=offset, size=size)
    if len(found) < size:
        tail = Part(all_of_scored(apart, must_not=[{"exists": {"field": field}}]), BY_TITLE)
        start = max(0, offset - merge.total())
        found += page_of(index.engine.search, [tail], offset=start, size=size - len(found))
    return found


def all_of_scored(query: Body, *clauses: Body, must_not: Sequence[Body] = ()) -> Body:
    """A query narrowed down."""
    if not clauses and not must_not:
        return query
    return {"bool": {"filter": [query, *clauses], "must_not": list(must_not)}}


def _held(index: LiveIndex, places: Places, query: Body, field: str) -> Mapping[int, int]:
    """What is free of the rows that the contract holds some of, thousandths by row."""
    mine = places.rows_held_in(places.warehouse_ids)
    if not mine:
        return {}
    asked = filtered(query, {"held": any_of("id", mine)})
    here = index.engine.ids(asked, limit=len(mine))
    body = {"query": all_of(any_of("id", here), {"exists": {"field": field}}),
            "sort": [{field: "desc"}], "size": len(here)}  # fmt: skip
    (answer,) = index.engine.search([body]) if here else (None,)
    found = dict.fromkeys(here, 0)
    found |= {hit.id: int(hit.key) for hit in answer.hits} if answer else {}
    for (row, _at), much in places.held.items():
        if row in found:
            found[row] += much
    return {pk: much for pk, much in found.items() if much > 0}


def _levels(context: TradeContext, query: Body, field: str, held: Mapping[int, int]) -> list[Part]:
    """One part for each word that a quantity is told by, the best first."""
    bounds = sorted({0, 1, _thousandths(context.stock_few_below),
                     _thousandths(context.stock_many_from)})  # fmt: skip
    by_rank: dict[Decimal, list[Body]] = {}
    apart = [any_of("id", held)] if held else []
    for low, high in zip(bounds, [*bounds[1:], None], strict=True):
        rank = stock_rank(context, Decimal(low) / STOCK_SCALE)
        clause: Body = {
            "range": {field: {"gte": low, **({"lt": high} if high is not None else {})}}
        }
        if low == 0:
            clause = all_of(must_not=[{"range": {field: {"gte": 1}}}])
        by_rank.setdefault(rank, []).append(all_of(clause, must_not=apart) if apart else clause)
    ranks = {pk: stock_rank(context, Decimal(much) / STOCK_SCALE) for pk, much in held.items()}
    parts: list[Part] = []
    for rank in sorted(by_rank, reverse=True):
        mine = [pk for pk, its in ranks.items() if its == rank]
        clauses = by_rank[rank] + ([any_of("id", mine)] if mine else [])
        parts.append(Part(all_of_scored(query, either(clauses)), BY_TITLE))
    return parts


def _thousandths(quantity: Decimal) -> int:
    # The bound itself is the first quantity of its level.
    return int((quantity * STOCK_SCALE).to_integral_value())
