"""Orders put aside at the checkout."""

import pytest
from django.apps import apps
from django.urls import reverse

from b2b_apps.companies.models import Membership
from b2b_apps.companies.roles import Role
from b2b_apps.purchasing.choices import SplitChoice, choice_token
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set_many
from b2b_apps.saved.errors import ListMissingError, NothingToKeepError
from b2b_apps.saved.models import OrderDraft
from b2b_apps.saved.services.drafts import draft_make, draft_take


def fill(world, key="lamp", quantity=4, person="buyer", contract=None):
    context = world.context(person, contract)
    basket_set_many(context=context, quantities={world.products[key].pk: quantity})
    return basket_for(context)


def lines(world, person="buyer", contract=None):
    basket = basket_for(world.context(person, contract))
    return dict(basket.lines.values_list("product__article", "quantity")) if basket else {}


def test_an_order_is_put_aside_with_what_was_filled_in_and_taken_up_again(world, buyer):
    basket = fill(world)
    form = {"customer_number": "З-77", "comment": "звонить", "basket": basket.pk, "offer": "x"}

    put = buyer.post(reverse("checkout:draft_make"), form)
    listed = buyer.get(put["Location"]).content.decode()
    while_aside = lines(world)
    draft = OrderDraft.objects.get()
    taken = buyer.post(reverse("checkout:draft_take", args=[draft.pk]))
    page = buyer.get(taken["Location"]).content.decode()

    assert (draft.name, draft.basket_id) == ("З-77", basket.pk)
    assert "offer" not in draft.choices
    assert "З-77" in listed
    assert while_aside == {}
    assert taken["Location"] == reverse("checkout:index")
    assert lines(world) == {"0012-LLE-A60": 4}
    assert basket_for(world.context()).pk == basket.pk
    assert 'value="З-77"' in page
    assert "звонить" in page
    assert not OrderDraft.objects.exists()


def test_what_lies_in_the_basket_becomes_a_draft_when_another_is_taken_up(world):
    context = world.context()
    fill(world)
    first = draft_make(context=context, name="Первый", choices={})
    fill(world, "cable", 100)

    _choices, other = draft_take(context=context, pk=first.pk)

    assert lines(world) == {"0012-LLE-A60": 4}
    assert dict(other.basket.lines.values_list("product__article", "quantity")) == {
        "VVG3X25LS": 100
    }


@pytest.mark.parametrize("person", ["sister", "stranger", "head"])
def test_nobody_else_takes_a_draft_up(world, client, person):
    fill(world)
    draft = draft_make(context=world.context(), name="Мой", choices={})
    client.force_login(world.people[person])

    for name in ("draft_take", "draft_remove", "draft_back"):
        assert client.post(reverse(f"checkout:{name}", args=[draft.pk])).status_code == 404
    with pytest.raises(ListMissingError):
        draft_take(context=world.context(person), pk=draft.pk)

    draft.basket.refresh_from_db()
    assert draft.basket.status == "Saved"


def test_an_empty_basket_is_not_put_aside(world):
    with pytest.raises(NothingToKeepError):
        draft_make(context=world.context(), name="", choices={})

    assert not OrderDraft.objects.exists()


def test_a_draft_of_another_contract_is_taken_up_under_its_own(world, buyer):
    fill(world, contract="own_wholesale")
    draft = draft_make(context=world.context("buyer", "own_wholesale"), name="Опт", choices={})
    fill(world, "cable", 100)

    buyer.post(reverse("checkout:draft_take", args=[draft.pk]))

    assert lines(world) == {"VVG3X25LS": 100}
    assert lines(world, contract="own_wholesale") == {"0012-LLE-A60": 4}


def test_a_draft_is_removed_and_comes_back(world, buyer):
    fill(world)
    draft = draft_make(context=world.context(), name="Мой черновик", choices={})

    buyer.post(reverse("checkout:draft_remove", args=[draft.pk]))
    gone = buyer.get(reverse("saved:index") + "?scope=").content.decode()
    refused = buyer.post(reverse("checkout:draft_take", args=[draft.pk]))
    buyer.post(reverse("checkout:draft_back", args=[draft.pk]))

    assert reverse("checkout:draft_take", args=[draft.pk]) not in gone
    assert refused.status_code == 404
    assert (
        reverse("checkout:draft_take", args=[draft.pk])
        in buyer.get(reverse("saved:index")).content.decode()
    )
    assert apps.get_model("basket", "Line").objects.count() == 1


def test_who_may_order_no_more_for_a_company_has_no_draft_of_it(world, client):
    fill(world, person="head", contract="sister")
    draft = draft_make(context=world.context("head", "sister"), name="Сестра", choices={})
    apps.get_model("basket", "Basket").objects.update(cached_total=98765)
    sister = world.companies["sister"]
    Membership.objects.filter(employee=world.people["head"].employee, counterparty=sister).update(
        role=Role.WAREHOUSE
    )
    client.force_login(world.people["head"])

    text = client.get(reverse("saved:index")).content.decode()
    taken = client.post(reverse("checkout:draft_take", args=[draft.pk]))

    assert "98 765" not in text
    assert "Сестра" not in text
    assert taken.status_code == 404


def test_no_text_of_whatever_length_is_kept_with_a_draft(world, buyer):
    basket = fill(world)
    form = {"basket": basket.pk, "choice": "x" * 500_000, "comment": "y" * 100_000}

    buyer.post(reverse("checkout:draft_make"), form)

    choices = OrderDraft.objects.get().choices
    assert "choice" not in choices
    assert len(choices["comment"]) == 2000


def test_the_choice_of_shipments_is_kept_as_it_was_signed(world, buyer):
    basket = fill(world)
    token = choice_token(SplitChoice(), basket_id=basket.pk)

    buyer.post(reverse("checkout:draft_make"), {"basket": basket.pk, "choice": token})

    assert OrderDraft.objects.get().choices == {"choice": token}
