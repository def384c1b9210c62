"""What is promised of goods on their way, and what is left of them. Pure.

What can be had of receipts by a day is the least, over that day and all later ones, of what comes
until then less what is promised until then (docs/algorithms/stock.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

ZERO = Decimal(0)


def left_by_day(
    net: Mapping[date, Decimal], *, lacking: Decimal = ZERO
) -> Sequence[tuple[date, Decimal]]:
    """Return what of each day's receipts is still to be had, days in order.

    ``net`` is what comes on a day less what is promised by it; ``lacking`` is what is held of the
    stock beyond what there is: what comes covers that first.
    """
    days = sorted(net)
    sums = [total - lacking for total in accumulate(net[day] for day in days)]
    found, before = [], ZERO
    for day, left in zip(days, _available(sums), strict=True):
        if left > before:
            found.append((day, left - before))
            before = left
    return found


@dataclass(frozen=True, slots=True)
class Promise:
    """So much that an order waits for until a day, what has come of it not counted."""

    id: int
    day: date
    quantity: Decimal


class Settled(NamedTuple):
    """What becomes of a promise: its day, how much of it comes out of the stock now, how much
    nothing covers.
    """

    id: int
    day: date
    comes: Decimal
    short: Decimal


def promises_settled(
    promises: Iterable[Promise],
    *,
    receipts: Mapping[date, Decimal],
    free: Decimal,
    risen: Decimal = ZERO,
) -> Sequence[Settled]:
    """Say what becomes of promises, who came first first; ``free`` of the stock nobody holds, less
    than nothing if more is held than there is; ``risen`` is by how much it has just grown.

    What the stock has grown by is taken to be what was waited for. A promise keeps its day while
    something comes on it and all of it can be had by then. What can't be had by its day is taken
    out of the stock, if there is any; else the promise moves to the first day by which all of it
    can be had; else it is short of what lacks.
    """
    days = sorted(receipts)
    lacking, free = max(ZERO, -free), max(ZERO, free)
    sums = [total - lacking for total in accumulate(receipts[day] for day in days)]
    found = []
    for promise in promises:
        by_day = dict(zip(days, _available(sums), strict=True))
        comes = min(promise.quantity, free, risen)
        wanted = promise.quantity - comes
        in_time = max((left for day, left in by_day.items() if day <= promise.day), default=ZERO)
        more = min(max(ZERO, wanted - in_time), free - comes)
        comes, wanted = comes + more, wanted - more
        free, risen = free - comes, max(ZERO, risen - comes)
        day = _day_for(promise.day, wanted, by_day)
        covered = min(wanted, by_day.get(day, ZERO))
        sums = [left - covered if at >= day else left for at, left in zip(days, sums, strict=True)]
        found.append(Settled(promise.id, day, comes, wanted - covered))
    return found


def _available(sums: Sequence[Decimal]) -> Sequence[Decimal]:
    """What can be had by each day without taking what is promised by a later one."""
    least = list(accumulate(reversed(sums), min))
    return [max(ZERO, left) for left in reversed(least)]


def _day_for(day: date, wanted: Decimal, by_day: Mapping[date, Decimal]) -> date:
    most = max(by_day.values(), default=ZERO)
    if wanted <= 0 or most <= 0 or by_day.get(day, ZERO) >= wanted:
        return day
    return next(at for at, left in sorted(by_day.items()) if left >= min(wanted, most))
