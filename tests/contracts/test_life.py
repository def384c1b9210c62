"""What shipments, payments and cancellations do to credit, through the services that 1C drives."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.invariants import INVARIANTS
from b2b_apps.contracts.models import CreditEntry
from b2b_apps.finance.services import payment_record
from b2b_apps.fulfilment.services import (
    order_cancel,
    shipment_amounts,
    shipment_cancel,
    shipment_ship,
)
from tests.contracts.orders import Book, account_of, clock, figures, group_of, reported
from tests.contracts.test_taking import place

pytestmark = pytest.mark.django_db
TOTAL = Decimal("7012.34")


@pytest.fixture(autouse=True)
def _everybody():
    with scopes_disabled():
        yield
    assert [text for check in INVARIANTS for text in check()] == []


@pytest.fixture
def two(world):
    """An order of two shipments, 10 m and 120 lamps, and its account; the lamps come first."""
    world.products["cable"].stockrecords.filter(partner=world.warehouses["moscow"]).update(
        num_in_stock=0
    )
    world.products["lamp"].stockrecords.filter(partner=world.warehouses["rostov"]).update(
        num_in_stock=0
    )
    account = account_of(world, limit=100_000)
    context = world.context()
    from b2b_apps.purchasing.services import basket_set

    basket_set(context=context, product_id=world.products["lamp"].pk, quantity=Decimal(100))
    order = place(context, world)
    return order, account, list(order.shipments.order_by("-sequence"))


def test_a_shipment_turns_its_part_of_the_hold_into_debt(two):
    order, account, (lamps, cable) = two
    assert shipment_amounts(order_id=order.pk) == {lamps.pk: 6214, cable.pk: TOTAL}

    assert shipment_ship(shipment_id=cable.pk)
    assert not shipment_ship(shipment_id=cable.pk)

    assert figures(account) == (6214, TOTAL)


def test_a_cancelled_shipment_lets_its_part_go(two):
    _order, account, (lamps, _cable) = two

    shipment_cancel(shipment_id=lamps.pk)
    shipment_cancel(shipment_id=lamps.pk)

    assert figures(account) == (TOTAL, 0)


def test_a_cancelled_order_lets_all_go_but_what_has_shipped(two):
    order, account, (lamps, _cable) = two
    shipment_ship(shipment_id=lamps.pk)

    order_cancel(order_id=order.pk)

    assert figures(account) == (0, 6214)


def test_a_payment_settles_what_has_shipped_and_then_the_hold(two):
    order, account, (lamps, _cable) = two
    shipment_ship(shipment_id=lamps.pk)

    payment_record(order_id=order.pk, number_1c="1", date=None, amount=Decimal(7000))

    assert figures(account) == (TOTAL - 786, 0)


def test_a_corrected_payment_corrects(two):
    order, account, (lamps, _cable) = two
    shipment_ship(shipment_id=lamps.pk)
    for amount in (1000, 1000, 400, 6000):
        payment_record(
            order_id=order.pk, number_1c="1", date=date(2026, 11, 20), amount=Decimal(amount)
        )

    assert figures(account) == (TOTAL, 214)
    assert list(
        CreditEntry.objects.filter(kind="payment").order_by("pk").values_list("amount", flat=True)
    ) == [1000, -600, 5600]


def test_a_provisional_payment_goes_on_under_its_real_number(two):
    order, account, (lamps, _cable) = two
    shipment_ship(shipment_id=lamps.pk)
    payment_record(order_id=order.pk, number_1c="— 1", date=None, amount=Decimal(6214))
    reported(account, 0, at=timezone.now())

    payment_record(
        order_id=order.pk,
        number_1c="УТ-1",
        date=timezone.localdate(),
        amount=Decimal(6214),
        replaces="— 1",
    )
    payment_record(
        order_id=order.pk, number_1c="УТ-2", date=None, amount=Decimal(0), replaces="— 1"
    )

    assert figures(account) == (TOTAL, 0)


def test_a_payment_of_the_day_is_in_a_report_of_that_day(world):
    account = account_of(world)
    book = Book(world.contracts["own"], 500)
    book.placed()
    book.ship(1, clock("10:00"))
    reported(account, 500, at=clock("11:00"))

    payment_record(
        order_id=book.order.pk, number_1c="1", date=date(2026, 11, 20), amount=Decimal(300)
    )

    assert figures(account) == (0, 500)
    reported(account, 200, at=clock("12:00"))
    assert figures(account) == (0, 200)


def test_a_payment_with_a_time_after_the_report_counts_at_once(world):
    account = account_of(world)
    book = Book(world.contracts["own"], 500)
    book.placed()
    book.ship(1, clock("10:00"))
    reported(account, 500, at=clock("11:00"))

    payment_record(
        order_id=book.order.pk,
        number_1c="1",
        date=date(2026, 11, 20),
        amount=Decimal(300),
        paid_at=clock("11:30"),
    )

    assert figures(account) == (0, 200)


def test_a_shipment_without_a_moment_comes_after_the_report(world):
    account = account_of(world)
    book = Book(world.contracts["own"], 500)
    book.placed()
    reported(account, 500, at=timezone.now() + timedelta(hours=2))

    book.ship(1, None)

    assert figures(account) == (0, 1000)


def test_a_payment_settles_overdue_first(world):
    account = account_of(world)
    book = Book(world.contracts["own"], 500)
    book.placed()
    book.ship(1, clock("10:00"))
    reported(account, 900, overdue=400, days=10, at=clock("11:00"))

    book.pay(300, at=clock("12:00"))

    account.refresh_from_db()
    assert (account.debt, account.overdue, account.overdue_since) == (600, 100, date(2026, 11, 10))
    book.pay(0, at=clock("12:00"))
    account.refresh_from_db()
    assert (account.debt, account.overdue) == (900, 400)
    book.pay(500, at=clock("12:00"))
    account.refresh_from_db()
    assert (account.debt, account.overdue, account.overdue_since) == (400, 0, None)


def test_a_holding_owes_what_its_companies_do(world):
    world.contracts["sister"].payment_kind = "deferral"
    world.contracts["sister"].save()
    group = group_of(world, "own", "sister", limit=10_000)
    own, sister = account_of(world), account_of(world, "sister")
    books = [Book(world.contracts["own"], 500), Book(world.contracts["sister"], 300)]
    for book in books:
        book.placed()
        book.ship(1, clock("10:00"))

    reported(own, 700, overdue=100, days=3, at=clock("11:00"))
    reported(sister, -50, at=clock("11:00"))

    group.refresh_from_db()
    assert (group.debt, group.overdue, group.held) == (700, 100, 0)
    assert group.overdue_since == date(2026, 11, 17)
    books[0].pay(150, at=clock("12:00"))
    group.refresh_from_db()
    assert (group.debt, group.overdue) == (550, 0)


def test_an_order_that_took_no_credit_changes_nothing(world):
    order = place(world.context("buyer", "own_wholesale"), world)
    (shipment,) = order.shipments.all()

    payment_record(order_id=order.pk, number_1c="1", date=None, amount=Decimal(10))
    shipment_ship(shipment_id=shipment.pk)

    assert CreditEntry.objects.count() == 0
