"""Races of drafts, with real threads on PostgreSQL."""

import pytest
from django.apps import apps
from django_scopes import scopes_disabled

from b2b_apps.purchasing.services import basket_set
from b2b_apps.saved.errors import ListMissingError
from b2b_apps.saved.models import OrderDraft
from b2b_apps.saved.services.drafts import draft_make, draft_take
from tests.concurrency.test_orders import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def made(world, name):
    context = world.context()
    basket_set(context=context, product_id=world.products["lamp"].pk, quantity=4)
    return draft_make(context=context, name=name, choices={})


def taking(world, draft):
    context = world.context()

    def work():
        with scopes_disabled():
            return draft_take(context=context, pk=draft.pk)

    return work


def statuses():
    with scopes_disabled():
        return sorted(apps.get_model("basket", "Basket").objects.values_list("status", flat=True))


@pytest.mark.parametrize("_again", range(4))
def test_of_two_drafts_taken_up_at_once_one_lies_in_the_basket(world, _again):
    with scopes_disabled():
        drafts = [made(world, name) for name in ("Первый", "Второй")]

    answers = at_once([taking(world, draft) for draft in drafts])

    assert [a for a in answers if isinstance(a, Exception)] == []
    assert statuses() == ["Open", "Saved"]
    with scopes_disabled():
        assert OrderDraft.objects.count() == 1


def test_a_draft_is_taken_up_once(world):
    with scopes_disabled():
        draft = made(world, "Первый")

    answers = at_once([taking(world, draft)] * 2)

    assert sum(isinstance(a, ListMissingError) for a in answers) == 1
    assert statuses() == ["Open"]


def test_goods_put_into_the_basket_meanwhile_are_kept(world):
    with scopes_disabled():
        draft = made(world, "Первый")
    context = world.context()

    def adding():
        with scopes_disabled():
            basket_set(context=context, product_id=world.products["cable"].pk, quantity=100)

    answers = at_once([taking(world, draft), adding])

    assert [a for a in answers if isinstance(a, Exception)] == []
    with scopes_disabled():
        assert apps.get_model("basket", "Line").objects.count() == 2
