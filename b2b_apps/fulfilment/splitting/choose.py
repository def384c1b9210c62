"""Which shipments there are: the fewest that meet all demands, then the earliest, then the nearest.

The question is a set cover, so the search is a tree: the demand with the fewest ways out is taken,
each way is tried. Sets of demands are the bits of a number, so that a step is a few operations,
however many lines there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from b2b_apps.fulfilment.splitting.demand import Demand
from b2b_apps.fulfilment.splitting.parts import Source

# Steps of the tree before the best found so far is taken for good; about a second at the worst.
MOST_STEPS = 40_000

ZERO = Decimal(0)
Chosen = tuple[Source, ...]
Waves = Sequence[tuple[date, Sequence[Source]]]


def sources_chosen(
    demands: Sequence[Demand], *, ranks: Mapping[int, int], now: date
) -> tuple[list[Source], bool]:
    """Return the shipments for demands that can all be met, and whether none are better.

    ``ranks`` says how far a warehouse is, by id: 0 is the nearest.
    """
    if not demands:
        return [], True
    tree = _Tree.of(demands, ranks=ranks, now=now)
    best = tree.greedy()
    try:
        for size in range(max(1, len(tree.forced)), len(best)):
            found = tree.best_of(size)
            if found is not None:
                return sorted(found), True
        return sorted(tree.best_of(len(best)) or best), True
    except _TooLongError:
        return sorted(tree.found or best), False


class _TooLongError(Exception):
    """The tree has more steps than we are ready to wait for."""


@dataclass
class _Tree:
    """Sources with the simple demands that each meets alone (``covers``, as bits), and the hard
    demands, that only several meet together. ``forced`` are the only way out of some demand.
    """

    sources: Sequence[Source]
    covers: Mapping[Source, int]
    hard: Sequence[Demand]
    ranks: Mapping[int, int]
    now: date
    everything: int
    options: Mapping[int, Sequence[Source]]
    forced: Chosen = ()
    steps: int = 0
    found: Chosen | None = None
    found_cost: tuple[int, int] = field(default=(0, 0))

    @classmethod
    def of(cls, demands: Sequence[Demand], *, ranks: Mapping[int, int], now: date) -> "_Tree":
        days = {Source(day, pk) for d in demands for pk, rows in d.ready.items() for day, _ in rows}
        sources = sorted(days, key=lambda source: (source.day, ranks.get(source.warehouse_id, 0)))
        ways = [(demand, demand.alone(sources)) for demand in demands]
        hard = [demand for demand, alone in ways if not alone]
        # The lowest bit is the demand with the fewest ways out: it is branched on first.
        simple = sorted((alone for _demand, alone in ways if alone), key=len)
        covers = dict.fromkeys(sources, 0)
        for place, alone in enumerate(simple):
            for source in alone:
                covers[source] |= 1 << place
        return cls(
            sources, covers, hard, ranks, now,
            everything=(1 << len(simple)) - 1,
            options=dict(enumerate(simple)),
            forced=tuple(sorted({alone[0] for alone in simple if len(alone) == 1})),
        )  # fmt: skip

    def greedy(self) -> Chosen:
        """A set that will do: each time the source that meets the most, then what is of no use
        left out.
        """
        chosen = list(self.forced)
        while not self._is_met(chosen):
            chosen.append(self._most_useful(chosen))
        for source in tuple(chosen[len(self.forced) :]):
            fewer = [other for other in chosen if other != source]
            if self._is_met(fewer):
                chosen = fewer
        return tuple(chosen)

    def _most_useful(self, chosen: Sequence[Source]) -> Source:
        left = self._left(chosen)
        short = [(d, given) for d in self.hard if (given := _given(d, chosen)) < d.quantity]

        def use(source: Source) -> tuple[int, int]:
            helped = sum(_given(demand, (*chosen, source)) > given for demand, given in short)
            return (self.covers[source] & left).bit_count(), helped

        return max((source for source in self.sources if source not in chosen), key=use)

    def best_of(self, size: int) -> Chosen | None:
        """The best set of so many sources that meets everything, None if there is none."""
        self.found = None
        start = self.forced
        self._grow(start, self._left(start), size - len(start), frozenset())
        return self.found

    def _grow(self, chosen: Chosen, left: int, more: int, shut: frozenset[Source]) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _TooLongError
        if not left and self._is_met(chosen):
            self._keep(chosen)
            return
        if not more or not self._may_meet(left, more):
            return
        tried: set[Source] = set()
        for source in self._ways(chosen, left):
            if source not in shut:
                self._grow((*chosen, source), left & ~self.covers[source], more - 1, shut | tried)
                tried.add(source)

    def _ways(self, chosen: Chosen, left: int) -> Sequence[Source]:
        """The sources of which one at least must be chosen next."""
        if left:
            return self.options[(left & -left).bit_length() - 1]
        short = next(d for d in self.hard if _given(d, chosen) < d.quantity)
        return [s for s in self.sources if _given(short, (*chosen, s)) > _given(short, chosen)]

    def _may_meet(self, left: int, more: int) -> bool:
        """Whether so many more sources can be enough at all."""
        need = left.bit_count()
        return not need or any(
            (cover & left).bit_count() * more >= need for cover in self.covers.values()
        )

    def _keep(self, chosen: Chosen) -> None:
        cost = self._cost(chosen)
        if self.found is None or cost < self.found_cost:
            self.found, self.found_cost = chosen, cost

    def _cost(self, chosen: Chosen) -> tuple[int, int]:
        """Days that the demands wait until they are whole; then how far the warehouses are."""
        waiting, left = 0, self.everything
        for source in sorted(chosen):
            met = self.covers[source] & left
            waiting += met.bit_count() * (source.day - self.now).days
            left &= ~met
        waves = waves_of(chosen)
        waiting += sum((met_by(d, waves)[0] - self.now).days for d in self.hard)
        return waiting, sum(self.ranks.get(source.warehouse_id, 0) for source in chosen)

    def _is_met(self, chosen: Sequence[Source]) -> bool:
        return not self._left(chosen) and all(_given(d, chosen) >= d.quantity for d in self.hard)

    def _left(self, chosen: Sequence[Source]) -> int:
        left = self.everything
        for source in chosen:
            left &= ~self.covers[source]
        return left


def waves_of(chosen: Sequence[Source]) -> Waves:
    """What has left by the first day of the chosen, by the second and so on."""
    days = sorted({source.day for source in chosen})
    return [(day, [source for source in chosen if source.day <= day]) for day in days]


def met_by(demand: Demand, waves: Waves) -> tuple[date, Sequence[Source], Mapping[int, Decimal]]:
    """The first day on which a demand that all waves meet has left, what leaves until then, and
    how much each warehouse gives of it.
    """
    for day, sources in waves:
        each = _given_by(demand, sources)
        if _sum_of(demand, each.values()) >= demand.quantity:
            return day, sources, each
    raise ValueError("not met")


def _given_by(demand: Demand, sources: Iterable[Source]) -> Mapping[int, Decimal]:
    """How much each warehouse gives by the last of its days."""
    given: dict[int, Decimal] = {}
    for source in sources:
        if much := demand.can_leave(source):
            given[source.warehouse_id] = max(given.get(source.warehouse_id, much), much)
    return given


def _given(demand: Demand, chosen: Sequence[Source]) -> Decimal:
    return _sum_of(demand, _given_by(demand, chosen).values())


def _sum_of(demand: Demand, each: Iterable[Decimal]) -> Decimal:
    return max(each, default=ZERO) if demand.is_whole else sum(each, ZERO)
