"""Streams of rows, each in the order of one indexed number, merged into one order.

The algorithm: docs/algorithms/search.md, 5.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from search.engines.base import Answer, Asked, Body
from search.query import DEEPEST

# No number of a document is as large.
LIMIT = 10**16
# How many rows at least are taken at once where each has to be priced.
PRICED_AT_ONCE = 100

Row = tuple[int, int]


class Curve(Protocol):
    """What becomes of an indexed number: never less for a larger one."""

    def of(self, raw: int) -> int:
        """What a number becomes."""

    def first(self, value: int) -> int:
        """The least number that becomes ``value`` or more; LIMIT if none does."""


class _Same:
    """Numbers that stay what they are."""

    def of(self, raw: int) -> int:
        return raw

    def first(self, value: int) -> int:
        return min(max(value, 0), LIMIT)


SAME: Curve = _Same()


@dataclass(frozen=True, slots=True)
class Stream:
    """Rows that have ``field``; what becomes of it is not below ``low`` and not above ``high``.

    Where both are one curve it is exact, and nothing has to be reckoned row by row.
    """

    query: Body
    field: str
    low: Curve
    high: Curve

    @property
    def is_exact(self) -> bool:
        return self.low is self.high

    def between(self, first: int, last: int) -> Body:
        """The rows whose indexed number is within bounds, both inclusive."""
        if first <= 0 and last >= LIMIT:
            return self.query
        bounds = {"gte": max(first, 0), "lte": min(last, LIMIT)}
        return {"bool": {"filter": [self.query, {"range": {self.field: bounds}}]}}


class Merge:
    """Rows by value, then by id. ``known`` are (value, id) that no stream has.

    ``exact`` tells the values of rows of streams that are not exact; rows that it leaves out
    have none and are in no order.
    """

    def __init__(
        self,
        *,
        engine: Asked,
        streams: Sequence[Stream],
        known: Sequence[Row] = (),
        is_descending: bool = False,
        exact: Callable[[Sequence[int]], Mapping[int, int]] | None = None,
    ) -> None:
        self._engine = engine
        self._streams = streams
        self._sign = -1 if is_descending else 1
        self._order = "desc" if is_descending else "asc"
        self._known = sorted((self._sign * value, pk) for value, pk in known)
        self._exact = exact
        self._num_in_streams = 0

    def total(self) -> int:
        """How many rows there are; known once a page was asked."""
        return self._num_in_streams + len(self._known)

    def page(self, *, offset: int, size: int) -> list[int]:
        """Return ids of a page. One request to the engine; more only where rows of one value
        are cut by the end of what was fetched.
        """
        asked = min(offset + size + 1, DEEPEST)
        bodies = [self._body(s, 0, LIMIT, asked) for s in self._streams]
        answers = self._engine.search(bodies) if bodies else ()
        self._num_in_streams = sum(answer.total for answer in answers)
        runs = [
            (self._rows if s.is_exact else self._priced)(s, answer, asked)
            for s, answer in zip(self._streams, answers, strict=True)
        ]
        rows = heapq.merge(self._known, *runs)
        return [pk for _key, pk in islice(rows, offset, offset + size)]

    def _body(self, stream: Stream, first: int, last: int, size: int) -> Body:
        return {
            "query": stream.between(first, last),
            "sort": [{stream.field: self._order}, {"id": "asc"}],
            "size": size,
            "track_total_hits": True,
        }

    def _rows(self, stream: Stream, answer: Answer, asked: int) -> Iterator[Row]:
        """The rows of an exact stream, equals by id: other numbers may become the same value."""
        curve = stream.low
        first, last = 0, LIMIT
        while True:
            rows = [(self._sign * curve.of(int(hit.key)), hit.id) for hit in answer.hits]
            if len(rows) < asked:
                yield from sorted(rows)
                return
            cut = rows[-1][0]
            yield from sorted(row for row in rows if row[0] != cut)
            value = self._sign * cut
            low, high = curve.first(value), curve.first(value + 1) - 1
            for pk in self._by_id(stream, low, high, asked):
                yield cut, pk
            first, last = (high + 1, last) if self._sign > 0 else (first, low - 1)
            if first > last:
                return
            (answer,) = self._engine.search([self._body(stream, first, last, asked)])

    def _by_id(self, stream: Stream, first: int, last: int, asked: int) -> Iterator[int]:
        """The rows between two numbers by id."""
        after = -1
        while True:
            query = {
                "bool": {"filter": [stream.between(first, last), {"range": {"id": {"gt": after}}}]}
            }
            body: Body = {"query": query, "sort": [{"id": "asc"}], "size": asked}
            (answer,) = self._engine.search([body])
            for hit in answer.hits:
                yield hit.id
            if len(answer.hits) < asked:
                return
            after = answer.hits[-1].id

    def _priced(self, stream: Stream, answer: Answer, asked: int) -> Iterator[Row]:
        """The rows of a stream whose values are known within bounds: a row is given when no row
        that was not fetched yet can stand before it.
        """
        bound = stream.low if self._sign > 0 else stream.high
        waiting: list[Row] = []
        seen: set[int] = set()
        while True:
            new = [hit.id for hit in answer.hits if hit.id not in seen]
            seen.update(new)
            values = self._exact(new) if self._exact and new else {}
            for pk in new:
                if pk in values:
                    heapq.heappush(waiting, (self._sign * values[pk], pk))
            if len(answer.hits) < asked:
                break
            edge = int(answer.hits[-1].key)
            reached = self._sign * bound.of(edge)
            while waiting and waiting[0][0] < reached:
                yield heapq.heappop(waiting)
            if not new:
                # More rows have one number than were asked for.
                asked = min(asked * 4, DEEPEST)
                if len(seen) >= DEEPEST:
                    break
            asked = max(asked, PRICED_AT_ONCE)
            span = (edge, LIMIT) if self._sign > 0 else (0, edge)
            (answer,) = self._engine.search([self._body(stream, *span, asked)])
        while waiting:
            yield heapq.heappop(waiting)
