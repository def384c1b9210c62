"""A demand: what one group wants of one product, and which sources can give how much of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from b2b_apps.fulfilment.splitting.parts import Coming, Need, Part, Source

ZERO = Decimal(0)
DAY = attrgetter("day")


class Demand(NamedTuple):
    """Lines of one product that may leave from the same places.

    ``ready`` is, by warehouse, from which day on how much can leave in whole packs, all that
    came before included; days in order. Nothing of it leaves after ``last_day``.
    """

    product_id: int
    quantity: Decimal
    pack: Decimal
    is_whole: bool
    lines: tuple[Part, ...]
    ready: Mapping[int, Sequence[tuple[date, Decimal]]]
    last_day: date = date.max

    def can_leave(self, source: Source) -> Decimal:
        """How much of it a source can give, at most the quantity asked for."""
        given = ZERO
        if source.day > self.last_day:
            return given
        for day, quantity in self.ready.get(source.warehouse_id, ()):
            if day > source.day:
                break
            given = quantity
        return min(given, self.quantity)

    def undivided(self) -> "Demand":
        """The same demand; whole, if one warehouse can give all of it."""
        most = max((rows[-1][1] for rows in self.ready.values()), default=ZERO)
        return self if self.is_whole or most < self.quantity else self._replace(is_whole=True)

    def alone(self, sources: Iterable[Source]) -> list[Source]:
        """The sources that can give all of it."""
        since = {
            pk: next(day for day, quantity in rows if quantity >= self.quantity)
            for pk, rows in self.ready.items()
            if rows[-1][1] >= self.quantity
        }
        return [
            source
            for source in sources
            if source.warehouse_id in since
            and since[source.warehouse_id] <= source.day <= self.last_day
        ]

    @property
    def most(self) -> Decimal:
        """How much can leave from all warehouses together, at most the quantity asked for."""
        each = [rows[-1][1] for rows in self.ready.values() if rows]
        if self.is_whole:
            return self.quantity if max(each, default=ZERO) >= self.quantity else ZERO
        return min(sum(each, ZERO), self.quantity)

    def whole_by(self) -> date | None:
        """The first day on which all of it can have left, whatever the number of shipments."""
        days = {day for rows in self.ready.values() for day, _quantity in rows}
        if len(days) == 1:
            return days.pop() if self.most >= self.quantity else None
        for day in sorted(days):
            each = [self.can_leave(Source(day, pk)) for pk in self.ready]
            if (max(each) if self.is_whole else sum(each, ZERO)) >= self.quantity:
                return day
        return None

    def until(self, day: date) -> "Demand":
        """The same demand, if nothing may leave after a day."""
        ready = {
            pk: [row for row in rows if row[0] <= day]
            for pk, rows in self.ready.items()
            if rows and rows[0][0] <= day
        }
        return self._replace(ready=ready, last_day=day)

    def near(self, rings: Mapping[int, int]) -> "Demand":
        """The same demand from the nearest warehouses alone that can meet it."""
        found = self
        for ring in sorted({rings.get(pk, 0) for pk in self.ready}):
            ready = {pk: rows for pk, rows in self.ready.items() if rings.get(pk, 0) <= ring}
            if len(ready) == len(self.ready):
                return self
            found = self._replace(ready=ready)
            if found.most >= self.quantity:
                break
        return found

    def cut_to(self, quantity: Decimal) -> "Demand":
        """The first so many of it, line by line."""
        if quantity == self.quantity:
            return self
        return self._replace(quantity=quantity, lines=tuple(first(self.lines, quantity)))

    def without(self, quantity: Decimal, ready: "Demand") -> "Demand":
        """What is left when the first so many have left from what was ``ready``."""
        gone = {pk: rows[-1][1] for pk, rows in ready.ready.items()}
        later = {
            pk: [(day, much - gone.get(pk, ZERO)) for day, much in rows
                 if much > gone.get(pk, ZERO)]
            for pk, rows in self.ready.items()
        }  # fmt: skip
        return self._replace(
            quantity=self.quantity - quantity,
            lines=tuple(rest(self.lines, quantity)),
            ready={pk: rows for pk, rows in later.items() if rows},
        )


def demands_of(
    needs: Sequence[Need], supply: Mapping[int, Sequence[Coming]]
) -> tuple[list[Demand], dict[int, Decimal]]:
    """Return the demands of one group, each as large as it can be met, and what is missing.

    Lines bound to a warehouse come first and take there before the others of their product;
    lines of one product that may leave from the same places are one demand.
    """
    stock = {pk: list(rows) for pk, rows in supply.items()}
    demands: list[Demand] = []
    missing: dict[int, Decimal] = {}
    for lines in _alike(needs):
        one = lines[0]
        found = Demand(
            one.product_id,
            sum((line.quantity for line in lines), ZERO),
            one.pack,
            any(line.is_whole for line in lines),
            tuple(Part(line.key, line.quantity) for line in lines),
            _ready(one, stock.get(one.product_id, ())),
        )
        most = found.most
        missing.update((part.key, part.quantity) for part in rest(found.lines, most))
        if most <= 0:
            continue
        found = found.cut_to(most)
        demands.append(found)
        if one.warehouse_id is not None:
            stock[one.product_id] = _taken(found, stock[one.product_id])
    return demands, missing


def first(lines: Iterable[Part], quantity: Decimal) -> Iterable[Part]:
    """The first so many of the lines."""
    for line in lines:
        if quantity <= 0:
            return
        yield Part(line.key, min(line.quantity, quantity))
        quantity -= line.quantity


def rest(lines: Iterable[Part], quantity: Decimal) -> Iterable[Part]:
    """What of the lines is left after the first so many."""
    for line in lines:
        if line.quantity > quantity:
            yield Part(line.key, line.quantity - max(ZERO, quantity))
        quantity -= line.quantity


def spent(rows: Sequence[Coming], source: Source, quantity: Decimal) -> list[Coming]:
    """What is left of a product when so much of it leaves with a source.

    The latest of what may go by then goes first: what is here today is left to others.
    """
    left = []
    for row in sorted(rows, key=DAY, reverse=True):
        if row.warehouse_id == source.warehouse_id and row.day <= source.day:
            taken = min(quantity, row.quantity)
            quantity -= taken
            left.append(row._replace(quantity=row.quantity - taken))
        else:
            left.append(row)
    return left


def _alike(needs: Sequence[Need]) -> list[list[Need]]:
    """Lines that are one demand, those bound to a warehouse first, otherwise in their order."""
    found: dict[tuple[int, Decimal, int | None], list[Need]] = {}
    for need in sorted(needs, key=lambda need: need.warehouse_id is None):
        found.setdefault((need.product_id, need.pack, need.warehouse_id), []).append(need)
    return list(found.values())


def _ready(need: Need, rows: Sequence[Coming]) -> dict[int, list[tuple[date, Decimal]]]:
    ready: dict[int, list[tuple[date, Decimal]]] = {}
    sums: dict[int, Decimal] = {}
    for row in sorted(rows, key=DAY):
        if need.warehouse_id is not None and need.warehouse_id != row.warehouse_id:
            continue
        sums[row.warehouse_id] = sums.get(row.warehouse_id, ZERO) + row.quantity
        packs = sums[row.warehouse_id] // need.pack * need.pack
        known = ready.setdefault(row.warehouse_id, [])
        if packs > (known[-1][1] if known else ZERO):
            known.append((row.day, packs))
    return {pk: days for pk, days in ready.items() if days}


def _taken(demand: Demand, rows: Sequence[Coming]) -> list[Coming]:
    """What a demand bound to one warehouse leaves there to the others of its product."""
    day = demand.whole_by()
    (warehouse_id,) = demand.ready
    return spent(rows, Source(day, warehouse_id), demand.quantity) if day else list(rows)
