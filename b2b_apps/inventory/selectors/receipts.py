"""Goods on their way to the warehouses that a person sees."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Receipt:
    """What comes of one product to one warehouse on a day and is to be had, in base units."""

    day: date
    warehouse_id: int
    quantity: Decimal


def next_of(receipts: Iterable[Receipt]) -> tuple[date, Decimal] | None:
    """Return the soonest day of receipts and what comes on it to all warehouses, or None."""
    by_day: dict[date, Decimal] = defaultdict(Decimal)
    for receipt in receipts:
        by_day[receipt.day] += receipt.quantity
    return min(by_day.items(), default=None)
