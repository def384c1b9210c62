"""Races of carrying lines over, with real threads on PostgreSQL.

Each race is first shown to happen without its protection, then not with it.
"""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db.utils import OperationalError

from b2b_apps.purchasing import locks
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_move, basket_set, basket_set_many
from b2b_apps.purchasing.services import moves as service
from tests.concurrency.test_orders import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


@pytest.fixture
def contexts(world):
    return world.context("buyer", "own"), world.context("buyer", "own_wholesale")


def total(context, key, world):
    """How much of a product lies in all of the person's baskets."""
    rows = apps.get_model("basket", "Line").objects.filter(
        basket__owner_id=context.user_id, product=world.products[key]
    )
    return sum(row.quantity for row in rows)


def opposite_moves(world, contexts):
    """Move from both baskets to one another at the same time; return what the threads gave."""
    here, there = contexts
    for context in contexts:
        basket_set(context=context, product_id=world.products["lamp"].pk, quantity=Decimal(5))
    return at_once(
        [
            lambda: basket_move(context_from=here, context_to=there),
            lambda: basket_move(context_from=there, context_to=here),
        ]
    )


def test_without_an_order_of_locks_two_moves_wait_for_one_another(world, contexts, monkeypatch):
    def locked_as_they_come(*, context_from, context_to):
        locks.open_basket_locked(context=context_from, may_create=False)
        barrier.wait(10)
        locks.open_basket_locked(context=context_to, may_create=True)

    import threading

    barrier = threading.Barrier(2)
    monkeypatch.setattr(service, "open_baskets_locked", locked_as_they_come)

    results = opposite_moves(world, contexts)

    assert any(isinstance(result, OperationalError) for result in results)


def test_two_moves_in_opposite_directions_lose_nothing_and_do_not_deadlock(world, contexts):
    for number in range(1, ROUNDS + 1):
        for context in contexts:
            basket = basket_for(context)
            if basket:
                basket.lines.all().delete()

        results = opposite_moves(world, contexts)

        assert [r for r in results if isinstance(r, Exception)] == [], f"round {number}"
        assert total(contexts[0], "lamp", world) == 10


def test_moved_twice_at_once_goes_over_once(world, contexts):
    here, there = contexts
    basket_set_many(
        context=here,
        quantities={world.products[key].pk: Decimal(12) for key in ("breaker", "lamp")},
    )

    results = at_once([lambda: basket_move(context_from=here, context_to=there)] * 4)

    assert sorted(len(result.moved) for result in results) == [0, 0, 0, 2]
    assert total(here, "lamp", world) == total(here, "breaker", world) == 12
