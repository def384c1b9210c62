"""Races for stock, with real threads on PostgreSQL; each first shown without its protection."""

import random
import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.inventory.errors import ReserveRefusedError, StockShortageError
from b2b_apps.inventory.locks import LockedRecord
from b2b_apps.inventory.models import ReserveLimits, StockHold
from b2b_apps.inventory.services import (
    Reserver,
    holds_expire,
    holds_let_go,
    holds_release,
    plain_taking,
    reserves,
    stock_hold,
    stock_reserve,
    taking,
)
from tests.concurrency.test_orders import at_once
from tests.inventory.stock import by_hand, held, order_of, record_of, stock, wish
from tests.storefront.goods import add_product

pytestmark = pytest.mark.django_db(transaction=True)


def taken(*wishes, contract_id=None):
    def take():
        try:
            stock_hold(requests=wishes, contract_id=contract_id)
        except StockShortageError:
            return "short"
        return "held"

    return take


def of_one_hold_by_hand(world):
    """Two orders of ten, while the contract holds all ten by hand."""
    with scopes_disabled():
        lamp = stock(record_of(world), 10)
        by_hand(world, lamp, 10)
        order = order_of(world)
        return lamp, [
            taken(wish(order, lamp, 10), contract_id=order.contract_id) for _order in range(2)
        ]


def test_a_hold_by_hand_goes_into_one_order_only(world):
    lamp, orders = of_one_hold_by_hand(world)

    assert sorted(at_once(orders)) == ["held", "short"]

    assert held(lamp) == 10


def test_without_the_lock_one_hold_by_hand_is_sold_twice(world, monkeypatch):
    _lamp, orders = of_one_hold_by_hand(world)
    gate = threading.Barrier(2)
    settled = taking._settled

    def unlocked(*, stock_record_ids):
        return {pk: LockedRecord(pk, Decimal(10), Decimal(10)) for pk in stock_record_ids}

    def all_read(*args):
        found = settled(*args)
        gate.wait(timeout=10)
        return found

    monkeypatch.setattr(taking, "stock_records_locked", unlocked)
    monkeypatch.setattr(taking, "_settled", all_read)

    assert at_once(orders) == ["held", "held"]

    holds = StockHold.objects.filter(released_at__isnull=True)
    assert sum(hold.quantity for hold in holds) == 20


def while_the_first_is_not_done(first, second):
    """Do ``first``, let ``second`` come and wait for it, then commit; return what each gave."""
    came = threading.Event()

    def leading():
        with transaction.atomic():
            answer = first()
            came.set()
            wait_for_a_waiter()
        return answer

    def following():
        came.wait(timeout=10)
        return second()

    return at_once([leading, following])


def wait_for_a_waiter():
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            # Not pg_stat_activity: within a transaction it stays as it was first read.
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


# The last ten of one record, and of two: each has a statement of its own.
ALL_OF = pytest.mark.parametrize("names", [["lamp"], ["lamp", "cable"]])


def orders_of_the_last(world, names, num=2):
    """So many orders of ten of each, of which there are ten."""
    with scopes_disabled():
        records = [stock(record_of(world, name), 10) for name in names]
        orders = [order_of(world) for _order in range(num)]
        return records, [[wish(order, record, 10) for record in records[::-1]] for order in orders]


@ALL_OF
def test_who_waited_for_a_balance_finds_what_was_left_of_it(world, names):
    records, (first, second) = orders_of_the_last(world, names)

    answers = while_the_first_is_not_done(taken(*first), taken(*second))

    assert answers == ["held", "short"]
    assert [held(record) for record in records] == [10] * len(names)


@pytest.mark.parametrize("names", [["lamp"]])
def test_by_the_balance_of_before_the_wait_the_last_are_sold_twice(world, names, monkeypatch):
    records, (first, second) = orders_of_the_last(world, names)
    read_earlier = (
        "(SELECT num_in_stock - num_allocated FROM partner_stockrecord r WHERE r.id = %(id)s)"
    )
    one = plain_taking.ONE.replace("num_in_stock - coalesce(num_allocated, 0)", read_earlier)
    monkeypatch.setattr(plain_taking, "ONE", one)

    answers = while_the_first_is_not_done(taken(*first), taken(*second))

    assert answers == ["held", "held"]
    assert [held(record) for record in records] == [20] * len(names)


@ALL_OF
def test_a_hold_by_hand_made_while_an_order_waits_goes_into_it(world, names):
    records, (requests,) = orders_of_the_last(world, names, num=1)
    ReserveLimits.objects.create(pk=1, max_share_percent=100)
    own = world.contracts["own"]
    reserver = Reserver(own.pk, world.companies["own"].pk, world.people["buyer"].pk)
    demand = {record.pk: Decimal(10) for record in records}

    answers = while_the_first_is_not_done(
        lambda: len(stock_reserve(reserver=reserver, demand=demand, hours=24)),
        taken(*requests, contract_id=own.pk),
    )

    assert answers == [len(names), "held"]
    assert [held(record) for record in records] == [10] * len(names)
    by_hand_left = StockHold.objects.filter(kind="manual", released_at__isnull=True)
    assert not by_hand_left.exists()


def test_a_hold_that_many_end_at_once_is_freed_once(world):
    with scopes_disabled():
        lamp = record_of(world)
        stay = by_hand(world, lamp, 7)
        gone = by_hand(world, lamp, 5, hours=-1)

    works = [holds_expire, lambda: holds_let_go(hold_ids=[gone.pk])] * 5
    numbers = at_once(works)

    assert sum(numbers) == 1
    assert held(lamp) == 7
    assert StockHold.objects.get(released_at__isnull=True) == stay


def test_orders_of_the_same_goods_in_any_order_never_wait_in_a_circle(world):
    with scopes_disabled():
        goods = [add_product(world, place, stock=1000) for place in range(12)]
        records = [product.stockrecords.get() for product in goods]
        choice = random.Random(7)
        works = []
        for _order in range(24):
            order, chosen = order_of(world), choice.sample(records, 8)
            works.append([wish(order, record, 1) for record in chosen])

    def place_and_cancel(requests):
        def work():
            stock_hold(requests=requests)
            holds_release(order_line_ids=[r.order_line_id for r in requests[::2]])
            return "done"

        return work

    assert at_once([place_and_cancel(requests) for requests in works]) == ["done"] * 24

    for record in records:
        active = StockHold.objects.filter(stock_record=record, released_at__isnull=True)
        assert held(record) == sum(hold.quantity for hold in active)


def test_locking_as_the_demand_comes_waits_in_a_circle(world):
    with scopes_disabled():
        records = [record_of(world, name).pk for name in ("lamp", "cable")]
    gate = threading.Barrier(2)

    def one_by_one(pks):
        def work():
            with transaction.atomic(), connection.cursor() as cursor:
                for place, pk in enumerate(pks):
                    cursor.execute(
                        "SELECT 1 FROM partner_stockrecord WHERE id = %s FOR NO KEY UPDATE", [pk]
                    )
                    if place == 0:
                        gate.wait(timeout=10)
            return "done"

        return work

    answers = at_once([one_by_one(records), one_by_one(records[::-1])])

    assert "deadlock detected" in "".join(str(answer) for answer in answers)


def test_the_sweep_and_an_order_end_a_hold_out_of_term_once(world):
    with scopes_disabled():
        lamp = stock(record_of(world), 10)
        late, order = order_of(world), order_of(world)
        past = timezone.now() - timedelta(seconds=1)
        stock_hold(requests=[wish(late, lamp, 10)], expires_at=past)
        request = wish(order, lamp, 10)

    answers = at_once([taken(request), holds_expire, holds_expire])

    assert answers[0] == "held"
    assert held(lamp) == 10
    assert [h.ending for h in StockHold.objects.order_by("pk")] == ["expired", ""]


def reserving(world, products, quantity):
    def work():
        reserver = Reserver(
            world.contracts["own"].pk, world.companies["own"].pk, world.people["buyer"].pk
        )
        try:
            stock_reserve(reserver=reserver, demand={products.pop(): Decimal(quantity)}, hours=24)
        except ReserveRefusedError as error:
            return error.code
        return "held"

    return work


def goods_to_reserve(world, num):
    ReserveLimits.objects.create(pk=1, max_hours=24, max_share_percent=100, max_holds=3)
    with scopes_disabled():
        goods = [add_product(world, place, stock=100) for place in range(num)]
    return [product.stockrecords.get().pk for product in goods]


def test_a_company_has_no_more_reserves_than_it_may_however_many_ask_at_once(world):
    records = goods_to_reserve(world, 8)

    answers = at_once([reserving(world, records, 1)] * 8)

    assert sorted(answers) == ["held"] * 3 + ["holds"] * 5


def test_without_the_lock_of_the_company_it_has_more(world, monkeypatch):
    records = goods_to_reserve(world, 8)
    gate, plain = threading.Barrier(8), reserves._check

    def all_taken(*args):
        plain(*args)
        gate.wait(timeout=10)

    monkeypatch.setattr(reserves, "company_reserves_lock", lambda **kwargs: None)
    monkeypatch.setattr(reserves, "_check", all_taken)

    assert at_once([reserving(world, records, 1)] * 8) == ["held"] * 8
