"""Reserves by hand: limits, turning into orders, prolonging, letting go."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.errors import PermissionMissingError
from b2b_apps.inventory.errors import ReserveRefusedError, StockShortageError
from b2b_apps.inventory.models import ReserveLimits, StockHold
from b2b_apps.inventory.selectors import has_lost_stock, order_hold, reserves_for, stock_for
from b2b_apps.inventory.services import (
    Reserver,
    holds_absorb,
    holds_expire,
    holds_mirror,
    holds_prolong,
    order_stock_retake,
    stock_hold,
    stock_reserve,
)
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set, order_place
from b2b_apps.purchasing.services.reserves import (
    hold_let_go,
    products_reserve,
    reserves_to_basket,
)
from tests.inventory.stock import by_hand, endings, held, order_of, record_of, stock, wish

D = Decimal


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


def reserver(world, company="own", contract=None, **more):
    return Reserver(
        world.contracts[contract or company].pk,
        world.companies[company].pk,
        world.people["buyer"].pk,
        **more,
    )


def reserve(world, record, quantity, hours=24, **who):
    return stock_reserve(
        reserver=reserver(world, **who), demand={record.pk: D(quantity)}, hours=hours, reason="x"
    )


def test_a_reserve_is_taken_off_what_others_see_as_free(world):
    lamp = stock(record_of(world), 100)

    (hold,) = reserve(world, lamp, 30)

    assert (held(lamp), hold.kind, hold.reason) == (30, "manual", "x")
    assert timedelta(hours=23) < hold.expires_at - timezone.now() <= timedelta(hours=24)
    free = {
        who: stock_for(context=world.context(who), product_ids=[lamp.product_id])[
            lamp.product_id
        ].free_at(lamp.partner_id)
        for who in ("buyer", "stranger")
    }
    assert free == {"buyer": 100, "stranger": 70}


@pytest.mark.parametrize(
    ("quantity", "hours", "code", "limit"),
    [("50.001", 24, "share", 50), (10, 49, "hours", 48), (10, 0, "hours", 48)],
)
def test_what_is_beyond_a_limit_is_refused_and_nothing_is_held(world, quantity, hours, code, limit):
    lamp = stock(record_of(world), 100)

    with pytest.raises(ReserveRefusedError) as refusal:
        reserve(world, lamp, quantity, hours)

    assert (refusal.value.code, refusal.value.limit) == (code, limit)
    assert (held(lamp), StockHold.objects.count()) == (0, 0)


def test_several_reserves_of_a_company_count_together_under_all_its_contracts(world):
    lamp = stock(record_of(world), 100)
    reserve(world, lamp, 30)

    with pytest.raises(ReserveRefusedError) as refusal:
        reserve(world, lamp, 21, contract="own_wholesale")
    reserve(world, lamp, 20, contract="own_wholesale")
    reserve(world, lamp, 25, company="stranger")

    assert refusal.value.limit == 20
    assert held(lamp) == 75


def test_a_company_has_so_many_reserves_at_once(world):
    ReserveLimits.objects.create(pk=1, max_hours=24, max_share_percent=100, max_holds=1)
    lamp, cable = record_of(world, "lamp"), record_of(world, "cable")
    reserve(world, lamp, 1)

    with pytest.raises(ReserveRefusedError) as refusal:
        reserve(world, cable, 1)
    reserve(world, cable, 1, company="sister")

    assert (refusal.value.code, refusal.value.limit) == ("holds", 1)


def test_staff_know_no_limits_but_what_is_there(world):
    lamp = stock(record_of(world), 100)

    reserve(world, lamp, 90, hours=500, is_staff=True)
    with pytest.raises(StockShortageError) as shortage:
        reserve(world, lamp, 11, is_staff=True)

    assert shortage.value.shortages == {lamp.pk: 10}


def test_reserving_is_as_many_queries_for_many_records(world):
    records = [record_of(world, key).pk for key in ("lamp", "cable", "breaker")]
    counts = []
    for some in (records[:2], records):
        with CaptureQueriesContext(connection) as queries:
            stock_reserve(reserver=reserver(world), demand=dict.fromkeys(some, D(12)), hours=24)
        counts.append(len([q for q in queries if "SAVEPOINT" not in q["sql"]]))

    assert counts[0] == counts[1] <= 9


def test_products_are_reserved_in_packs_where_a_warehouse_has_all_of_it(world):
    stock(record_of(world, "breaker", "rostov"), 20)
    stock(record_of(world, "breaker", "moscow"), 120)
    stock(record_of(world, "lamp", "rostov"), 5)
    stock(record_of(world, "lamp", "moscow"), 5)
    breaker, lamp = world.products["breaker"].pk, world.products["lamp"].pk
    unknown, no_price = 987654321, world.products["no_price"].pk

    report = products_reserve(
        context=world.context(),
        quantities={breaker: D(25), lamp: D(7), unknown: D(1), no_price: D(1)},
        hours=48,
    )

    (hold,) = report.holds
    assert (hold.quantity, hold.stock_record.partner.code) == (36, "moscow")
    assert report.short == [lamp]
    assert [error.code for error in report.refused] == ["unknown", "no_price"]


def test_of_the_basket_only_what_is_not_reserved_yet_is_taken(world):
    lamp = stock(record_of(world), 100)
    by_hand(world, lamp, 10)
    context, pk = world.context(), lamp.product_id

    more = products_reserve(context=context, quantities={pk: D(30)}, hours=24, is_of_basket=True)
    again = products_reserve(context=context, quantities={pk: D(30)}, hours=24, is_of_basket=True)

    assert [(hold.quantity, hold.kind) for hold in more.holds] == [(20, "cart")]
    assert (again.holds, again.settled) == ((), [pk])


def test_who_may_not_order_may_not_reserve(world):
    with pytest.raises(PermissionMissingError):
        products_reserve(
            context=world.context("accountant"),
            quantities={world.products["lamp"].pk: D(1)},
            hours=24,
        )


def test_reserved_goods_go_into_the_order_and_count_once(world):
    lamp = stock(record_of(world), 100)
    context = world.context()
    products_reserve(context=context, quantities={lamp.product_id: D(40)}, hours=24)
    basket_set(context=context, product_id=lamp.product_id, quantity=D(60))
    basket = basket_for(context)
    sheet = basket_sheet(context=context, basket=basket)

    order_place(
        context=context,
        basket_id=basket.pk,
        details=OrderDetails(),
        offer=offer_token(sheet),
    )

    assert (sheet.lines[0].reserved, held(lamp)) == (40, 60)
    assert sorted(endings()) == [("manual", "ordered", 40), ("order", "", 60)]


def test_only_ones_own_reserve_is_let_go(world):
    lamp = record_of(world)
    mine, foreign = by_hand(world, lamp, 5), by_hand(world, lamp, 7, contract="sister")
    context = world.context()

    assert not hold_let_go(context=context, hold_id=foreign.pk)
    assert hold_let_go(context=context, hold_id=mine.pk)
    assert not hold_let_go(context=context, hold_id=mine.pk)

    assert held(lamp) == 7
    assert [hold.pk for hold in reserves_for(context=world.context("sister"))] == [foreign.pk]


def test_reserves_are_put_into_the_basket_and_lower_nothing(world):
    lamp, cable = record_of(world, "lamp"), record_of(world, "cable")
    context = world.context()
    by_hand(world, lamp, 5)
    by_hand(world, lamp, 3)
    by_hand(world, cable, 4)
    by_hand(world, cable, 99, hours=-1)
    basket_set(context=context, product_id=cable.product_id, quantity=D(10))

    reserves_to_basket(context=context)

    lines = basket_for(context).lines.values_list("product_id", "quantity")
    assert dict(lines) == {lamp.product_id: 8, cable.product_id: 10}
    assert reserves_to_basket(context=world.context("stranger")) is None


def test_a_prolonged_reserve_lives_on(world):
    lamp = record_of(world)
    hold = by_hand(world, lamp, 5, hours=1)
    until = timezone.now() + timedelta(hours=30)

    assert holds_prolong(hold_ids=[hold.pk], until=until) == 1
    assert holds_expire(now=timezone.now() + timedelta(hours=29)) == 0


def lost_order(world, record, *, is_at_1c=False):
    order = order_of(world)
    line = wish(order, record, 5)
    past = timezone.now() - timedelta(hours=1)
    stock_hold(requests=[line], contract_id=order.contract_id, expires_at=past)
    if is_at_1c:
        holds_mirror(order_line_ids=[line.order_line_id])
        later = timezone.now() + timedelta(minutes=1)
        holds_absorb(stock_record_ids=[record.pk], snapshot_started_at=later)
    holds_expire()
    return order


def is_lost(order):
    return type(order).objects.filter(has_lost_stock(), pk=order.pk).exists()


def test_what_an_order_lost_is_held_again(world):
    lamp = stock(record_of(world), 8)
    order = lost_order(world, lamp)
    assert is_lost(order)
    until = timezone.now() + timedelta(hours=10)

    assert order_stock_retake(order_id=order.pk, until=until) == 1
    assert order_stock_retake(order_id=order.pk, until=until) == 0

    assert (held(lamp), is_lost(order)) == (5, False)
    assert order_hold(order_id=order.pk).expires_at == until


def test_what_an_order_lost_and_others_took_is_not_held_again(world):
    lamp = stock(record_of(world), 8)
    order = lost_order(world, lamp)
    stock_hold(requests=[wish(order_of(world), lamp, 6)])

    with pytest.raises(StockShortageError) as shortage:
        order_stock_retake(order_id=order.pk, until=None)

    assert shortage.value.shortages == {lamp.pk: 2}
    assert (held(lamp), is_lost(order)) == (6, True)


def test_what_1c_has_is_not_taken_here_again(world):
    lamp = stock(record_of(world), 8)
    order = lost_order(world, lamp, is_at_1c=True)

    order_stock_retake(order_id=order.pk, until=timezone.now() + timedelta(hours=1))

    assert (held(lamp), is_lost(order)) == (0, False)
    assert endings() == [("order", "absorbed", 5)]
