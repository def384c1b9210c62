"""What a person has chosen in the header: one row, written in one statement."""

import pytest

from b2b_apps.contracts import choice
from b2b_apps.contracts.context import trade_options_for
from b2b_apps.contracts.models import TradeChoice

pytestmark = pytest.mark.django_db


def chosen(user):
    return TradeChoice.objects.filter(person=user).values_list("contract_id", "region_id").first()


def test_another_contract_is_looked_at_from_its_own_region(world, django_assert_num_queries):
    user, region = world.people["buyer"], world.regions["moscow"]
    own, wholesale = world.contracts["own"].pk, world.contracts["own_wholesale"].pk
    choice.region_choose(user_id=user.pk, contract_id=own, region_id=region.pk)

    with django_assert_num_queries(1):
        choice.contract_choose(user_id=user.pk, contract_id=own)
    assert chosen(user) == (own, region.pk)

    choice.contract_choose(user_id=user.pk, contract_id=wholesale)
    assert chosen(user) == (wholesale, None)


def test_a_region_keeps_the_contract(world):
    user, region = world.people["buyer"], world.regions["moscow"]
    choice.contract_choose(user_id=user.pk, contract_id=world.contracts["own_wholesale"].pk)

    choice.region_choose(
        user_id=user.pk, contract_id=world.contracts["own"].pk, region_id=region.pk
    )

    assert chosen(user) == (world.contracts["own_wholesale"].pk, region.pk)


def test_a_replacement_is_written_only_over_what_it_replaces(world):
    user = world.people["buyer"]
    own, wholesale = world.contracts["own"].pk, world.contracts["own_wholesale"].pk
    choice.contract_choose(user_id=user.pk, contract_id=wholesale)

    assert not choice.contract_replace(user_id=user.pk, was_id=own, contract_id=own)
    assert not choice.contract_replace(user_id=user.pk, was_id=None, contract_id=own)
    assert chosen(user) == (wholesale, None)
    assert choice.contract_replace(user_id=user.pk, was_id=wholesale, contract_id=own)
    assert chosen(user) == (own, None)


def test_what_is_chosen_is_read_in_the_query_of_the_contracts(world, django_assert_num_queries):
    user, region = world.people["buyer"], world.regions["moscow"]
    wholesale = world.contracts["own_wholesale"].pk
    choice.contract_choose(user_id=user.pk, contract_id=wholesale)
    choice.region_choose(user_id=user.pk, contract_id=wholesale, region_id=region.pk)

    with django_assert_num_queries(3):
        options = trade_options_for(user_id=user.pk, as_chosen=True)

    assert (options.contract.pk, options.context.region_id) == (wholesale, region.pk)
    assert options.chosen_id == wholesale


def test_what_one_person_chose_is_not_another_persons(world):
    choice.contract_choose(
        user_id=world.people["buyer"].pk, contract_id=world.contracts["own_wholesale"].pk
    )

    options = trade_options_for(user_id=world.people["head"].pk, as_chosen=True)

    assert options.chosen_id is None
