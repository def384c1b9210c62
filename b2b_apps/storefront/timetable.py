"""Stock and receipts of a product as a timetable: a line per warehouse, a column per day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from b2b_apps.contracts.context import TradeOptions
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.seen import SeenStock, seen_stock, shows_figures
from b2b_apps.inventory.selectors import ProductStock, Receipt, next_of

MOST_DAYS = 8
ZERO = Decimal(0)
Arrivals = Mapping[tuple[int, date], Decimal]


class SeenReceipt(NamedTuple):
    """The next receipt of a product; ``quantity`` is None where figures are not shown."""

    day: date
    quantity: Decimal | None


@dataclass(frozen=True, slots=True)
class Station:
    """A day at a warehouse when something comes: how much, and what is free from then on."""

    arrives: Decimal | None
    free: SeenStock


@dataclass(frozen=True, slots=True)
class TimetableRow:
    """A warehouse: what is free now, and a station or nothing for each day."""

    name: str
    address: str
    is_home: bool
    free: SeenStock
    stations: Sequence[Station | None]


@dataclass(frozen=True, slots=True)
class Timetable:
    """Free stock of a product now and on the days when more comes; ``totals`` by day."""

    days: Sequence[date]
    rows: Sequence[TimetableRow]
    free: SeenStock
    totals: Sequence[SeenStock]


def seen_receipt(context: TradeContext, receipts: Sequence[Receipt]) -> SeenReceipt | None:
    """Return the soonest receipt of a product as the person may see it."""
    found = next_of(receipts)
    if found is None:
        return None
    day, quantity = found
    return SeenReceipt(day, quantity if shows_figures(context) else None)


def timetable(*, options: TradeOptions, stock: Sequence[ProductStock]) -> Timetable:
    """Return the timetable of a product, or of all its characteristics together; ``stock`` with
    receipts.
    """
    context = options.context
    arrivals: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for receipt in (receipt for one in stock for receipt in one.receipts):
        arrivals[receipt.warehouse_id, receipt.day] += receipt.quantity
    days = sorted({day for _warehouse, day in arrivals})[:MOST_DAYS]
    free = sum((s.free for s in stock), ZERO)
    return Timetable(
        days=days,
        rows=[_row(context, warehouse, stock, days, arrivals) for warehouse in options.warehouses],
        free=seen_stock(context, free),
        totals=[
            seen_stock(context, free + sum(q for (_w, d), q in arrivals.items() if d <= day))
            for day in days
        ],
    )


def _row(
    context: TradeContext,
    warehouse: Any,
    stock: Sequence[ProductStock],
    days: Sequence[date],
    arrivals: Arrivals,
) -> TimetableRow:
    free = now = sum((s.free_at(warehouse.pk) for s in stock), ZERO)
    stations: list[Station | None] = []
    for day in days:
        arrives = arrivals.get((warehouse.pk, day), ZERO)
        free += arrives
        shown = arrives if shows_figures(context) else None
        stations.append(Station(shown, seen_stock(context, free)) if arrives else None)
    return TimetableRow(
        name=warehouse.name,
        address=warehouse.address_text,
        is_home=context.region_id is not None and warehouse.region_id == context.region_id,
        free=seen_stock(context, now),
        stations=stations,
    )
