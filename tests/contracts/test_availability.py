"""Oscar's availability policy knows credit: what would be refused is not for sale."""

from decimal import Decimal

import pytest
from django.utils import translation
from oscar.core.loading import get_class

from tests.contracts.orders import account_of, reported

pytestmark = pytest.mark.django_db
Selector = get_class("partner.strategy", "Selector")


def permitted(world, quantity):
    strategy = Selector().strategy(user=world.people["buyer"])
    info = strategy.fetch_for_product(world.products["cable"])
    with translation.override("ru"):
        return info.availability.is_purchase_permitted(Decimal(quantity))


def test_a_quantity_that_credit_covers_is_permitted(world):
    account_of(world, limit=8_000)

    assert permitted(world, 100) == (True, "")


def test_one_that_it_does_not_cover_is_refused_with_what_lacks(world):
    account_of(world, limit=5_000)

    is_permitted, why = permitted(world, 100)

    assert not is_permitted
    assert why.replace("\u00a0", " ") == "Лимита не хватает на 2 012,34"


def test_overdue_refuses_without_a_sum(world):
    reported(account_of(world, limit=50_000), 100, overdue=10, days=5)

    assert permitted(world, 100) == (False, "На этих условиях заказ не оформить.")


@pytest.mark.parametrize("mode", ["soft", "release"])
def test_a_mode_that_only_stops_an_order_permits_the_purchase(world, mode):
    account_of(world, limit=5_000, mode=mode)

    assert permitted(world, 100) == (True, "")


def test_credit_is_read_once_for_a_basket(world, django_assert_num_queries):
    account_of(world, limit=8_000)
    strategy = Selector().strategy(user=world.people["buyer"])
    info = strategy.fetch_for_product(world.products["cable"])

    with django_assert_num_queries(1):
        for quantity in (1, 50, 100):
            info.availability.is_purchase_permitted(Decimal(quantity))
