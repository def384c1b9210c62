"""All baskets of a person on one page."""

import pytest
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.contracts.context import trade_options_for
from b2b_apps.purchasing.services import basket_set_many
from b2b_apps.purchasing.services.sharing import basket_share
from b2b_apps.storefront.baskets import baskets_of


@pytest.fixture(autouse=True)
def _no_scope():
    with scopes_disabled():
        yield


def fill(world, person, contract, quantity=4):
    context = world.context(person, contract)
    basket_set_many(context=context, quantities={world.products["lamp"].pk: quantity})
    return context


def rows(world, person):
    options = trade_options_for(user_id=world.people[person].pk)
    return {
        (company.name, str(row.contract), row.owner): (row.num_lines, row.total)
        for company in baskets_of(options=options)
        for row in company.rows
    }


def test_every_basket_is_shown_with_its_sum_under_its_own_contract(world, buyer):
    fill(world, "buyer", "own")
    fill(world, "buyer", "own_wholesale", 8)

    found = rows(world, "buyer")
    text = buyer.get(reverse("basket:every")).content.decode()

    assert [number for number, _total in found.values()] == [1, 1]
    assert len({total for _number, total in found.values()}) == 2
    for contract in ("own", "own_wholesale"):
        assert str(world.contracts[contract]) in text


def test_a_switch_loses_no_line(world, buyer):
    fill(world, "buyer", "own")
    fill(world, "buyer", "own_wholesale", 8)
    before = rows(world, "buyer")

    for contract in ("own_wholesale", "own"):
        pk = world.contracts[contract].pk
        buyer.post(reverse("storefront:contract_switch"), {"contract": pk, "next": "/basket/"})

    assert rows(world, "buyer") == before


@pytest.mark.parametrize("person", ["sister", "stranger"])
def test_baskets_of_others_are_not_shown(world, person):
    basket_share(context=fill(world, "buyer", "own"), is_shared=True)

    assert rows(world, person) == {}


def test_a_basket_that_a_colleague_shares_is_shown(world):
    basket_share(context=fill(world, "buyer", "own"), is_shared=True)

    assert [owner for _company, _contract, owner in rows(world, "head")] == [world.people["buyer"]]


def test_as_many_queries_for_any_number_of_baskets(world, django_assert_num_queries):
    fill(world, "buyer", "own")
    options = trade_options_for(user_id=world.people["buyer"].pk)
    with django_assert_num_queries(3):
        baskets_of(options=options)
    fill(world, "buyer", "own_wholesale", 8)
    with django_assert_num_queries(3):
        baskets_of(options=options)
