"""The spread of a context's prices: the lowest, the highest, and bars between."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from b2b_apps.pricing.curves import Curve
from search.engines.base import Body
from search.fields import PRICE_SCALE
from search.merging import LIMIT, Merge, Stream
from search.query import PriceSpread, SearchQuery

if TYPE_CHECKING:
    from search.pricing.prices import StreamPrices

NUM_BARS = 20
KOPECK = PRICE_SCALE // 100
# Round sums, some to each power of ten, from a kopeck on.
ROUND = [
    (step * KOPECK * 10**power) // 2 for power in range(12) for step in (2, 3, 4, 6, 8, 10, 12, 16)
]


def price_spread(*, prices: "StreamPrices", query: Body, asked: SearchQuery) -> PriceSpread | None:
    """Return the spread of prices of what a query finds; None if there is nothing to choose.

    A few dear goods would flatten the rest: bars end at the least round sum that 98 of 100 rows
    do not exceed. Two requests, one where all prices are listed. Where prices of many rows are
    known within bounds only, their bars are of the lower bound, and the lowest and the highest are
    looked for.
    """
    streams = prices.streams(query)
    known = list(prices.known_in(query).values())
    if prices.is_listed:
        known += _listed(prices, streams)
        streams = []
    known.sort()
    answers = _counted(prices, streams, [value + 1 for value in ROUND], with_stats=True)
    numbers = _sums([counts for counts, _stats in answers], len(ROUND) + 1)
    for value in known:
        numbers[bisect_right(ROUND, value - 1)] += 1
    ends = _ends(prices, streams, [stats for _counts, stats in answers], known)
    if ends is None or ends[0] == ends[1]:
        return None
    lowest, highest = ends
    top = min(max(_top(numbers), lowest + KOPECK), highest)
    bounds = [lowest + -(-(top - lowest) * bar // NUM_BARS) for bar in range(1, NUM_BARS)]
    bars = _sums([c for c, _stats in _counted(prices, streams, bounds)], NUM_BARS)
    for value in known:
        bars[bisect_right(bounds, value)] += 1
    return spread_of(lowest, highest, top, bars, asked)


def _listed(prices: "StreamPrices", streams: Sequence[Stream]) -> list[int]:
    """All prices of some streams: of few rows that is quicker than counting them twice."""
    bodies: list[Body] = [
        {"query": stream.query, "sort": [{stream.field: "asc"}], "size": leaf.num}
        for stream, leaf in zip(streams, prices.leaves, strict=True)
    ]
    answers = prices.index.engine.search(bodies) if bodies else ()
    return [
        stream.low.of(int(hit.key))
        for stream, answer in zip(streams, answers, strict=True)
        for hit in answer.hits
    ]


def _counted(
    prices: "StreamPrices",
    streams: Sequence[Stream],
    bounds: Sequence[int],
    *,
    with_stats: bool = False,
) -> list[tuple[list[int], Mapping[str, Any]]]:
    """How many rows of each stream cost less than the first bound, from it to the next, and so
    on; and the ends of its column.
    """
    bodies = [_body(stream, bounds, with_stats=with_stats) for stream in streams]
    found: list[tuple[list[int], Mapping[str, Any]]] = []
    answers = prices.index.engine.search(bodies) if bodies else ()
    for stream, answer in zip(streams, answers, strict=True):
        numbers = [int(bucket["doc_count"]) for bucket in answer.aggs["spread"]["buckets"]]
        found.append((_by_bound(stream, bounds, numbers), answer.aggs.get("ends", {})))
    return found


def _body(stream: Stream, bounds: Sequence[int], *, with_stats: bool) -> Body:
    ranges = [{"from": a, "to": b} for a, b in pairwise(_edges(stream, bounds))]
    aggs: dict[str, Any] = {"spread": {"range": {"field": stream.field, "ranges": ranges}}}
    if with_stats:
        aggs["ends"] = {"stats": {"field": stream.field}}
    return {"query": stream.query, "size": 0, "aggs": aggs}


def _edges(stream: Stream, bounds: Sequence[int]) -> list[int]:
    """The bounds in the stream's column, each once: several may be one there."""
    return sorted({0, *(stream.low.first(bound) for bound in bounds), LIMIT + 1})


def _by_bound(stream: Stream, bounds: Sequence[int], numbers: Sequence[int]) -> list[int]:
    """Numbers between edges as numbers between bounds."""
    found = [0] * (len(bounds) + 1)
    edges = _edges(stream, bounds)
    places = {edge: place for place, edge in enumerate(edges)}
    last = 0
    for place, bound in enumerate(bounds):
        here = places[stream.low.first(bound)]
        found[place] = sum(numbers[last:here])
        last = here
    found[-1] = sum(numbers[last:])
    return found


def _sums(rows: Sequence[Sequence[int]], size: int) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * size


def _ends(
    prices: "StreamPrices",
    streams: Sequence[Stream],
    stats: Sequence[Mapping[str, Any]],
    known: Sequence[int],
) -> tuple[int, int] | None:
    """The lowest and the highest price."""
    found = [*known[:1], *known[-1:]]
    for stream, its in zip(streams, stats, strict=True):
        if not its.get("count"):
            continue
        if stream.is_exact:
            found += [_value(stream.low, its["min"]), _value(stream.low, its["max"])]
        else:
            found += [*_end(prices, stream, is_last=False), *_end(prices, stream, is_last=True)]
    return (min(found), max(found)) if found else None


def _end(prices: "StreamPrices", stream: Stream, *, is_last: bool) -> Sequence[int]:
    """The first price of a stream, from below or above; none if the index is behind."""
    merge = Merge(
        engine=prices.index.engine, streams=[stream], is_descending=is_last, exact=prices.exact
    )
    return [prices.exact([pk])[pk] for pk in merge.page(offset=0, size=1)]


def _value(curve: Curve | Any, raw: float) -> int:
    return int(curve.of(int(raw)))


def _top(numbers: Sequence[int]) -> int:
    """The least round sum that 98 of 100 prices do not exceed; LIMIT if there is none."""
    total, seen = sum(numbers), 0
    for value, number in zip(ROUND, numbers, strict=False):
        seen += number
        if seen * 100 >= total * 98:
            return value
    return LIMIT


def spread_of(
    lowest: int, highest: int, top: int, bars: Sequence[int], asked: SearchQuery
) -> PriceSpread:
    most = max(bars)
    return PriceSpread(
        lowest=Decimal(lowest) / PRICE_SCALE,
        highest=Decimal(highest) / PRICE_SCALE,
        top=Decimal(top) / PRICE_SCALE,
        bars=[max(4, number * 100 // most) if number else 0 for number in bars],
        first=_bar(asked.price_from, lowest, top, 0),
        last=_bar(asked.price_to, lowest, top, NUM_BARS - 1) + 1,
    )


def _bar(amount: Decimal | None, lowest: int, top: int, otherwise: int) -> int:
    if amount is None:
        return otherwise
    place = (amount * PRICE_SCALE - lowest) * NUM_BARS // (top - lowest)
    return min(max(int(place), 0), NUM_BARS - 1)
