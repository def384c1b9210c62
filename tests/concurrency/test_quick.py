"""Races of orders in one step, with real threads on PostgreSQL."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_sheet
from b2b_apps.purchasing.services.changes import TakenLine
from b2b_apps.purchasing.services.quick import QUICK, quick_basket, quick_context, quick_fill
from tests.concurrency.test_orders import at_once, num_orders, placing

pytestmark = pytest.mark.django_db(transaction=True)
NUM = 12


def filling(world, key="lamp", quantity=3):
    context, line = world.context(), TakenLine(world.products[key].pk, Decimal(quantity))
    return lambda: quick_fill(context=context, lines=[line])


def test_clicks_at_once_begin_one_order_of_one_product(world):
    answers = at_once([filling(world), filling(world, "breaker", 24)] * (NUM // 2))

    assert [a for a in answers if isinstance(a, Exception)] == []
    baskets = apps.get_model("basket", "Basket").objects.filter(status=QUICK)
    assert [basket.lines.count() for basket in baskets] == [1]


def test_the_same_without_the_one_basket_for_all_is_refused_by_its_constraint(world):
    context = world.context()
    model = apps.get_model("basket", "Basket").objects

    def made():
        with transaction.atomic():
            key = {"owner_id": context.user_id, "contract_id": context.contract_id}
            model.create(**key, status=QUICK)

    answers = at_once([made] * 3)

    assert sum(isinstance(a, IntegrityError) for a in answers) == 2


def test_many_clicks_on_the_button_are_one_order(world):
    filling(world)()
    context = quick_context(world.context())
    basket = quick_basket(context=context)
    offer = offer_token(basket_sheet(context=context, basket=basket))

    orders = at_once([placing(context, basket.pk, offer)] * NUM)

    assert len({order.number for order in orders}) == 1
    assert num_orders() == 1
