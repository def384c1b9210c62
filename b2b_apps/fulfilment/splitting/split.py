"""From lines and what can leave to shipments."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from b2b_apps.fulfilment.splitting.choose import Waves, met_by, sources_chosen, waves_of
from b2b_apps.fulfilment.splitting.demand import Demand, demands_of, first, rest, spent
from b2b_apps.fulfilment.splitting.parts import (
    Coming,
    Need,
    Part,
    PlannedShipment,
    Policy,
    Source,
    Split,
)
from b2b_apps.fulfilment.splitting.preferring import bound_as_preferred


def split_needs(  # noqa: PLR0913 - all that a split is reckoned from
    needs: Sequence[Need],
    supply: Mapping[int, Sequence[Coming]],
    *,
    policy: Policy,
    ranks: Mapping[int, int],
    now: date,
    rings: Mapping[int, int] | None = None,
) -> Split:
    """Return the shipments of an order.

    ``supply`` is what can leave of each product, by id, in quantities that may be added up;
    ``ranks`` how far each warehouse is, 0 the nearest; what can leave until ``now`` is here.
    ``rings`` are the same, but alike for those that are as near (``ranks`` without them). All
    that can leave does. Groups are split one after the other in the order of their first lines;
    a later one gets what is left.
    """
    needs = bound_as_preferred(needs, supply, now=now)
    rings = ranks if rings is None else rings
    stock = {pk: list(rows) for pk, rows in supply.items()}
    shipments: list[PlannedShipment] = []
    missing: dict[int, Decimal] = {}
    is_proven = True
    groups = _groups(needs)
    for group, lines in groups.items():
        demands, short = demands_of(lines, stock)
        missing.update(short)
        wished = [part for demand in demands for part in _wished(demand, policy, now, rings)]
        chosen, is_best = sources_chosen(wished, ranks=ranks, now=now)
        is_proven = is_proven and is_best
        waves = waves_of(chosen)
        loads: dict[Source, list[Part]] = {}
        for demand in wished:
            for source, quantity, parts in _leaving(demand, waves, ranks):
                loads.setdefault(source, []).extend(parts)
                if len(groups) > 1:
                    stock[demand.product_id] = spent(stock[demand.product_id], source, quantity)
        shipments += [
            PlannedShipment(source, group, _joined(loads[source], lines))
            for source in sorted(loads, key=lambda s: (s.day, ranks.get(s.warehouse_id, 0), s))
        ]
    return Split(shipments, missing, is_proven)


def _groups(needs: Iterable[Need]) -> Mapping[str, Sequence[Need]]:
    groups: dict[str, list[Need]] = {}
    for need in needs:
        groups.setdefault(need.group, []).append(need)
    return groups


def _wished(
    demand: Demand, policy: Policy, now: date, rings: Mapping[int, int]
) -> Iterable[Demand]:
    """The demand as a policy lets it leave, in two where it says so."""
    if policy in {Policy.EARLIEST, Policy.NEAREST}:
        day = demand.whole_by()
        soon = demand.until(day) if day else demand
        return [(soon.near(rings) if policy is Policy.NEAREST else soon).undivided()]
    if policy is Policy.NOW_AND_LATER:
        here = demand.until(now)
        if here.most >= demand.quantity:
            return [here.undivided()]
        if here.most > 0:
            later = demand.without(here.most, here)
            return [here.cut_to(here.most).undivided(), later.undivided()]
    return [demand.undivided()]


def _leaving(
    demand: Demand, waves: Waves, ranks: Mapping[int, int]
) -> Iterable[tuple[Source, Decimal, Sequence[Part]]]:
    """What of a demand leaves with which source: whole if one can, soonest and nearest first."""
    _day, known, given = met_by(demand, waves)
    nearest = sorted(given, key=lambda pk: (-given[pk], ranks.get(pk, 0), pk))
    left, lines = demand.quantity, demand.lines
    for warehouse_id in nearest:
        quantity = min(left, given[warehouse_id])
        if quantity <= 0:
            return
        own = [s for s in known if s.warehouse_id == warehouse_id]
        source = min(s for s in own if demand.can_leave(s) >= quantity)
        yield source, quantity, tuple(first(lines, quantity))
        left, lines = left - quantity, tuple(rest(lines, quantity))


def _joined(parts: Sequence[Part], lines: Sequence[Need]) -> Sequence[Part]:
    """One part for a line, in the order of the lines."""
    sums: dict[int, Decimal] = {}
    for part in parts:
        sums[part.key] = sums.get(part.key, Decimal(0)) + part.quantity
    return [Part(line.key, sums[line.key]) for line in lines if line.key in sums]
