"""A switch of the contract on the pages of an order: where the lines are, how they come along."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse

from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set


def put(world, key, quantity, contract="own", person="buyer"):
    basket_set(
        context=world.context(person, contract),
        product_id=world.products[key].pk,
        quantity=Decimal(quantity),
    )


def switch(client, world, contract, target, **more):
    return client.post(
        reverse("storefront:contract_switch"),
        {"contract": world.contracts[contract].pk, "next": target, **more},
    )


def articles(world, contract):
    basket = basket_for(world.context("buyer", contract))
    return sorted(basket.lines.values_list("product__article", flat=True)) if basket else []


def test_a_switch_at_the_checkout_asks_whether_the_lines_come_along(world, buyer):
    put(world, "breaker", 24)
    put(world, "lamp", 5)
    Price.objects.filter(
        product=world.products["lamp"], price_list=world.lists["wholesale"]
    ).delete()

    answer = switch(buyer, world, "own_wholesale", reverse("checkout:index"))
    page = buyer.get(answer["Location"]).content.decode()

    assert answer["Location"].startswith(
        reverse("basket:move", args=[world.contracts["own"].pk]) + "?next="
    )
    assert "В корзине договора № 142/24 — 2 строки" in " ".join(page.split())
    assert "0012-LLE-A60" in page
    assert "нет цены в этом договоре" in page
    assert 'value="/checkout/"' in page
    assert articles(world, "own") == ["0012-LLE-A60", "MVA20-1-016-C"]


def test_carried_lines_can_be_carried_back(world, buyer):
    put(world, "breaker", 24)
    switch(buyer, world, "own_wholesale", reverse("basket:summary"))

    moved = buyer.post(reverse("basket:move", args=[world.contracts["own"].pk]))
    page = buyer.get(moved["Location"]).content.decode()
    there = articles(world, "own_wholesale")
    buyer.post(reverse("basket:undo"))

    assert "Перенесена 1 строка, цена изменилась у 1" in page
    assert there == ["MVA20-1-016-C"]
    assert articles(world, "own_wholesale") == []
    assert articles(world, "own") == ["MVA20-1-016-C"]


def test_the_basket_says_where_the_other_lines_are(world, buyer):
    put(world, "breaker", 24)
    put(world, "lamp", 5)
    answer = switch(buyer, world, "own_wholesale", "/catalogue/")

    page = buyer.get(reverse("basket:summary")).content.decode()

    assert answer["Location"] == "/catalogue/"
    assert "В корзине договора № 142/24 — 2 строки" in page
    assert reverse("basket:move", args=[world.contracts["own"].pk]) in page


def test_who_only_looks_at_his_baskets_is_not_asked(world, buyer):
    put(world, "breaker", 24)

    tab = switch(buyer, world, "own_wholesale", reverse("basket:summary"), look="1")
    back = switch(buyer, world, "own", reverse("basket:summary"))

    assert tab["Location"] == reverse("basket:summary")
    assert back["Location"] == reverse("basket:summary")


def test_two_baskets_with_lines_are_not_mixed_by_a_switch_in_the_header(world, buyer):
    put(world, "breaker", 24)
    put(world, "lamp", 5, "own_wholesale")

    answer = switch(buyer, world, "own_wholesale", reverse("basket:summary"))

    assert answer["Location"] == reverse("basket:summary")
    assert articles(world, "own_wholesale") == ["0012-LLE-A60"]


def accountant_of_the_sister(world):
    """The head of our company who may look at the sister company's books, and not order there."""
    membership = apps.get_model("companies", "Membership").objects.get(
        employee__user=world.people["head"], counterparty=world.companies["sister"]
    )
    membership.role = "accountant"
    membership.save()


def test_the_checkout_offers_only_companies_the_person_may_order_for(world, client):
    accountant_of_the_sister(world)
    put(world, "breaker", 24, person="head")
    client.force_login(world.people["head"])

    page = client.get(reverse("checkout:index")).content.decode()
    steps = page.split('class="terms"')[1].split("</fieldset>")[0]

    assert f'value="{world.contracts["own_wholesale"].pk}"' in steps
    assert f'value="{world.contracts["sister"].pk}"' not in steps


def test_a_switch_to_a_company_without_orders_leads_to_its_catalogue(world, client):
    accountant_of_the_sister(world)
    put(world, "breaker", 24, person="head")
    client.force_login(world.people["head"])

    answer = switch(client, world, "sister", reverse("basket:summary"))

    assert answer["Location"] == reverse("catalogue:index")
    assert client.get(answer["Location"]).status_code == 200
    assert client.get(reverse("basket:move", args=[world.contracts["own"].pk])).status_code == 403


@pytest.mark.parametrize("contract", ["stranger", "sister", "own_expired", "own"])
def test_a_basket_that_is_none_of_mine_cannot_be_moved(world, buyer, contract):
    put(world, "breaker", 24, None, "stranger")

    address = reverse("basket:move", args=[world.contracts[contract].pk])

    assert buyer.get(address).status_code == 404
    assert buyer.post(address).status_code == 404
    assert basket_for(world.context("stranger")).lines.count() == 1
