"""How the margin of goods, or their price, spreads before and after a rule: columns of a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from b2b_apps.core.figures import quantity_text
from b2b_apps.core.money import HUNDRED
from b2b_apps.desk.selectors.rules import margin
from b2b_apps.pricing.preview import PreviewRow

# A column is so many per cents wide, or its double …: the narrowest that takes ten at most.
STEPS = (1, 2, 5, 10, 20, 50, 100, 1000)
MOST_COLUMNS = 10
HUNDREDTH = Decimal("0.01")
# The drawing in units: columns share the width beside the axis, above their labels.
WIDTH, WIDEST, AXIS, TOP, BASE = 310, 56, 30, 6, 82


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """``num`` goods from so many per cent on, ``num_was`` before the rule; drawn at ``x``."""

    label: str
    num: int
    num_was: int | None
    x: int
    width: int
    height: int
    was_y: int | None

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def y(self) -> int:
        return BASE - self.height


@dataclass(frozen=True, slots=True)
class RuleChart:
    """``kind``: margin (columns as they become, ticks as they are) or change (of the price)."""

    kind: str
    columns: Sequence[ChartColumn]
    most: int

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def base(self) -> int:
        return BASE

    @property
    def top(self) -> int:
        return TOP

    @property
    def axis(self) -> int:
        return AXIS


def rule_chart(rows: Sequence[PreviewRow]) -> RuleChart | None:
    """The margin of the goods whose purchase price is known, else by how much prices move; None
    where nothing changes. No query.
    """
    priced = [row for row in rows if row.before and row.after]
    if all(row.before == row.after for row in priced):
        return None
    known = [row for row in priced if row.cost is not None]
    if known:
        was = [margin(price=row.before, cost=row.cost) for row in known]
        return _chart("margin", [margin(price=row.after, cost=row.cost) for row in known], was)
    moved = [row.change * HUNDRED / row.before for row in priced if row.change is not None]  # type: ignore[operator]
    return _chart("change", moved, None)


def _chart(kind: str, values: Sequence[Decimal], was: Sequence[Decimal] | None) -> RuleChart:
    every = [*values, *(was or ())]
    step = next((s for s in STEPS if _places(every, s) <= MOST_COLUMNS), STEPS[-1])
    first = _place(min(every), step)
    length = min(_places(every, step), MOST_COLUMNS)
    # What lies beyond all columns stands in the last one.
    counts = [0] * length
    counts_was = [0] * length
    for value in values:
        counts[min(_place(value, step) - first, length - 1)] += 1
    for value in was or ():
        counts_was[min(_place(value, step) - first, length - 1)] += 1
    most = max(*counts, *counts_was)
    share = min((WIDTH - AXIS) // length, WIDEST)
    columns = [
        ChartColumn(
            label=quantity_text(Decimal((first + at) * step)),
            num=counts[at],
            num_was=None if was is None else counts_was[at],
            x=AXIS + share * at + 3,
            width=share - 6,
            height=(BASE - TOP) * counts[at] // most,
            was_y=None if was is None else BASE - (BASE - TOP) * counts_was[at] // most,
        )
        for at in range(length)
    ]
    return RuleChart(kind, columns, most)


def _place(value: Decimal, step: int) -> int:
    return int((value.quantize(HUNDREDTH) / step).to_integral_value(ROUND_FLOOR))


def _places(values: Sequence[Decimal], step: int) -> int:
    return _place(max(values), step) - _place(min(values), step) + 1
