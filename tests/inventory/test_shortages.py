"""1C's stock below what is held: one shortage, one mail, closed by itself."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.models import StockHold, StockShortage
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.inventory.services import holds_release, shortages_follow, stock_hold
from tests.inventory.stock import by_hand, order_of, record_of, stock, wish


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


def came(record, on_hand):
    """1C's balance came."""
    stock(record, on_hand)
    return shortages_follow(product_ids=[record.product_id])


def deliver():
    while outbox_deliver():
        pass


def test_a_shortage_opens_once_follows_the_stock_and_closes_by_itself(world):
    lamp = stock(record_of(world), 10)
    stock_hold(requests=[wish(order_of(world), lamp, 8)])

    assert came(lamp, 8) == 0
    assert came(lamp, 5) == 1
    assert came(lamp, 3) == 0
    shortage = StockShortage.objects.get()
    assert (shortage.on_hand, shortage.held, shortage.settled_at) == (3, 8, None)

    came(lamp, 8)
    shortage.refresh_from_db()
    assert shortage.settled_at is not None
    assert came(lamp, 2) == 1
    assert StockShortage.objects.count() == 2


def test_a_shortage_closes_when_enough_is_let_go(world):
    lamp = stock(record_of(world), 10)
    line = wish(order_of(world), lamp, 8)
    stock_hold(requests=[line, wish(order_of(world), lamp, 2)])
    came(lamp, 5)

    holds_release(order_line_ids=[line.order_line_id])

    assert StockShortage.objects.get().settled_at is not None


def test_what_is_beyond_its_term_makes_no_shortage(world):
    lamp = stock(record_of(world), 10)
    by_hand(world, lamp, 8, hours=-1)

    assert came(lamp, 5) == 0


def test_nothing_more_is_sold_of_what_is_short(world):
    lamp = stock(record_of(world), 10)
    stock_hold(requests=[wish(order_of(world), lamp, 8)])
    came(lamp, 5)

    found = stock_for(context=world.context(), product_ids=[lamp.product_id])
    with pytest.raises(StockShortageError):
        stock_hold(requests=[wish(order_of(world), lamp, 1)])

    assert found[lamp.product_id].balances[lamp.partner_id].free == 0


def test_the_manager_of_the_newest_hold_gets_one_mail(world):
    lamp = stock(record_of(world), 10)
    stock_hold(requests=[wish(order_of(world), lamp, 2)])
    newest = order_of(world, "stranger")
    stock_hold(requests=[wish(newest, lamp, 7)])
    StockHold.objects.filter(quantity=2).update(created_at=timezone.now() - timedelta(days=1))

    came(lamp, 5)
    came(lamp, 4)
    deliver()

    (message,) = mail.outbox
    assert message.to == ["manager@pakgauz.example"]
    assert newest.number in message.body
    assert "canary-stranger" in message.body


def test_nobody_is_written_to_when_it_was_covered_meanwhile(world):
    lamp = stock(record_of(world), 10)
    stock_hold(requests=[wish(order_of(world), lamp, 8)])
    came(lamp, 5)
    came(lamp, 8)

    deliver()

    assert mail.outbox == []
