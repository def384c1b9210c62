"""A page of hits of tantivy, equals by id: so pages neither repeat a document nor skip one."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import tantivy

from search.engines.base import Hit, as_numbers
from search.engines.embedded_columns import KEY, PLACE
from search.engines.embedded_query import Compiled, Compiler
from search.engines.language import DEEPEST, Bool, Exists, Query, Range, Request, Sort, Term
from search.fields import FIELDS, Kind

# So many hits are looked at for equals of a page's last one.
FURTHER = 2_000
ORDERS = {False: tantivy.Order.Asc, True: tantivy.Order.Desc}


def page(searcher: Any, compiler: Compiler, request: Request) -> tuple[int, Sequence[Hit]]:
    """Return how many documents there are in all, and the page's (of at least one hit)."""
    compiled = compiler.compile(request.query)
    sort, start, end = request.sort, request.start, request.start + request.size
    if sort.field == "id":
        total, ids = _by_id(searcher, compiled, slice(start, end), sort.is_descending)
        return total, [Hit(one, one) for one in ids]
    if sort.field is not None:
        total, hits = _by_field(searcher, compiler, request, compiled, end)
        return total, hits[start:end]
    if compiled.score is not None:
        total, ids = _by_id(searcher, compiled, slice(start, end), sort.is_id_descending)
        return total, [Hit(one, compiled.score) for one in ids]
    total, hits = _by_score(searcher, compiled, sort, end)
    return total, hits[start:end]


def _by_id(
    searcher: Any, compiled: Compiled, span: slice, is_descending: bool
) -> tuple[int, Sequence[int]]:
    """The ids are the keys of hits; no document is looked up."""
    found = searcher.search(
        compiled.query,
        span.stop - span.start,
        offset=span.start,
        order_by_field="id",
        order=ORDERS[is_descending],
    )
    return found.count, [key for key, _ in found.hits]


def _by_score(searcher: Any, compiled: Compiled, sort: Sort, end: int) -> tuple[int, Sequence[Hit]]:
    """Look so far at once that equals seldom run over the end: to look again takes longer.

    It is one distance for all pages up to there: they see the same equals in one order.
    """
    found = searcher.search(compiled.query, FURTHER if end < FURTHER else 2 * DEEPEST)
    hits = found.hits
    if not hits:
        return found.count, []
    scores = np.fromiter(map(KEY, hits), np.float64, len(hits))
    # Only the groups that reach into the page have to be told apart.
    scores = scores[scores >= scores[min(end, len(hits)) - 1]]
    places = list(map(PLACE, hits[: len(scores)]))
    ids = as_numbers(searcher.fast_field_values("id", places))
    order = np.lexsort((-ids if sort.is_id_descending else ids, -scores))[:end]
    return found.count, list(map(Hit, ids[order].tolist(), scores[order].tolist()))


def _by_field(
    searcher: Any, compiler: Compiler, request: Request, compiled: Compiled, end: int
) -> tuple[int, Sequence[Hit]]:
    """Equals that run over the end of the page are asked for again, by id; those of an order can't
    be, so all are read: keys of rows end with the row, and have no equals.
    """
    sort = request.sort
    order = ORDERS[sort.is_descending]
    found = searcher.search(compiled.query, end + 1, order_by_field=sort.field, order=order)
    pairs = found.hits
    is_cut = _is_cut(pairs, end, end + 1)
    last = pairs[-1][0] if is_cut else None
    if last is not None and FIELDS[sort.field or "id"] == Kind.ORDER:
        found = searcher.search(
            compiled.query, searcher.num_docs, order_by_field=sort.field, order=order
        )
        return found.count, _in_groups(_hits(searcher, found.hits), sort)
    hits = _in_groups(_hits(searcher, pairs), sort)
    if is_cut:
        hits = [hit for hit in hits if hit.key != last]
        equals = Bool(filter=[request.query, _equal(sort.field or "id", last)])
        span = slice(0, end - len(hits))
        _, more = _by_id(searcher, compiler.compile(equals), span, sort.is_id_descending)
        hits += [Hit(one, last) for one in more]
    return found.count, hits


def _is_cut(hits: Sequence[tuple[Any, Any]], end: int, window: int) -> bool:
    return len(hits) == window and bool(hits[-1][0] == hits[end - 1][0])


def _equal(field: str, key: Any) -> Query:
    if key is None:
        return Bool(must_not=[Exists(field)])
    if FIELDS[field] == Kind.KEYWORD:
        return Term(field, key)
    return Range(field, key, key)


def _hits(searcher: Any, found: Sequence[tuple[Any, Any]]) -> list[Hit]:
    ids = searcher.fast_field_values("id", [address for _, address in found])
    return [Hit(one, key) for one, (key, _) in zip(ids, found, strict=True)]


def _in_groups(hits: list[Hit], sort: Sort) -> list[Hit]:
    groups = itertools.groupby(hits, key=lambda hit: hit.key)
    return [
        hit
        for _, group in groups
        for hit in sorted(group, key=lambda hit: hit.id, reverse=sort.is_id_descending)
    ]
