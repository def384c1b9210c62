"""Taking stock: all of it or nothing, what is free, and what is one's own by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.models import OutboxMessage
from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.locks import LockedRecord
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.inventory.services import (
    HoldRequest,
    holds_absorb,
    holds_expire,
    holds_let_go,
    holds_mirror,
    holds_release,
    stock_hold,
)
from b2b_apps.inventory.services.plain_taking import plain_take
from tests.inventory.stock import by_hand, endings, held, line_of, order_of, record_of, stock, wish

D = Decimal


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


def test_all_of_an_order_is_held_or_nothing(world):
    lamp, cable = stock(record_of(world, "lamp"), 10), stock(record_of(world, "cable"), 5)
    order = order_of(world)

    with pytest.raises(StockShortageError) as refusal:
        stock_hold(requests=[wish(order, lamp, 10), wish(order, cable, 6)])

    assert refusal.value.shortages == {cable.pk: 5}
    assert (held(lamp), held(cable), StockHold.objects.count()) == (0, 0, 0)


def test_lines_of_one_record_count_together(world):
    lamp = stock(record_of(world), 10)
    order = order_of(world)

    with pytest.raises(StockShortageError) as refusal:
        stock_hold(requests=[wish(order, lamp, 6), wish(order, lamp, 6)])
    stock_hold(requests=[wish(order, lamp, 6), wish(order, lamp, "3.5")])

    assert refusal.value.shortages == {lamp.pk: 10}
    assert held(lamp) == D("9.500")


def test_a_record_that_is_gone_has_nothing_free(world):
    line = line_of(order_of(world), record_of(world), 1)

    with pytest.raises(StockShortageError) as refusal:
        stock_hold(requests=[HoldRequest(987654321, line.pk, D(1))])

    assert refusal.value.shortages == {987654321: 0}


def test_stock_below_what_is_held_is_sold_to_nobody_and_no_error(world):
    lamp = stock(record_of(world), 10)
    stock_hold(requests=[wish(order_of(world), lamp, 8)])
    stock(lamp, 3)

    with pytest.raises(StockShortageError) as refusal:
        stock_hold(requests=[wish(order_of(world), lamp, 1)])

    assert refusal.value.shortages == {lamp.pk: 0}
    assert held(lamp) == 8


def test_own_holds_by_hand_go_into_the_order_and_count_once(world):
    lamp = stock(record_of(world), 10)
    by_hand(world, lamp, 6)
    order = order_of(world)

    stock_hold(requests=[wish(order, lamp, 8)], contract_id=order.contract_id)

    assert held(lamp) == 8
    assert endings() == [("manual", "ordered", 6), ("order", "", 8)]


def test_what_an_order_does_not_need_stays_held_by_hand(world):
    lamp = stock(record_of(world), 10)
    by_hand(world, lamp, 4, hours=20)
    by_hand(world, lamp, 5, hours=40)
    order = order_of(world)

    stock_hold(requests=[wish(order, lamp, 6)], contract_id=order.contract_id)

    assert held(lamp) == 9
    assert sorted(endings()) == [
        ("manual", "", 3),
        ("manual", "ordered", 2),
        ("manual", "ordered", 4),
        ("order", "", 6),
    ]


def test_what_another_contract_holds_by_hand_is_taken(world):
    lamp = stock(record_of(world), 10)
    by_hand(world, lamp, 6, contract="sister")
    order = order_of(world)

    with pytest.raises(StockShortageError) as refusal:
        stock_hold(requests=[wish(order, lamp, 5)], contract_id=order.contract_id)

    assert refusal.value.shortages == {lamp.pk: 4}
    assert endings() == [("manual", "", 6)]


def test_in_a_shortage_one_may_order_what_is_there_of_ones_own(world):
    lamp = stock(record_of(world), 10)
    by_hand(world, lamp, 6)
    by_hand(world, lamp, 4, contract="sister")
    stock(lamp, 7)
    order = order_of(world)

    with pytest.raises(StockShortageError) as refusal:
        stock_hold(requests=[wish(order, lamp, 4)], contract_id=order.contract_id)
    stock_hold(requests=[wish(order, lamp, 3)], contract_id=order.contract_id)

    assert refusal.value.shortages == {lamp.pk: 3}
    assert held(lamp) == 10
    assert sorted(endings())[:2] == [("manual", "", 3), ("manual", "", 4)]


def test_holds_out_of_term_are_ended_by_who_needs_the_stock(world):
    lamp = stock(record_of(world), 10)
    by_hand(world, lamp, 6, contract="sister", hours=-1)

    stock_hold(requests=[wish(order_of(world), lamp, 10)])

    assert held(lamp) == 10
    assert endings() == [("manual", "expired", 6), ("order", "", 10)]


def test_an_order_that_loses_its_stock_is_announced_once(world):
    lamp, cable = stock(record_of(world), 10), record_of(world, "cable")
    order = order_of(world)
    past = timezone.now() - timedelta(minutes=1)
    stock_hold(requests=[wish(order, lamp, 10), wish(order, cable, 2)], expires_at=past)

    stock_hold(requests=[wish(order_of(world), lamp, 1)])
    num_swept = holds_expire()

    assert num_swept == 1
    messages = OutboxMessage.objects.filter(topic="hold_lost")
    assert [message.payload["order_id"] for message in messages] == [order.pk]


@pytest.mark.parametrize("names", [["lamp"], ["lamp", "cable"]])
@pytest.mark.parametrize("num", [1, 40])
def test_taking_makes_two_queries_or_three_whatever_the_number_of_lines(world, num, names):
    order = order_of(world)
    requests = [wish(order, record_of(world, name), 1) for name in names for _line in range(num)]

    with CaptureQueriesContext(connection) as queries:
        stock_hold(requests=requests, contract_id=order.contract_id)

    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 1 + len(names)
    assert [held(record_of(world, name)) for name in names] == [num] * len(names)


def out_of_term(world, lamp):
    by_hand(world, lamp, 1, contract="sister", hours=-1)


def of_ones_own(world, lamp):
    by_hand(world, lamp, 1)


def too_little(_world, lamp):
    stock(lamp, 2)


@pytest.mark.parametrize("cause", [out_of_term, of_ones_own, too_little])
@pytest.mark.parametrize("names", [["lamp"], ["lamp", "cable"]])
def test_the_plain_way_takes_nothing_where_one_record_wants_a_closer_look(world, names, cause):
    lamp, records = record_of(world), [record_of(world, name) for name in names]
    cause(world, lamp)
    before = [held(record) for record in records]
    demand = {record.pk: D(3) for record in records}

    assert plain_take(demand=demand, own_contract_id=world.contracts["own"].pk) is None

    assert [held(record) for record in records] == before


@pytest.mark.parametrize("names", [["lamp"], ["lamp", "cable"]])
def test_the_plain_way_tells_the_balances_as_they_were(world, names):
    records = {name: stock(record_of(world, name), 10) for name in names}
    by_hand(world, records["lamp"], 4, contract="sister")
    demand = {record.pk: D("2.5") for record in records.values()}

    found = plain_take(demand=demand, own_contract_id=world.contracts["own"].pk)

    assert found == {
        record.pk: LockedRecord(record.pk, D(10), D(4 if name == "lamp" else 0))
        for name, record in records.items()
    }
    assert held(records["lamp"]) == D("6.5")


def test_releasing_twice_frees_once(world):
    lamp = record_of(world)
    line = wish(order_of(world), lamp, 7)
    stock_hold(requests=[line])

    assert holds_release(order_line_ids=[line.order_line_id]) == 1
    assert holds_release(order_line_ids=[line.order_line_id]) == 0

    assert held(lamp) == 0
    assert endings() == [("order", "cancelled", 7)]


def test_only_holds_by_hand_can_be_let_go(world):
    lamp = record_of(world)
    hold = by_hand(world, lamp, 6)
    stock_hold(requests=[wish(order_of(world), lamp, 2)])
    of_order = StockHold.objects.get(kind="order")

    assert holds_let_go(hold_ids=[hold.pk, of_order.pk]) == 1

    assert held(lamp) == 2
    assert sorted(endings()) == [("manual", "let_go", 6), ("order", "", 2)]


def test_1c_takes_over_what_it_had_acknowledged_before_its_snapshot(world):
    lamp = record_of(world)
    order = order_of(world)
    first, second = wish(order, lamp, 2), wish(order, lamp, 3)
    by_hand(world, lamp, 6)
    stock_hold(requests=[first, second])
    holds_mirror(order_line_ids=[first.order_line_id])
    began = timezone.now()
    holds_mirror(order_line_ids=[second.order_line_id])

    assert holds_absorb(stock_record_ids=[lamp.pk], snapshot_started_at=began) == 1

    assert held(lamp) == 9
    assert endings() == [("manual", "", 6), ("order", "absorbed", 2), ("order", "", 3)]


def test_what_is_free_is_what_can_be_taken(world):
    lamp = stock(record_of(world), 100)
    stock_hold(requests=[wish(order_of(world), lamp, 10)])
    by_hand(world, lamp, 20)
    by_hand(world, lamp, 30, contract="sister")
    by_hand(world, lamp, 5, contract="sister", hours=-1)
    order = order_of(world)

    def balance(person, contract=None):
        found = stock_for(context=world.context(person, contract), product_ids=[lamp.product_id])
        return found[lamp.product_id].balances[lamp.partner_id]

    assert (balance("buyer").free, balance("buyer").own) == (60, 20)
    assert (balance("buyer", "own_wholesale").free, balance("stranger").free) == (40, 40)
    assert (balance("sister").free, balance("sister").own) == (70, 30)
    with pytest.raises(StockShortageError):
        stock_hold(requests=[wish(order, lamp, "60.001")], contract_id=order.contract_id)
    stock_hold(requests=[wish(order, lamp, 60)], contract_id=order.contract_id)
    assert (balance("buyer").free, balance("sister").free) == (0, 30)


def test_a_line_leaves_from_where_it_is_held_by_hand(world):
    moscow = record_of(world, "lamp", "moscow")
    by_hand(world, moscow, 50)
    context = world.context()

    found = stock_for(context=context, product_ids=[moscow.product_id])[moscow.product_id]

    places = context.warehouse_ids
    assert found.best(quantity=D(50), warehouse_ids=places).warehouse_id == moscow.partner_id
    assert found.best(quantity=D(500), warehouse_ids=places).warehouse_id != moscow.partner_id
