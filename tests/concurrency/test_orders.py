"""Races of placing orders, with real threads on PostgreSQL.

Each race is first shown to happen without its protection, then not with it.
"""

import threading
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Employee, Membership
from b2b_apps.companies.roles import Role
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.inventory.models import StockHold
from b2b_apps.purchasing.errors import OfferChangedError
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set, order_place
from b2b_apps.purchasing.services import orders as service

pytestmark = pytest.mark.django_db(transaction=True)
NUM = 20


def at_once(works):
    """Run the functions at the same time, each with its own connection; return what they gave."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        try:
            barrier.wait()
            results[place] = work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def basket_of(context, product, quantity):
    """Fill a basket; return (its id, the offer shown)."""
    basket_set(context=context, product_id=product.pk, quantity=Decimal(quantity))
    basket = basket_for(context)
    return basket.pk, offer_token(basket_sheet(context=context, basket=basket))


def placing(context, basket_id, offer):
    return lambda: order_place(
        context=context, basket_id=basket_id, details=OrderDetails(), offer=offer
    )


def num_orders():
    with scopes_disabled():
        return apps.get_model("order", "Order").objects.count()


def buyers(world, number):
    """Contexts of so many buyers of one company."""
    found = []
    for place in range(number):
        user = get_user_model().objects.create_user(f"b{place}", f"b{place}@buyers.example", "x")
        employee = Employee.objects.create(user=user)
        Membership.objects.create(
            employee=employee,
            counterparty=world.companies["own"],
            role=Role.BUYER,
            is_default=True,
        )
        found.append(trade_context_for(user_id=user.pk))
    return found


@contextmanager
def slow_after_reading(monkeypatch, num):
    """Hold every thread between reading the basket and writing the order, till all have read."""
    gate, plain = threading.Barrier(num), service.basket_sheet

    def read(**kwargs):
        sheet = plain(**kwargs)
        gate.wait(timeout=10)
        return sheet

    monkeypatch.setattr(service, "basket_sheet", read)
    yield
    monkeypatch.setattr(service, "basket_sheet", plain)


def test_twenty_submits_of_one_basket_are_one_order(world):
    context = world.context()
    basket_id, offer = basket_of(context, world.products["lamp"], 3)

    orders = at_once([placing(context, basket_id, offer)] * NUM)

    assert len({order.number for order in orders}) == 1
    assert num_orders() == 1
    assert list(StockHold.objects.values_list("quantity", flat=True)) == [3]


def test_without_the_lock_a_second_submit_fails_where_it_should_answer(world, monkeypatch):
    context = world.context()
    basket_id, offer = basket_of(context, world.products["lamp"], 3)

    def unlocked(*, basket_id, user_id):
        return apps.get_model("basket", "Basket").objects.get(pk=basket_id)

    monkeypatch.setattr(service, "basket_locked", unlocked)
    with slow_after_reading(monkeypatch, 2):
        answers = at_once([placing(context, basket_id, offer)] * 2)

    # Both read an open basket; only the constraint behind the lock keeps the second order out.
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "Order"]


def test_twenty_buyers_of_the_last_ten_get_ten(world):
    lamp = world.products["lamp"]
    contexts = buyers(world, NUM)
    apps.get_model("partner", "StockRecord").objects.filter(product=lamp).update(num_in_stock=0)
    record = lamp.stockrecords.get(partner=world.warehouses["rostov"])
    record.num_in_stock = 10
    record.save()
    offers = [(context, *basket_of(context, lamp, 1)) for context in contexts]

    answers = at_once([placing(*offer) for offer in offers])

    refused = [a for a in answers if isinstance(a, OfferChangedError)]
    record.refresh_from_db()
    assert num_orders() == 10
    assert len(refused) == 10
    assert {d.kind for a in refused for d in a.differences} == {"shortage"}
    assert (record.num_in_stock, record.num_allocated) == (10, 10)
    assert apps.get_model("basket", "Basket").objects.filter(status="Open").count() == 10


def test_a_plain_check_then_write_sells_the_last_unit_twice(world):
    record = world.products["lamp"].stockrecords.get(partner=world.warehouses["rostov"])
    type(record).objects.filter(pk=record.pk).update(num_in_stock=1)
    gate = threading.Barrier(2)

    def check_then_write():
        with transaction.atomic():
            found = type(record).objects.get(pk=record.pk)
            is_enough = found.num_in_stock - found.num_allocated >= 1
            gate.wait(timeout=10)
            if is_enough:
                type(record).objects.filter(pk=record.pk).update(
                    num_allocated=found.num_allocated + 1
                )
            return is_enough

    assert at_once([check_then_write] * 2) == [True, True]


def test_twenty_first_writes_make_one_basket(world):
    context, lamp = world.context(), world.products["lamp"]

    answers = at_once(
        [lambda: basket_set(context=context, product_id=lamp.pk, quantity=Decimal(2))] * NUM
    )

    assert not [a for a in answers if isinstance(a, Exception)]
    baskets = apps.get_model("basket", "Basket").objects.filter(owner_id=context.user_id)
    assert [b.lines.count() for b in baskets] == [1]
