"""What a buyer changes in a plan: lines of a shipment moved elsewhere, or sent to another place."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from b2b_apps.fulfilment.splitting import Coming, Source
from b2b_apps.purchasing.choices import SplitChoice
from b2b_apps.purchasing.plan import OrderPlan, ShipmentPlan

ZERO = Decimal(0)
# Of more places nobody chooses by a list.
MOST_PLACES = 24


@dataclass(frozen=True, slots=True)
class Place:
    """Where lines of a shipment could leave from instead, and how many of them could."""

    source: Source
    num_lines: int


def moved(
    choice: SplitChoice, shipment: ShipmentPlan, line_ids: Collection[int], to: Source
) -> SplitChoice:
    """Return the choice with lines of a shipment moved to another warehouse or day."""
    places = {pk: dict(rows) for pk, rows in choice.moved.items()}
    for pk in line_ids:
        quantity = shipment.quantities.get(pk, ZERO)
        rows = places.setdefault(pk, {})
        left = rows.pop(shipment.source, ZERO) - quantity
        if left > 0:
            rows[shipment.source] = left
        if quantity > 0:
            rows[to] = rows.get(to, ZERO) + quantity
    return replace(choice, moved={pk: rows for pk, rows in places.items() if rows})


def assigned(choice: SplitChoice, line_ids: Collection[int], consignee_id: int) -> SplitChoice:
    """Return the choice with lines, whole ones, sent to a consignee; 0 is that of the order."""
    consignees = {pk: to for pk, to in choice.consignees.items() if pk not in line_ids}
    if consignee_id:
        consignees |= dict.fromkeys(line_ids, consignee_id)
    return replace(choice, consignees=consignees)


def settled(choice: SplitChoice, plan: OrderPlan) -> SplitChoice:
    """Return the choice without what cannot be: lines that could not be moved, or are gone."""
    lines = {line.id for line in plan.sheet.lines} - set(plan.undone)
    return replace(
        choice,
        moved={pk: rows for pk, rows in choice.moved.items() if pk in lines},
        consignees={pk: to for pk, to in choice.consignees.items() if pk in lines},
    )


def places_for(plan: OrderPlan, shipment: ShipmentPlan) -> list[Place]:
    """Return where lines of a shipment could leave from instead, those for most of them first.

    What other shipments take is not reckoned with: who moves a line there takes it from them.
    """
    first: dict[int, list[date]] = {}
    lines = {part.line.id: part.line for part in shipment.parts}
    for pk, quantity in shipment.quantities.items():
        supply = plan.supply[lines[pk].product.id]
        for warehouse_id, day in _first_days(supply, quantity).items():
            first.setdefault(warehouse_id, []).append(day)
    found = []
    for warehouse_id, days in first.items():
        # Or with another shipment of the plan.
        others = {day for day in plan.days if day >= min(days)}
        found += [
            Place(Source(day, warehouse_id), sum(1 for known in days if known <= day))
            for day in others.union(days)
            if Source(day, warehouse_id) != shipment.source
        ]
    ranks = {pk: place for place, pk in enumerate(plan.sheet.warehouse_ids)}
    found.sort(key=lambda p: (-p.num_lines, p.source.day, ranks.get(p.source.warehouse_id, 0)))
    return found[:MOST_PLACES]


def _first_days(rows: Iterable[Coming], quantity: Decimal) -> Mapping[int, date]:
    """The first day on which so much can leave each warehouse."""
    sums: dict[int, Decimal] = {}
    days: dict[int, date] = {}
    for row in sorted(rows, key=lambda row: row.day):
        sums[row.warehouse_id] = sums.get(row.warehouse_id, ZERO) + row.quantity
        if sums[row.warehouse_id] >= quantity:
            days.setdefault(row.warehouse_id, row.day)
    return days
