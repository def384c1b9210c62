"""A free delivery whose order is lowered below the sum from which it is free."""

from decimal import Decimal

import pytest
from django_scopes import scopes_disabled

from b2b_apps.amending.services import order_change
from tests.amending.orders import actor, asked, change, revisions
from tests.delivery.test_orders import delivery_of, filled, place  # noqa: F401

BREAKER = "MVA20-1-016-C"


@pytest.fixture
def order(world, methods, filled):  # noqa: F811
    """24 breakers for 3179.52, driven free from 3000 on."""
    methods.city.free_from = Decimal(3000)
    methods.city.save()
    found = place(world, filled, methods.own)
    assert delivery_of(found).price_incl_tax == 0
    return found


def test_a_trial_says_so_and_changes_nothing(world, order):
    with scopes_disabled():
        trial = order_change(
            order_id=order.pk, actor=actor(world), change=asked(order, {BREAKER: 12}), is_trial=True
        )

    assert [s.sequence for s in trial.planned.unfree] == [1]
    assert not delivery_of(order).is_told_later


def test_the_change_leaves_the_price_to_the_manager_and_the_history_says_so(world, order):
    with scopes_disabled():
        change(world, order, {BREAKER: 12})

    assert delivery_of(order).is_told_later
    assert revisions(order)[-1].diff["unfree"] == [1]


def test_above_the_sum_it_stays_free(world, methods, order):
    methods.city.free_from = Decimal(1000)
    methods.city.save()

    with scopes_disabled():
        change(world, order, {BREAKER: 12})

    assert not delivery_of(order).is_told_later


def test_what_was_given_free_below_the_sum_stays_so(world, methods, order):
    methods.city.free_from = Decimal(1_000_000)
    methods.city.save()

    with scopes_disabled():
        change(world, order, {BREAKER: 12})

    assert not delivery_of(order).is_told_later


def test_another_field_alone_asks_for_nothing(world, order):
    with scopes_disabled():
        change(world, order, fields={"comment": "Ворота слева"})

    assert not delivery_of(order).is_told_later
