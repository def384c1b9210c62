"""The tables of docs/algorithms/stock.md."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django_scopes import scopes_disabled

from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.policies import StockSight, sight_of
from b2b_apps.inventory.promises import left_by_day
from b2b_apps.inventory.seen import seen_stock
from b2b_apps.inventory.selectors import Balance, ProductStock, stock_for
from b2b_apps.inventory.services import stock_hold
from tests.inventory.stock import by_hand, held, order_of, record_of, stock, wish

DOC = Path(__file__).resolve().parents[2] / "docs/algorithms/stock.md"
PLENTY = 10_000
HELD = ("on hand", "orders", "own by hand")
REGIONS = {"Rostov": 1, "Moscow": 2}


def table(*heads):
    """Return the rows of the table with these first headings."""
    head = r" \| ".join(map(re.escape, heads))
    found = re.search(
        rf"^\| {head} \|[^\n]*\n\|[-|]+\|\n((?:\|[^\n]*\|\n)+)", DOC.read_text(), re.MULTILINE
    )
    assert found, f"no table of {heads}"
    lines = found[1].strip().splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def by_day(cell):
    """ "5th 30, 12th 20" as {5: 30, 12: 20}."""
    parts = [] if cell == "—" else cell.split(", ")
    return {int(day.removesuffix("th")): Decimal(much) for day, much in map(str.split, parts)}


@pytest.mark.parametrize("row", table("comes", "is promised"), ids=" ".join)
def test_what_can_be_had_of_receipts(row):
    comes, promised, lacking, expected = by_day(row[0]), by_day(row[1]), row[2], by_day(row[3])
    net = {
        date(2026, 12, day): comes.get(day, 0) - promised.get(day, Decimal(0))
        for day in {*comes, *promised}
    }

    left = left_by_day(net, lacking=Decimal(lacking))

    for day, much in expected.items():
        assert sum(q for on, q in left if on.day <= day) == much


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


def laid_out(world, *, on_hand, orders, own=0, others=0, over=0):
    """A balance with so much held for orders, by hand, and by hand beyond its term."""
    record = stock(record_of(world), PLENTY)
    if orders:
        stock_hold(requests=[wish(order_of(world, "stranger"), record, orders)])
    for quantity, contract, hours in (
        (own, "own", 24),
        (others, "sister", 24),
        (over, "sister", -1),
    ):
        if quantity:
            by_hand(world, record, quantity, contract, hours)
    return stock(record, on_hand)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row", table("on hand", "orders", "own by hand", "others by hand"), ids=" ".join
)
def test_what_is_free(world, row):
    on_hand, orders, own, others, over, for_own, for_others = map(Decimal, row)
    record = laid_out(world, on_hand=on_hand, orders=orders, own=own, others=others, over=over)

    free = [
        stock_for(context=world.context(contract=name), product_ids=[record.product_id])[
            record.product_id
        ].free_at(record.partner_id)
        for name in ("own", "own_wholesale")
    ]

    assert free == [for_own, for_others]


@pytest.mark.parametrize("row", table("there are rows of"), ids=" ".join)
def test_which_policy_holds(row):
    names = [] if row[0] == "—" else row[0].split("; ")
    policies = []
    for place, name in enumerate(names, start=1):
        words = [] if name == "all" else name.split(", ")
        regions = [REGIONS[word] for word in words if word in REGIONS]
        roles = [word for word in words if word not in REGIONS]
        policies.append({
            "region": regions[0] if regions else None, "role": roles[0] if roles else "",
            "precision": "words", "few_below": place, "many_from": 1000, "warehouses": [],
                "orders_arriving": True,
        })  # fmt: skip
    region, role = row[1].split(", ")

    found = sight_of(policies, region_id=REGIONS[region], role=role)

    if row[2].startswith("none"):
        assert found == StockSight()
    else:
        assert names[int(found.few_below) - 1] == row[2]


@pytest.mark.django_db
@pytest.mark.parametrize("row", table("shown"), ids=" ".join)
def test_what_is_seen(world, row):
    context = replace(
        world.context(), stock_precision=row[0], stock_few_below=Decimal(row[1]),
        stock_many_from=Decimal(row[2]),
    )  # fmt: skip

    seen = seen_stock(context, Decimal(row[3]))

    assert row[4] == (seen.level if seen.figure is None else str(seen.figure))


@pytest.mark.parametrize("row", table("A"), ids=" ".join)
def test_where_a_line_leaves_from(row):
    balances = {}
    for pk, cell in enumerate(row[:3], start=1):
        free, _plus, own = cell.partition(" +")
        balances[pk] = Balance(pk, pk, Decimal(free), Decimal(own or 0))
    asked = Decimal(row[3])

    best = ProductStock(balances).best(quantity=asked, warehouse_ids=[1, 2, 3])

    lacks = max(Decimal(0), asked - best.free)
    assert ["ABC"[best.warehouse_id - 1], str(lacks)] == row[4:]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row", table("on hand", "orders", "own by hand", "out of term"), ids=" ".join
)
def test_what_is_taken(world, row):
    on_hand, orders, own, over, asked = map(Decimal, row[:5])
    record = laid_out(world, on_hand=on_hand, orders=orders, own=own, over=over)
    order, short = order_of(world), None

    try:
        stock_hold(requests=[wish(order, record, asked)], contract_id=order.contract_id)
    except StockShortageError as refusal:
        (short,) = refusal.shortages.values()

    assert row[5:7] == (["yes", "—"] if short is None else ["no", f"{short.normalize():f}"])
    assert held(record) == Decimal(row[7])
    mine = StockHold.objects.filter(contract=order.contract, kind="manual", released_at=None)
    assert sum(hold.quantity for hold in mine) == Decimal(row[8])
