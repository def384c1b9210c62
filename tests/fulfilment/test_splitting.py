"""Splitting against every possible split of small cases, and as a table of cases."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, product
from random import Random

import pytest

from b2b_apps.fulfilment.splitting import Coming, Need, Part, Policy, Source, Split, split_needs

TODAY = date(2026, 11, 26)
RANKS = {1: 0, 2: 1, 3: 2}
# The first two are in one region.
RINGS = {1: 0, 2: 0, 3: 1}
Supply = Mapping[int, Sequence[Coming]]


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def supply(*rows: tuple[int, int, int, int]) -> Supply:
    """Of (product, warehouse, day, quantity)."""
    found = defaultdict(list)
    for product_id, warehouse_id, number, quantity in rows:
        found[product_id].append(Coming(warehouse_id, day(number), Decimal(quantity)))
    return found


def split(needs: Sequence[Need], rows: Supply, policy: Policy = Policy.FEWEST) -> Split:
    return split_needs(needs, rows, policy=policy, ranks=RANKS, now=TODAY, rings=RINGS)


def need(key: int, product_id: int, quantity: int, **more: object) -> Need:
    return Need(key, product_id, Decimal(quantity), **more)  # type: ignore[arg-type]


def drawn(found: Split) -> list[str]:
    """Each shipment as «day/warehouse: line×quantity …»."""
    return [
        f"{(s.source.day - TODAY).days}/{s.source.warehouse_id}{s.group}: "
        + " ".join(f"{part.key}×{part.quantity}" for part in s.parts)
        for s in found.shipments
    ]


@pytest.mark.parametrize(
    ("policy", "needs", "rows", "drawn_as", "missing"),
    [
        # All from the nearest that has all, though a farther one has it too.
        ("fewest", [need(1, 7, 5), need(2, 8, 5)],
         [(7, 1, 0, 5), (8, 1, 0, 5), (7, 2, 0, 9), (8, 2, 0, 9)], ["0/1: 1×5 2×5"], {}),
        # One shipment of the far warehouse beats two of nearer ones.
        ("fewest", [need(1, 7, 5), need(2, 8, 5)],
         [(7, 1, 0, 5), (8, 2, 0, 5), (7, 3, 0, 5), (8, 3, 0, 5)], ["0/3: 1×5 2×5"], {}),
        # One shipment later beats two now; asked for soonest, it is two.
        ("fewest", [need(1, 7, 5), need(2, 8, 5)],
         [(7, 1, 0, 5), (8, 2, 0, 5), (8, 1, 4, 5)], ["4/1: 1×5 2×5"], {}),
        ("earliest", [need(1, 7, 5), need(2, 8, 5)],
         [(7, 1, 0, 5), (8, 2, 0, 5), (8, 1, 4, 5)], ["0/1: 1×5", "0/2: 2×5"], {}),
        # What one place has whole is not divided; what none has is.
        ("fewest", [need(1, 7, 8)], [(7, 1, 0, 5), (7, 2, 0, 8)], ["0/2: 1×8"], {}),
        ("fewest", [need(1, 7, 8)], [(7, 1, 0, 5), (7, 2, 0, 6)], ["0/1: 1×2", "0/2: 1×6"], {}),
        # What is here now, what is to come after it.
        ("now_and_later", [need(1, 7, 8), need(2, 8, 1)],
         [(7, 1, 0, 5), (7, 1, 3, 10), (8, 1, 0, 1)], ["0/1: 1×5 2×1", "3/1: 1×3"], {}),
        ("fewest", [need(1, 7, 8), need(2, 8, 1)],
         [(7, 1, 0, 5), (7, 1, 3, 10), (8, 1, 0, 1)], ["3/1: 1×8 2×1"], {}),
        # Whole packs only, at each place.
        ("fewest", [need(1, 7, 30, pack=Decimal(10))], [(7, 1, 0, 25), (7, 2, 0, 19)],
         ["0/1: 1×20", "0/2: 1×10"], {}),
        # More than there is: all there is, the rest is told.
        ("fewest", [need(1, 7, 8)], [(7, 1, 0, 5), (7, 2, 2, 1)], ["0/1: 1×5", "2/2: 1×1"],
         {1: 2}),
        ("fewest", [need(1, 7, 8, is_whole=True)], [(7, 1, 0, 5), (7, 2, 2, 5)], [], {1: 8}),
        # The warehouse a buyer insists on; others of the product get what is left there.
        ("fewest", [need(1, 7, 5), need(2, 7, 5, warehouse_id=2)],
         [(7, 2, 0, 6), (7, 1, 1, 9)], ["0/2: 2×5", "1/1: 1×5"], {}),
        # Consignees share no shipment, and one stock.
        ("fewest", [need(1, 7, 5, group="a"), need(2, 7, 5, group="b")],
         [(7, 1, 0, 7), (7, 2, 0, 5)], ["0/1a: 1×5", "0/2b: 2×5"], {}),
        # Two lines of one product are one demand, and stay two lines.
        ("fewest", [need(1, 7, 5), need(2, 7, 4)], [(7, 1, 0, 6), (7, 2, 0, 3)],
         ["0/1: 1×5 2×1", "0/2: 2×3"], {}),
        # One town off beats one shipment from afar, if the nearest is asked for; near or far is
        # a matter of rings, 2 is as near as 1 here.
        ("nearest", [need(1, 7, 5), need(2, 8, 5)],
         [(7, 1, 0, 5), (7, 2, 0, 5), (8, 2, 0, 5), (7, 3, 0, 9), (8, 3, 0, 9)],
         ["0/2: 1×5 2×5"], {}),
        ("nearest", [need(1, 7, 5), need(2, 8, 5)],
         [(7, 1, 0, 5), (8, 2, 0, 5), (7, 3, 0, 9), (8, 3, 0, 9)], ["0/1: 1×5", "0/2: 2×5"], {}),
        ("nearest", [need(1, 7, 5)], [(7, 1, 0, 4), (7, 3, 0, 5), (7, 1, 4, 9)], ["0/3: 1×5"], {}),
        # What we would have leave elsewhere does if that has all of it now, and not otherwise.
        ("fewest", [need(1, 7, 5, preferred_id=3), need(2, 8, 5)],
         [(7, 1, 0, 5), (8, 1, 0, 5), (7, 3, 0, 5)], ["0/1: 2×5", "0/3: 1×5"], {}),
        ("fewest", [need(1, 7, 5, preferred_id=3), need(2, 8, 5)],
         [(7, 1, 0, 5), (8, 1, 0, 5), (7, 3, 0, 4), (7, 3, 2, 9)], ["0/1: 1×5 2×5"], {}),
        # All lines of the product or none of them, also of other consignees.
        ("fewest", [need(1, 7, 5, preferred_id=3), need(2, 7, 5, preferred_id=3, group="b")],
         [(7, 1, 0, 10), (7, 3, 0, 9)], ["0/1: 1×5", "0/1b: 2×5"], {}),
        # The buyer's own choice stands, and takes first.
        ("fewest", [need(1, 7, 5, preferred_id=3), need(2, 7, 5, warehouse_id=3, preferred_id=3)],
         [(7, 1, 0, 9), (7, 3, 0, 9)], ["0/1: 1×5", "0/3: 2×5"], {}),
        ("fewest", [], [], [], {}),
    ],
)  # fmt: skip
def test_table(
    policy: str,
    needs: Sequence[Need],
    rows: Sequence[tuple[int, int, int, int]],
    drawn_as: list[str],
    missing: dict[int, int],
) -> None:
    found = split(needs, supply(*rows), Policy(policy))
    assert drawn(found) == drawn_as
    assert found.missing == missing
    assert found.is_proven


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("seed", range(150))
def test_none_better(policy: Policy, seed: int) -> None:
    random = Random(f"{policy}{seed}")
    needs, rows = _case(random)
    found = split(needs, rows, policy)
    assert found.is_proven
    _assert_possible(found, needs, rows)
    if policy is Policy.NEAREST:
        near = _near(needs, rows)
        assert _cost(found, needs, policy) == _best_cost(needs, near, Policy.EARLIEST)
        for shipment in found.shipments:
            for part in shipment.parts:
                places = {row.warehouse_id for row in near[part.key]}
                assert shipment.source.warehouse_id in places
    elif policy is not Policy.NOW_AND_LATER:
        assert _cost(found, needs, policy) == _best_cost(needs, rows, policy)
    else:
        here = {pk: [r for r in coming if r.day <= TODAY] for pk, coming in rows.items()}
        assert _leaving_now(found) == {
            need.product_id: _most(need, here) for need in needs if _most(need, here)
        }


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("seed", range(60))
def test_what_is_preferred_leaves_so_where_it_can_and_no_line_is_worse_off(
    policy: Policy, seed: int
) -> None:
    random = Random(f"prefer {policy}{seed}")
    needs, rows = _case(random)
    plain = split(needs, rows, policy)
    wished = [one._replace(preferred_id=random.choice((None, 1, 2, 3))) for one in needs]

    found = split(wished, rows, policy)

    _assert_possible(found, wished, rows)
    assert found.missing == plain.missing
    for one in wished:
        here = {pk: [r for r in coming if r.day <= TODAY] for pk, coming in rows.items()}
        can = one.preferred_id and _reachable(one, here, one.preferred_id, TODAY) >= one.quantity
        places = {
            shipment.source.warehouse_id
            for shipment in found.shipments
            for part in shipment.parts
            if part.key == one.key
        }
        if can:
            assert places == {one.preferred_id}


@pytest.mark.parametrize("seed", range(60))
def test_goods_that_ship_apart_share_nothing_and_each_group_is_the_best_of_what_it_finds(
    seed: int,
) -> None:
    random = Random(f"apart {seed}")
    needs, rows = _case(random)
    groups = [random.choice(("0/0", "0/7")) for _need in needs]
    apart = [one._replace(group=group) for one, group in zip(needs, groups, strict=True)]

    found = split(apart, rows)

    _assert_possible(found, apart, rows)
    for group in set(groups):
        own = [one for one in apart if one.group == group]
        part = Split([s for s in found.shipments if s.group == group])
        # A line a product: what one group takes the other does not want.
        assert _cost(part, own, Policy.FEWEST) == _best_cost(own, rows, Policy.FEWEST)


def test_thousands_of_lines_are_split_at_once() -> None:
    random = Random(7)
    rows = supply(
        *((pk, w, d, random.randint(0, 9)) for pk in range(3000) for w in (1, 2, 3) for d in (0, 5))
    )
    needs = [need(pk, pk, random.randint(1, 6)) for pk in range(3000)]
    found = split(needs, rows)
    _assert_possible(found, needs, rows)
    assert len(found.shipments) <= 3


def test_where_the_search_is_cut_short_the_split_is_possible_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from b2b_apps.fulfilment.splitting import choose

    monkeypatch.setattr(choose, "MOST_STEPS", 3)
    rows = supply((7, 1, 0, 1), (8, 2, 0, 1), (9, 3, 0, 1), (7, 2, 4, 1), (8, 3, 5, 1))
    needs = [need(pk, pk, 1) for pk in (7, 8, 9)]
    found = split(needs, rows)
    assert not found.is_proven
    _assert_possible(found, needs, rows)


def _case(random: Random) -> tuple[list[Need], Supply]:
    """One line a product, so that a brute force needs no lots."""
    rows = [
        (pk, warehouse, number, random.randint(1, 6))
        for pk in range(4)
        for warehouse, number in product((1, 2, 3), (0, 2, 5))
        if random.random() < 0.3
    ]
    needs = [
        Need(
            pk, pk, Decimal(random.randint(1, 5) * pack), pack=Decimal(pack),
            is_whole=random.random() < 0.2,
        )
        for pk in range(4) for pack in (random.choice((1, 1, 2)),)
    ]  # fmt: skip
    return needs, supply(*rows)


def _near(needs: Sequence[Need], rows: Supply) -> Supply:
    """What of each product the nearest rings have that can give it as soon as anybody can."""
    found = {}
    for one in needs:
        coming = list(rows.get(one.product_id, ()))
        much = _most(one, rows)
        sources = [Source(day(d), w) for d in (0, 2, 5) for w in RANKS]
        end = _whole_day(one, much, sources, rows, Policy.EARLIEST, date.max)
        soon = [row for row in coming if end is None or row.day <= end]
        kept = soon
        for ring in (0, 1):
            near = [row for row in soon if RINGS[row.warehouse_id] <= ring]
            if _most(one, {one.product_id: near}) >= much:
                kept = near
                break
        found[one.product_id] = kept
    return found


def _reachable(need: Need, rows: Supply, warehouse_id: int, until: date) -> Decimal:
    coming = [r for r in rows.get(need.product_id, ()) if r.warehouse_id == warehouse_id]
    much = sum((r.quantity for r in coming if r.day <= until), Decimal(0))
    return much - much % need.pack


def _most(need: Need, rows: Supply) -> Decimal:
    each = [_reachable(need, rows, w, date.max) for w in RANKS]
    if need.is_whole:
        return need.quantity if max(each) >= need.quantity else Decimal(0)
    return min(need.quantity, sum(each, Decimal(0)))


def _best_cost(needs: Sequence[Need], rows: Supply, policy: Policy) -> tuple[int, int, int]:
    """The least (shipments, days waited, distance) among all sets of shipments."""
    wanted = {need: _most(need, rows) for need in needs}
    everywhere = [Source(day(d), w) for d in (0, 2, 5) for w in RANKS]
    ends = {
        need: _whole_day(need, much, everywhere, rows, policy, date.max)
        for need, much in wanted.items()
    }
    costs: list[tuple[int, int, int]] = []
    sets = chain.from_iterable(combinations(everywhere, n) for n in range(len(everywhere) + 1))
    for chosen in sets:
        if costs and len(chosen) > min(costs)[0]:
            break
        days = []
        for need, much in wanted.items():
            until = ends[need] if policy is Policy.EARLIEST else date.max
            days.append(_whole_day(need, much, chosen, rows, policy, until or date.max))
        if all(found is not None for found in days):
            waiting = sum(
                (found - TODAY).days
                for found, much in zip(days, wanted.values(), strict=True) if found and much
            )  # fmt: skip
            costs.append((len(chosen), waiting, sum(RANKS[s.warehouse_id] for s in chosen)))
    return min(costs)


def _whole_day(
    need: Need, much: Decimal, chosen: Sequence[Source], rows: Supply, policy: Policy, until: date
) -> date | None:
    if not much:
        return TODAY
    usable = [source for source in chosen if source.day <= until]
    if policy is Policy.FEWEST or until < date.max:
        # What one place can give alone is not divided.
        whole = any(_reachable(need, rows, w, until) >= much for w in RANKS)
    else:
        whole = False
    for end in sorted({source.day for source in usable}):
        each = {
            w: max(
                (_reachable(need, rows, w, s.day) for s in usable
                 if s.warehouse_id == w and s.day <= end), default=Decimal(0),
            )
            for w in RANKS
        }.values()  # fmt: skip
        if (max(each) if whole or need.is_whole else sum(each)) >= much:
            return end
    return None


def _cost(found: Split, needs: Sequence[Need], policy: Policy) -> tuple[int, int, int]:
    last = {part.key: s.source.day for s in found.shipments for part in s.parts}
    return (
        len(found.shipments),
        sum((end - TODAY).days for end in last.values()),
        sum(RANKS[s.source.warehouse_id] for s in found.shipments),
    )


def _leaving_now(found: Split) -> dict[int, Decimal]:
    now: dict[int, Decimal] = defaultdict(Decimal)
    for shipment in found.shipments:
        for part in shipment.parts:
            if shipment.source.day <= TODAY:
                now[part.key] += part.quantity
    return now


def _assert_possible(found: Split, needs: Sequence[Need], rows: Supply) -> None:
    """Every piece is accounted for, in whole packs, and nothing leaves before it is there."""
    by_key = {need.key: need for need in needs}
    sums: dict[int, Decimal] = defaultdict(Decimal)
    left: dict[tuple[int, int], list[tuple[date, Part]]] = defaultdict(list)
    for shipment in found.shipments:
        assert shipment.parts
        for part in shipment.parts:
            need = by_key[part.key]
            assert part.quantity > 0
            assert part.quantity % need.pack == 0
            sums[part.key] += part.quantity
            left[need.product_id, shipment.source.warehouse_id].append((shipment.source.day, part))
    for need in needs:
        assert sums[need.key] + found.missing.get(need.key, 0) == need.quantity
        assert sums[need.key] == _most(need, rows)
    for (product_id, warehouse_id), parts in left.items():
        for end, _part in parts:
            gone = sum(part.quantity for on, part in parts if on <= end)
            there = sum(
                r.quantity for r in rows[product_id]
                if r.warehouse_id == warehouse_id and r.day <= end
            )  # fmt: skip
            assert gone <= there
