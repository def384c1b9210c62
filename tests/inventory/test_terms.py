"""How long an order keeps its stock, and what happens when the term is over."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.core import mail
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.finance.services import payment_record
from b2b_apps.fulfilment.services import shipment_confirm, shipment_ship
from b2b_apps.inventory.models import HoldTerm, StockHold
from b2b_apps.inventory.services import (
    hold_expiry,
    holds_absorb,
    holds_expire,
    holds_mirror,
    stock_hold,
)
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set, order_place
from tests.inventory.stock import endings, held, order_of, record_of, ship_together, wish

D = Decimal


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


def term(status="placed", payment="", hours=72):
    HoldTerm.objects.create(order_status=status, payment_kind=payment, hours=hours)


def held_order(world, quantity=5, hours=-1, contract="own_wholesale", **fields):
    """An order that holds lamps, its term ``hours`` from now."""
    order, record = order_of(world, contract, **fields), record_of(world)
    expires_at = timezone.now() + timedelta(hours=hours) if hours is not None else None
    line = wish(order, record, quantity)
    stock_hold(requests=[line], contract_id=order.contract_id, expires_at=expires_at)
    ship_together(order, record)
    return order, record, line


def deliver():
    """Let the outbox deliver all it can, mails that others write among it."""
    while outbox_deliver():
        pass


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        ([], None),
        ([("placed", "", 24)], 24),
        ([("placed", "", 24), ("placed", "prepayment", 72)], 72),
        ([("placed", "deferral", 24)], None),
        ([("confirmed", "", 24)], None),
    ],
)
def test_the_term_of_the_payment_goes_before_that_of_any_payment(world, rows, hours):
    for row in rows:
        term(*row)
    now = timezone.now()

    found = hold_expiry(order_status="placed", payment_kind="prepayment", since=now)

    assert found == (now + timedelta(hours=hours) if hours else None)


def test_an_order_is_placed_with_the_term_of_its_status_and_payment(world):
    term(payment="prepayment", hours=72)
    context = world.context(contract="own_wholesale")
    basket_set(context=context, product_id=world.products["lamp"].pk, quantity=D(3))
    basket = basket_for(context)
    offer = offer_token(basket_sheet(context=context, basket=basket))

    order = order_place(context=context, basket_id=basket.pk, details=OrderDetails(), offer=offer)

    hold = StockHold.objects.get()
    assert hold.expires_at == order.date_placed + timedelta(hours=72)
    assert (hold.contract_id, hold.user_id) == (order.contract_id, order.user_id)


def test_a_new_status_gives_its_own_term_or_none(world):
    term("placed", hours=24)
    term("confirmed", hours=240)
    order, _record, _line = held_order(world, hours=24)
    shipment = order.shipments.get()

    shipment_confirm(shipment_id=shipment.pk)
    confirmed = StockHold.objects.get().expires_at
    shipment_ship(shipment_id=shipment.pk)

    assert timedelta(hours=239) < confirmed - timezone.now() < timedelta(hours=241)
    assert StockHold.objects.get().expires_at is None


def test_a_paid_order_keeps_its_stock_and_one_paid_in_part_does_not(world):
    term(hours=24)
    order, record, _line = held_order(world, hours=24, total_incl_tax=100)

    payment_record(order_id=order.pk, number_1c="1", date=None, amount=D(99))
    assert StockHold.objects.get().expires_at is not None
    payment_record(order_id=order.pk, number_1c="2", date=None, amount=D(1))
    assert StockHold.objects.get().expires_at is None

    assert holds_expire(now=timezone.now() + timedelta(days=400)) == 0
    assert held(record) == 5


def test_the_end_of_the_term_frees_the_stock_and_leaves_the_order(world):
    order, record, _line = held_order(world)

    assert holds_expire() == 1
    assert holds_expire() == 0

    order.refresh_from_db()
    assert (held(record), order.status) == (0, "placed")
    assert endings() == [("order", "expired", 5)]


def test_buyer_and_manager_are_told_once_by_mail(world):
    order, _record, _line = held_order(world)
    holds_expire()

    deliver()
    OutboxMessage.objects.filter(topic="hold_lost").update(state="waiting", lease_until=None)
    deliver()

    assert sorted(message.to for message in mail.outbox) == [
        ["buyer@buyers.example"],
        ["manager@pakgauz.example"],
    ]
    assert all(order.number in message.subject for message in mail.outbox)
    assert all("0012-LLE-A60  5 " in message.body for message in mail.outbox)
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 2


def test_nobody_is_told_of_an_order_that_has_ended_meanwhile(world):
    order, _record, _line = held_order(world)
    holds_expire()
    apps.get_model("order", "Order")._base_manager.filter(pk=order.pk).update(status="cancelled")

    deliver()

    assert mail.outbox == []


def test_what_1c_keeps_has_a_term_too_and_nothing_is_freed_here(world):
    order, record, line = held_order(world, hours=1)
    holds_mirror(order_line_ids=[line.order_line_id])
    later = timezone.now() + timedelta(minutes=1)
    holds_absorb(stock_record_ids=[record.pk], snapshot_started_at=later)
    assert (held(record), endings()) == (0, [("order", "absorbed", 5)])

    assert holds_expire() == 0
    assert holds_expire(now=timezone.now() + timedelta(hours=2)) == 1
    assert holds_expire(now=timezone.now() + timedelta(hours=2)) == 0

    assert (held(record), endings()) == (0, [("order", "expired", 5)])
    assert OutboxMessage.objects.filter(topic="hold_lost").count() == 1
    assert order.lines.count() == 1


def test_a_hold_that_is_prolonged_while_the_sweep_waits_is_kept(world, monkeypatch):
    from b2b_apps.inventory.services import ending

    _order, record, _line = held_order(world)
    plain = ending.stock_records_locked

    def prolonged_meanwhile(**kwargs):
        StockHold.objects.update(expires_at=timezone.now() + timedelta(hours=5))
        return plain(**kwargs)

    monkeypatch.setattr(ending, "stock_records_locked", prolonged_meanwhile)

    assert holds_expire() == 0
    assert held(record) == 5


def test_a_long_sweep_goes_in_portions(world, monkeypatch):
    from b2b_apps.inventory.services import ending

    monkeypatch.setattr(ending, "PORTION", 2)
    for _order in range(5):
        held_order(world, quantity=1, hours=1)

    assert holds_expire(now=timezone.now() + timedelta(hours=2)) == 5
    assert held(record_of(world)) == 0
