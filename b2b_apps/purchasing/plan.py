"""The plan of an order: which shipments the lines of a basket leave in. Pure.

``plan_of`` makes one by a buyer's choice; ``plan_laid_out`` takes shipments as they are named and
finds the goods for them, which is also how what was offered is held against today's stock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.utils import timezone

from b2b_apps.core.days import next_working_day
from b2b_apps.core.money import LineAmount, amount_shared
from b2b_apps.fulfilment.splitting import Coming, Need, Policy, Source, split_needs
from b2b_apps.fulfilment.splitting.demand import spent
from b2b_apps.inventory.selectors import ProductStock
from b2b_apps.purchasing.choices import SplitChoice
from b2b_apps.purchasing.goods import packs_of
from b2b_apps.purchasing.sheet import Sheet, SheetLine

ZERO = Decimal(0)
# Of goods that are all here each line leaves at once by either.
ALIKE_NOW = frozenset({Policy.FEWEST, Policy.EARLIEST})

Supply = Mapping[int, Sequence[Coming]]


class Group(NamedTuple):
    """What shares shipments: what goes to one consignee and is kept apart by one rule, or none."""

    consignee_id: int
    rule_id: int = 0


class Asked(NamedTuple):
    """A shipment by name: of which warehouse, on which day, to whom, and how much of which line.

    ``consignee_id`` 0 is the consignee of the order, ``rule_id`` the rule by which it is a
    shipment of its own, 0 for none.
    """

    source: Source
    consignee_id: int
    quantities: Mapping[int, Decimal]
    rule_id: int = 0


@dataclass(frozen=True, slots=True)
class PlanPart:
    """So much of a line out of one balance; ``awaits`` is the day the last of it is expected."""

    line: SheetLine
    quantity: Decimal
    stock_record_id: int
    amount: LineAmount
    awaits: date | None = None


@dataclass(frozen=True)
class ShipmentPlan:
    """What leaves one warehouse on one day for one consignee, what a rule keeps apart by itself."""

    number: int
    source: Source
    consignee_id: int
    parts: Sequence[PlanPart]
    rule_id: int = 0

    @property
    def key(self) -> str:
        """Names it in fields of a form, and outlives a new plan that has it too."""
        own = f"-{self.rule_id}" if self.rule_id else ""
        return f"{self.warehouse_id}-{self.day:%Y%m%d}-{self.consignee_id}{own}"

    @property
    def warehouse_id(self) -> int:
        return self.source.warehouse_id

    @property
    def day(self) -> date:
        return self.source.day

    @property
    def awaits(self) -> date | None:
        """The day on which the last of its goods is expected, None if all is here."""
        return max((part.awaits for part in self.parts if part.awaits), default=None)

    @cached_property
    def quantities(self) -> Mapping[int, Decimal]:
        """How much of each line there is in it, by line."""
        sums: dict[int, Decimal] = {}
        for part in self.parts:
            sums[part.line.id] = sums.get(part.line.id, ZERO) + part.quantity
        return sums

    @property
    def num_lines(self) -> int:
        return len(self.quantities)

    @cached_property
    def total_incl_tax(self) -> Decimal:
        return sum((part.amount.incl_tax for part in self.parts), Decimal("0.00"))

    @cached_property
    def total_excl_tax(self) -> Decimal:
        return sum((part.amount.excl_tax for part in self.parts), Decimal("0.00"))

    @property
    def vat(self) -> Decimal:
        return self.total_incl_tax - self.total_excl_tax

    @cached_property
    def weight_kg(self) -> Decimal:
        return sum((p.line.unit_weight_kg * p.quantity for p in self.parts), ZERO)

    @property
    def is_weighed(self) -> bool:
        """Whether the weight of all its goods is known."""
        return all(part.line.unit_weight_kg for part in self.parts)

    @cached_property
    def volume_m3(self) -> Decimal:
        return sum((p.line.unit_volume_m3 * p.quantity for p in self.parts), ZERO)


@dataclass(frozen=True)
class OrderPlan:
    """The shipments of a basket. ``missing`` is what of a line cannot leave, by line; ``undone``
    are lines that could not be moved as the buyer had them; what is here leaves on ``first_day``.
    ``supply`` is what can leave of each product at all.
    """

    sheet: Sheet
    shipments: Sequence[ShipmentPlan]
    choice: SplitChoice = field(default_factory=SplitChoice)
    missing: Mapping[int, Decimal] = field(default_factory=dict)
    undone: Sequence[int] = ()
    is_proven: bool = True
    first_day: date = date.min
    supply: Supply = field(default_factory=dict, repr=False, compare=False)

    @property
    def days(self) -> Sequence[date]:
        return sorted({shipment.day for shipment in self.shipments})

    @property
    def warehouse_ids(self) -> frozenset[int]:
        return frozenset(shipment.warehouse_id for shipment in self.shipments)

    @property
    def asked(self) -> Sequence[Asked]:
        return [Asked(s.source, s.consignee_id, s.quantities, s.rule_id) for s in self.shipments]


def usual_choice(sheet: Sheet) -> SplitChoice:
    """How a basket is split as long as the buyer says nothing: in as few shipments as can be, but
    what is here does not wait for what comes.
    """
    return SplitChoice(Policy.NOW_AND_LATER if sheet.is_awaiting else Policy.FEWEST)


def first_day() -> date:
    """The first day on which what is here can leave."""
    return next_working_day(timezone.localdate())


class Arranged(NamedTuple):
    """Shipments that a choice makes, what cannot leave, lines that could not be moved."""

    asked: Sequence[Asked]
    missing: Mapping[int, Decimal]
    undone: Sequence[int]
    is_proven: bool


def plan_of(
    sheet: Sheet, *, choice: SplitChoice | None = None, now: date | None = None
) -> OrderPlan:
    """Return how the lines that can leave do, by a buyer's choice.

    What he has put somewhere himself is put there first, as far as it can leave from there.
    """
    choice, now = choice or usual_choice(sheet), now or first_day()
    supply = supply_of(sheet, now)
    found = _arranged(sheet, choice, supply, now)
    laid = plan_laid_out(sheet, found.asked, now=now, supply=supply)
    return replace(
        laid,
        choice=choice,
        missing={**found.missing, **laid.missing},
        undone=found.undone,
        is_proven=found.is_proven,
    )


def is_known_by(plan: OrderPlan, policy: Policy) -> bool:
    """Whether another policy makes the same shipments, as far as that is seen without a plan."""
    alike = not plan.sheet.is_awaiting and {policy, plan.choice.policy} <= ALIKE_NOW
    return policy is plan.choice.policy or alike


def asked_by(plan: OrderPlan, policy: Policy) -> Sequence[Asked]:
    """Return the shipments of the same basket by another policy, as the buyer has it otherwise."""
    if is_known_by(plan, policy):
        return plan.asked
    choice = replace(plan.choice, policy=policy)
    return _arranged(plan.sheet, choice, plan.supply, plan.first_day).asked


def supply_of(sheet: Sheet, now: date) -> Supply:
    """What can leave of each product that can be ordered."""
    return {line.product.id: coming_of(line.stock, now) for line in sheet.counted if line.price}


def _arranged(sheet: Sheet, choice: SplitChoice, given: Supply, now: date) -> Arranged:
    lines = {line.id: line for line in sheet.counted if line.price}
    supply = dict(given)
    loads: dict[tuple[Group, Source], dict[int, Decimal]] = {}
    left, undone = {pk: line.quantity for pk, line in lines.items()}, []
    groups = {line.id: _group_of(line, choice, sheet) for line in lines.values()}
    for line in lines.values() if choice.moved else ():
        for source, wanted in choice.moved.get(line.id, {}).items():
            quantity = min(wanted, left[line.id])
            if quantity <= 0 or not _can_leave(supply[line.product.id], source, quantity):
                undone.append(line.id)
                continue
            supply[line.product.id] = spent(supply[line.product.id], source, quantity)
            _add(loads, groups[line.id], source, line.id, quantity)
            left[line.id] -= quantity
    split = split_needs(
        [_need(lines[pk], much, groups[pk], sheet) for pk, much in left.items() if much > 0],
        supply,
        policy=choice.policy,
        ranks={pk: place for place, pk in enumerate(sheet.warehouse_ids)},
        now=now,
        rings=sheet.rings,
    )
    for shipment in split.shipments:
        for part in shipment.parts:
            _add(loads, groups[part.key], shipment.source, part.key, part.quantity)
    asked = [
        Asked(source, group.consignee_id, load, group.rule_id)
        for (group, source), load in loads.items()
    ]
    return Arranged(_ordered(asked, sheet, choice), split.missing, undone, split.is_proven)


def plan_laid_out(
    sheet: Sheet, asked: Sequence[Asked], *, now: date | None = None, supply: Supply | None = None
) -> OrderPlan:
    """Return shipments as they are asked for, with goods found for them; what there is none for
    is ``missing``.

    What is here goes to what leaves first; of what is to come, the soonest.
    """
    now = now or first_day()
    supply = supply_of(sheet, now) if supply is None else supply
    lines = {line.id: line for line in sheet.counted if line.price}
    stocks: dict[int, list[Coming]] = {}
    found: dict[int, list[tuple[int, Decimal, date | None]]] = {}
    missing: dict[int, Decimal] = {}
    # A page that was opened yesterday named yesterday's first day.
    asked = [_not_before(now, shipment) for shipment in asked]
    for place in sorted(range(len(asked)), key=lambda place: asked[place].source.day):
        source = asked[place].source
        for pk, quantity in asked[place].quantities.items():
            if (line := lines.get(pk)) is None:
                missing[pk] = quantity
                continue
            if line.product.id not in stocks:
                stocks[line.product.id] = list(supply[line.product.id])
            lack = quantity
            for piece in _taken(stocks[line.product.id], source, quantity):
                found.setdefault(pk, []).append((place, *piece))
                lack -= piece[0]
            if lack > 0:
                missing[pk] = missing.get(pk, ZERO) + lack
    parts: list[list[PlanPart]] = [[] for _ in asked]
    for pk, line in lines.items():
        for place, part in _parts(line, found.get(pk, ()), asked):
            parts[place].append(part)
    shipments = [
        ShipmentPlan(
            number, asked[place].source, asked[place].consignee_id, rows, asked[place].rule_id
        )
        for number, (place, rows) in enumerate(
            ((place, rows) for place, rows in enumerate(parts) if rows), start=1
        )
    ]
    return OrderPlan(sheet, shipments, missing=missing, first_day=now, supply=supply)


def _not_before(day: date, asked: Asked) -> Asked:
    source = asked.source
    return asked._replace(source=Source(max(source.day, day), source.warehouse_id))


def coming_of(stock: ProductStock, now: date) -> list[Coming]:
    """What can leave of a product: what is free on the first day, a receipt on the working day
    after its own.
    """
    here = [Coming(b.warehouse_id, now, b.free) for b in stock.balances.values() if b.free > 0]
    later = [
        Coming(r.warehouse_id, max(now, next_working_day(r.day)), r.quantity, r.day)
        for r in stock.receipts
        if r.warehouse_id in stock.balances
    ]
    return here + later


def _taken(
    rows: list[Coming], source: Source, quantity: Decimal
) -> Iterable[tuple[Decimal, date | None]]:
    """Take from what can leave with a source, what is here first; say how much, and until when
    it is waited for. ``rows`` are left with the rest.
    """
    here, awaited, last = ZERO, ZERO, None
    for place, row in enumerate(rows):
        if quantity <= 0:
            break
        if row.warehouse_id != source.warehouse_id or row.day > source.day or row.quantity <= 0:
            continue
        much = min(quantity, row.quantity)
        rows[place] = Coming(row.warehouse_id, row.day, row.quantity - much, row.expected)
        quantity -= much
        if row.expected is None:
            here += much
        else:
            awaited, last = awaited + much, row.expected
    if here > 0:
        yield here, None
    if awaited > 0:
        yield awaited, last


def _parts(
    line: SheetLine, found: Sequence[tuple[int, Decimal, date | None]], asked: Sequence[Asked]
) -> Iterable[tuple[int, PlanPart]]:
    amount = line.amount
    if amount is None:
        return
    found = sorted(found, key=lambda piece: (piece[0], piece[2] is not None))
    # Of a line that is not met the price of the whole is shared out all the same.
    quantities = [quantity for _place, quantity, _awaits in found]
    rest = line.quantity - sum(quantities, ZERO)
    amounts = (
        [amount] if len(found) == 1 and not rest else amount_shared(amount, [*quantities, rest])
    )
    for (place, quantity, awaits), share in zip(found, amounts, strict=False):
        balance = line.stock.balances[asked[place].source.warehouse_id]
        yield place, PlanPart(line, quantity, balance.stock_record_id, share, awaits)


def _can_leave(rows: Iterable[Coming], source: Source, quantity: Decimal) -> bool:
    much = sum(
        (r.quantity for r in rows if r.warehouse_id == source.warehouse_id and r.day <= source.day),
        ZERO,
    )
    return much >= quantity


def _group_of(line: SheetLine, choice: SplitChoice, sheet: Sheet) -> Group:
    ruling = sheet.rulings.of(line.product.id)
    return Group(choice.consignees.get(line.id, 0), ruling.group_id)


def _need(line: SheetLine, quantity: Decimal, group: Group, sheet: Sheet) -> Need:
    return Need(
        key=line.id,
        product_id=line.product.id,
        quantity=quantity,
        pack=packs_of(line.product)[0],
        group=f"{group.consignee_id}/{group.rule_id}",
        warehouse_id=_bound_to(line),
        is_whole=not sheet.divides,
        preferred_id=_preferred(line, sheet),
    )


def _preferred(line: SheetLine, sheet: Sheet) -> int | None:
    """The warehouse that a rule would have it leave from, as long as the buyer sees that one."""
    found = sheet.rulings.of(line.product.id).warehouse_id
    return found if found in line.stock.balances else None


def _bound_to(line: SheetLine) -> int | None:
    """The warehouse that a line leaves whatever the policy says: the one chosen for it, or where
    the contract holds it by hand already.
    """
    is_chosen = line.chosen_warehouse_id == line.warehouse_id
    if line.awaits:
        return line.warehouse_id if is_chosen else None
    return line.warehouse_id if (is_chosen or line.reserved) and not line.is_divided else None


def _add(
    loads: dict[tuple[Group, Source], dict[int, Decimal]],
    group: Group,
    source: Source,
    line_id: int,
    quantity: Decimal,
) -> None:
    load = loads.setdefault((group, source), {})
    load[line_id] = load.get(line_id, ZERO) + quantity


def _ordered(asked: Iterable[Asked], sheet: Sheet, choice: SplitChoice) -> list[Asked]:
    """Shipments of the order's own consignee first, then by day and nearness."""
    ranks = {pk: place for place, pk in enumerate(sheet.warehouse_ids)}
    return sorted(
        asked,
        key=lambda a: (
            a.consignee_id != 0,
            a.source.day,
            ranks.get(a.source.warehouse_id, 0),
            a.consignee_id,
            a.rule_id,
        ),
    )
