"""Two requests on one basket at once, with real threads on PostgreSQL."""

import threading
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import transaction

from b2b_apps.purchasing import locks
from b2b_apps.purchasing.errors import LineChangedError
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import (
    basket_line_set,
    basket_set,
    basket_set_many,
    edit,
)
from b2b_apps.purchasing.typed import TypedQuantity
from tests.concurrency.test_orders import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


@pytest.fixture
def buyer(world):
    return world.context()


def lines(context):
    basket = basket_for(context)
    return {row.product_id: row.quantity for row in basket.lines.all()} if basket else {}


def add(context, product_id):
    return lambda: basket_set_many(context=context, quantities={product_id: Decimal(2)}, add=True)


def without_the_lock(monkeypatch):
    """Let two edits of a basket read its lines at once, as if nothing was locked."""
    barrier = threading.Barrier(2)
    original = edit._lines_of_products

    def unlocked(*, context, may_create):
        rows = apps.get_model("basket", "Basket").objects.annotate(since=locks.SINCE)
        return rows.get(owner_id=context.user_id, contract_id=context.contract_id, status="Open")

    def read_first(basket, product_ids):
        found = original(basket, product_ids)
        barrier.wait(10)
        return found

    monkeypatch.setattr(edit, "open_basket_locked", unlocked)
    monkeypatch.setattr(edit, "_lines_of_products", read_first)


def test_without_the_lock_an_addition_is_lost(world, buyer, monkeypatch):
    basket_set(context=buyer, product_id=world.products["lamp"].pk, quantity=Decimal(1))
    without_the_lock(monkeypatch)

    at_once([add(buyer, world.products["lamp"].pk)] * 2)

    assert lines(buyer) == {world.products["lamp"].pk: 3}


def test_two_additions_at_once_both_count(world, buyer):
    lamp = world.products["lamp"].pk
    basket_set(context=buyer, product_id=lamp, quantity=Decimal(1))

    for _round in range(ROUNDS):
        at_once([add(buyer, lamp)] * 2)

    assert lines(buyer) == {lamp: 1 + 4 * ROUNDS}


def test_a_product_put_in_twice_at_once_is_one_line_of_one_basket(world, buyer):
    lamp, cable = world.products["lamp"].pk, world.products["cable"].pk
    for _round in range(ROUNDS):
        apps.get_model("basket", "Basket").objects.all().delete()

        at_once([add(buyer, lamp), add(buyer, lamp), add(buyer, cable)])

        assert lines(buyer) == {lamp: 4, cable: 2}
        assert apps.get_model("basket", "Basket").objects.count() == 1


def test_of_two_who_saw_the_same_one_is_told(world, buyer):
    basket_set(context=buyer, product_id=world.products["lamp"].pk, quantity=Decimal(5))
    row = basket_for(buyer).lines.get()

    def change(number):
        typed = TypedQuantity(Decimal(number), seen=row.quantity)
        return lambda: basket_line_set(context=buyer, line_id=row.pk, typed=typed)

    for first, second in ((11, 12), (13, 14)):
        row.refresh_from_db()
        results = at_once([change(first), change(second)])
        told = [found for found in results if isinstance(found, LineChangedError)]
        assert len(told) == 1
        assert lines(buyer)[row.product_id] in {first, second}


def test_totals_are_right_after_many_edits_of_different_lines_at_once(world, buyer):
    goods = [world.products[key].pk for key in ("lamp", "cable", "breaker")]
    basket_set_many(context=buyer, quantities=dict.fromkeys(goods, Decimal(12)))

    for round_ in range(ROUNDS):
        at_once(
            [
                lambda pk=pk, n=24 + 12 * round_: basket_set(
                    context=buyer, product_id=pk, quantity=Decimal(n)
                )
                for pk in goods
            ]
        )
        basket = basket_for(buyer)
        assert basket.cached_total == basket_sheet(context=buyer, basket=basket).total_incl_tax
        assert basket.cached_num_lines == 3


def test_the_lock_of_a_line_takes_its_basket_first(world, buyer):
    basket_set(context=buyer, product_id=world.products["lamp"].pk, quantity=Decimal(5))
    row = basket_for(buyer).lines.get()

    def by_line():
        basket_line_set(context=buyer, line_id=row.pk, typed=TypedQuantity(Decimal(7)))

    def by_basket():
        with transaction.atomic():
            locks.open_basket_locked(context=buyer, may_create=False)
            basket_set(context=buyer, product_id=row.product_id, quantity=Decimal(9))

    for _round in range(ROUNDS):
        results = at_once([by_line, by_basket, by_line, by_basket])
        assert [found for found in results if isinstance(found, Exception)] == []
