"""The context, prices and stock of the cast."""

from decimal import Decimal

import pytest
from django_scopes import scope
from django_scopes.exceptions import ScopeError

from b2b_apps.contracts.models import Contract
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.pricing.selectors import prices_for


def test_the_contracts_own_price_beats_its_price_type(world):
    context = world.context("buyer", "own")

    prices = prices_for(context=context, product_ids=[p.pk for p in world.products.values()])

    assert prices[world.products["cable"].pk].amount == Decimal("70.1234")
    assert prices[world.products["cable"].pk].is_contract_price
    assert prices[world.products["breaker"].pk].amount == Decimal("132.4800")
    assert world.products["no_price"].pk not in prices


def test_another_contract_of_the_same_company_gives_other_prices(world):
    product = world.products["breaker"].pk

    price = prices_for(context=world.context("buyer", "own_wholesale"), product_ids=[product])

    assert price[product].amount == Decimal("158.9760")


def test_vat_on_top_takes_the_tax_out_of_a_price_that_includes_it(world):
    product = world.products["breaker"].pk

    price = prices_for(context=world.context("buyer", "own_on_top"), product_ids=[product])[product]

    assert price.amount == Decimal("130.3082")
    assert price.line_at(Decimal(12)).incl_tax == Decimal("1907.71")


def test_the_warehouse_clerk_sees_no_prices(world):
    context = world.context("clerk")

    assert prices_for(context=context, product_ids=[world.products["cable"].pk]) == {}


def test_a_foreign_or_expired_contract_is_never_chosen(world):
    assert world.context("buyer", "stranger").contract_id == world.contracts["own"].pk
    assert world.context("buyer", "own_expired").contract_id == world.contracts["own"].pk


@pytest.mark.parametrize("num_products", [1, 3])
def test_prices_and_stock_take_a_constant_number_of_queries(
    world, num_products, django_assert_num_queries
):
    context = world.context("buyer")
    ids = [p.pk for p in world.products.values()][:num_products]

    with django_assert_num_queries(3):
        prices_for(context=context, product_ids=ids)
    with django_assert_num_queries(1):
        stock_for(context=context, product_ids=ids)


def test_an_unscoped_query_of_contracts_is_refused(world):
    with pytest.raises(ScopeError):
        Contract.objects.count()
    with scope(counterparty=[world.companies["sister"].pk]):
        assert [c.pk for c in Contract.objects.all()] == [world.contracts["sister"].pk]
