"""Goods on their way are promised once, and what becomes of promises when 1C says another thing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.models import OutboxMessage
from b2b_apps.fulfilment.services import shipment_ship, shipments_cancel
from b2b_apps.fulfilment.tasks import promises_changed
from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.invariants import INVARIANTS
from b2b_apps.inventory.locks import product_stock_locked
from b2b_apps.inventory.models import AwaitedHold, ExpectedReceipt, HoldTerm, StockHold
from b2b_apps.inventory.promises import left_by_day
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.inventory.services import (
    AwaitRequest,
    HoldRequest,
    holds_mirror,
    holds_release,
    promises_follow,
    promises_overdue_follow,
    stock_hold,
    stock_promise,
)
from b2b_apps.inventory.services.arriving import end_of, promises_cut
from b2b_apps.inventory.tasks import tell_of_short_promise
from tests.inventory.stock import held, line_of, order_of, record_of, ship_together, stock

pytestmark = pytest.mark.django_db
NEAR, FAR = 5, 12


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


@pytest.fixture
def lamp(world):
    """None in stock; 30 come in five days, 20 more in twelve."""
    record = stock(record_of(world), 0)
    comes(record, {NEAR: 30, FAR: 20})
    return record


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def comes(record, receipts):
    """What 1C says is on its way now, by day from today."""
    ExpectedReceipt.objects.filter(product=record.product).delete()
    for days, quantity in receipts.items():
        ExpectedReceipt.objects.create(
            product=record.product, warehouse=record.partner, day=in_days(days), quantity=quantity
        )


def promised(world, record, quantity, days=NEAR):
    """An order whose line waits for so much."""
    order = order_of(world)
    line = line_of(order, record, quantity)
    ship_together(order, record)
    order.shipments.update(ready_on=in_days(days), planned_date=in_days(days))
    stock_promise(requests=[AwaitRequest(record.pk, line.pk, Decimal(quantity), in_days(days))])
    return AwaitedHold.objects.get(order_line=line)


def follow(record, *, on_hand=None, told=False):
    """1C's stock has come, and what it says is on its way."""
    before = product_stock_locked(product_ids=[record.product_id])
    if on_hand is not None:
        stock(record, on_hand)
    began = timezone.now() + timedelta(seconds=1) if told else None
    return promises_follow(
        product_ids=[record.product_id], before=before, snapshot_started_at=began
    )


def left(world, record):
    found = stock_for(context=world.context(), product_ids=[record.product_id], with_receipts=True)
    return {
        (r.day - timezone.localdate()).days: r.quantity for r in found[record.product_id].receipts
    }


def of(hold):
    hold.refresh_from_db()
    days = (hold.day - timezone.localdate()).days
    return (days, hold.arrived, hold.short, hold.ending)


def all_is_well():
    return [text for invariant in INVARIANTS for text in invariant()] == []


def told(template_start):
    rows = OutboxMessage.objects.filter(topic="mail").order_by("pk")
    return [r.payload for r in rows if r.payload["key"].startswith(template_start)]


@pytest.mark.parametrize(
    ("net", "lacking", "expected"),
    [
        ({5: 30, 12: 20}, 0, {5: 30, 12: 20}),
        ({5: 30, 12: -10}, 0, {5: 20}),
        ({5: 0, 12: 20}, 0, {12: 20}),
        ({5: 30, 12: 20}, 35, {12: 15}),
        ({5: -10, 12: 30}, 0, {12: 20}),
        ({5: 30, 12: -40}, 0, {}),
    ],
)
def test_what_is_left_of_a_day_is_promised_to_no_later_one(net, lacking, expected):
    days = {in_days(day): Decimal(quantity) for day, quantity in net.items()}

    found = left_by_day(days, lacking=Decimal(lacking))

    assert dict(found) == {in_days(day): quantity for day, quantity in expected.items()}


def test_what_is_promised_is_seen_as_on_its_way_no_more(world, lamp):
    promised(world, lamp, 12)
    promised(world, lamp, 25, FAR)

    # Of 50 until the twelfth day 13 are left, and all of them can be had by the fifth.
    assert left(world, lamp) == {NEAR: 13}
    assert held(lamp) == 0
    assert all_is_well()


@pytest.mark.parametrize(("quantity", "days"), [(19, NEAR), (39, FAR), (1, 1)])
def test_no_more_is_promised_than_comes(world, lamp, quantity, days):
    promised(world, lamp, 12)

    with pytest.raises(StockShortageError):
        promised(world, lamp, quantity, days)

    assert AwaitedHold.objects.count() == 1


def test_what_a_later_day_is_promised_is_not_promised_to_a_sooner_one(world, lamp):
    promised(world, lamp, 45, FAR)

    with pytest.raises(StockShortageError):
        promised(world, lamp, 6)
    promised(world, lamp, 5)

    assert left(world, lamp) == {}


def test_what_is_held_beyond_what_there_is_comes_off_the_receipts(world, lamp):
    type(lamp).objects.filter(pk=lamp.pk).update(num_allocated=20)

    with pytest.raises(StockShortageError):
        promised(world, lamp, 11)

    assert left(world, lamp) == {NEAR: 10, FAR: 20}


def test_an_order_takes_what_is_here_and_what_is_to_come_or_nothing(world, lamp):
    stock(lamp, 12)
    order = order_of(world)
    here, later, more = (line_of(order, lamp, q) for q in (12, 30, 21))
    day = in_days(NEAR)

    with pytest.raises(StockShortageError):
        stock_hold(
            requests=[HoldRequest(lamp.pk, here.pk, Decimal(12))],
            awaited=[AwaitRequest(lamp.pk, more.pk, Decimal(31), day)],
        )
    assert (held(lamp), StockHold.objects.count(), AwaitedHold.objects.count()) == (0, 0, 0)

    stock_hold(
        requests=[HoldRequest(lamp.pk, here.pk, Decimal(12))],
        awaited=[AwaitRequest(lamp.pk, later.pk, Decimal(30), day)],
    )
    assert (held(lamp), StockHold.objects.count(), AwaitedHold.objects.count()) == (12, 1, 1)


def test_what_has_come_is_held_for_who_came_first_before_others_can_take_it(world, lamp):
    first, second = promised(world, lamp, 20), promised(world, lamp, 10)

    comes(lamp, {FAR: 20})
    follow(lamp, on_hand=25)

    assert of(first) == (NEAR, 20, 0, "arrived")
    # Five of the second have come; the rest is what the later receipt brings.
    assert of(second) == (FAR, 5, 0, "")
    assert held(lamp) == 25
    assert StockHold.objects.get().order_line_id == first.order_line_id
    assert all_is_well()


def test_stock_that_grows_is_what_was_waited_for_though_the_receipt_still_stands(world, lamp):
    hold = promised(world, lamp, 20)

    follow(lamp, on_hand=30)

    assert of(hold)[3] == "arrived"
    assert held(lamp) == 20


def test_stock_that_was_there_before_is_left_to_others_while_the_receipt_stands(world, lamp):
    hold = promised(world, lamp, 20)
    stock(lamp, 30)

    follow(lamp)

    assert of(hold) == (NEAR, 0, 0, "")
    assert held(lamp) == 0


def test_what_has_come_has_a_term_from_its_day_on(world, lamp):
    HoldTerm.objects.create(order_status="placed", hours=24)
    hold = promised(world, lamp, 20)

    comes(lamp, {})
    follow(lamp, on_hand=30)

    assert of(hold)[3] == "arrived"
    assert StockHold.objects.get().expires_at == end_of(in_days(NEAR)) + timedelta(hours=24)


def test_a_receipt_moved_to_another_day_moves_the_shipment_and_is_told_once(world, lamp):
    hold = promised(world, lamp, 20)
    order = hold.order_line.order

    comes(lamp, {9: 30})
    for _time in range(2):
        follow(lamp)
        promises_changed({"order_id": order.pk})

    shipment = order.shipments.get()
    assert of(hold) == (9, 0, 0, "")
    assert (shipment.ready_on, shipment.planned_date > in_days(9)) == (in_days(9), True)
    assert len(told("shipment_moved")) == 2
    for day in (in_days(NEAR), in_days(9), shipment.planned_date):
        assert f"{day:%d.%m.%Y}" in told("shipment_moved")[0]["body"]


def test_a_receipt_that_comes_sooner_brings_the_shipment_forward(world, lamp):
    hold = promised(world, lamp, 20)

    comes(lamp, {3: 30})
    follow(lamp)
    promises_changed({"order_id": hold.order_line.order_id})

    assert hold.order_line.order.shipments.get().ready_on == in_days(3)


def test_who_came_last_lacks_what_is_cut_and_his_manager_is_told(world, lamp):
    first, second = promised(world, lamp, 20), promised(world, lamp, 10)

    comes(lamp, {NEAR: 24})
    follow(lamp)
    for message in OutboxMessage.objects.filter(topic="awaited_short"):
        tell_of_short_promise(message.payload)
        tell_of_short_promise(message.payload)

    assert of(first) == (NEAR, 0, 0, "")
    assert of(second) == (NEAR, 0, 6, "")
    [mail] = told("awaited_short")
    assert second.order_line.order.number in mail["body"]
    assert first.order_line.order.number not in mail["body"]
    assert left(world, lamp) == {}
    assert all_is_well()


def test_what_is_cancelled_covers_who_lacks(world, lamp):
    first, second = promised(world, lamp, 20), promised(world, lamp, 10)
    comes(lamp, {NEAR: 24})
    follow(lamp)

    assert shipments_cancel(shipment_ids=[first.order_line.shipment_id])

    assert of(first)[3] == "cancelled"
    assert of(second) == (NEAR, 0, 0, "")
    assert left(world, lamp) == {NEAR: 14}
    assert all_is_well()


def test_what_has_come_of_a_cancelled_line_is_free(world, lamp):
    hold = promised(world, lamp, 20)
    comes(lamp, {NEAR: 15})
    follow(lamp, on_hand=15)
    assert held(lamp) == 15

    assert holds_release(order_line_ids=[hold.order_line_id]) == 1
    assert holds_release(order_line_ids=[hold.order_line_id]) == 0

    assert held(lamp) == 0


def test_a_line_that_is_cut_waits_for_less_and_others_get_the_rest(world, lamp):
    first, second = promised(world, lamp, 20), promised(world, lamp, 10)
    comes(lamp, {NEAR: 18})
    follow(lamp, on_hand=6)
    assert (of(first), of(second)) == ((NEAR, 6, 0, ""), (NEAR, 0, 6, ""))

    first.order_line.order.lines.update(quantity=4)
    assert promises_cut(quantities={first.order_line_id: Decimal(4)}) == 1

    assert of(first)[1:] == (4, 0, "arrived")
    assert of(second) == (NEAR, 0, 0, "")
    assert (held(lamp), StockHold.objects.get().quantity) == (4, 4)
    assert all_is_well()


def test_a_day_that_is_over_without_goods_is_told(world, lamp):
    hold = promised(world, lamp, 20)
    comes(lamp, {-1: 30})
    AwaitedHold.objects.update(day=in_days(-1))

    assert promises_overdue_follow() == 1

    assert of(hold) == (-1, 0, 20, "")
    assert OutboxMessage.objects.filter(topic="awaited_short").count() == 1
    promises_overdue_follow()
    assert OutboxMessage.objects.filter(topic="awaited_short").count() == 1


def test_what_1c_keeps_for_an_order_it_has_is_not_counted_twice(world, lamp):
    hold = promised(world, lamp, 20)
    holds_mirror(order_line_ids=[hold.order_line_id])
    AwaitedHold.objects.update(day=in_days(0))

    # 30 have come, and 1C's stock leaves out the 20 that it keeps for the order.
    comes(lamp, {})
    follow(lamp, on_hand=0, told=True)

    assert of(hold)[3] == "at_1c"
    assert StockHold.objects.get().ending == "absorbed"
    assert held(lamp) == 0
    assert all_is_well()


def test_what_came_is_held_till_1c_speaks_of_the_order_again(world, lamp):
    hold = promised(world, lamp, 20)
    holds_mirror(order_line_ids=[hold.order_line_id])

    comes(lamp, {})
    follow(lamp, on_hand=30, told=True)

    assert StockHold.objects.get().mirrored_at is None
    assert held(lamp) == 20


def test_what_has_left_is_waited_for_no_more(world, lamp):
    hold = promised(world, lamp, 20)

    assert shipment_ship(shipment_id=hold.order_line.shipment_id)

    assert of(hold)[3] == "shipped"
    assert all_is_well()
