"""A switch of the contract on the pages of an order: where the lines are, how they come along."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.models import Contract
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


def end(world, key="own"):
    with scopes_disabled():
        yesterday = timezone.localdate() - timedelta(days=1)
        Contract.objects.filter(pk=world.contracts[key].pk).update(valid_to=yesterday)


def left_in(world, key="own"):
    """The basket of a contract, in force or not."""
    with scopes_disabled():
        baskets = apps.get_model("basket", "Basket").objects.filter(status="Open")
        return baskets.get(owner=world.people["buyer"], contract=world.contracts[key])


def test_lines_under_a_contract_that_has_ended_are_carried_over(world, buyer):
    put(world, "breaker", 24)
    put(world, "lamp", 4)
    basket = left_in(world)
    end(world)
    with scopes_disabled():
        Price.objects.filter(product=world.products["lamp"]).delete()
        page = buyer.get(reverse("basket:summary"), follow=True).content.decode()

    answer = buyer.post(reverse("basket:take_over", args=[basket.pk]), follow=True)

    assert "закончился: в его корзине 2 строки" in page
    text = answer.content.decode()
    assert "Перенесена 1 строка" in text
    assert "0012-LLE-A60" in text
    now = basket_for(world.context("buyer", "own_wholesale"))
    assert [(x.product_id, x.quantity) for x in now.lines.all()] == [
        (world.products["breaker"].pk, 24)
    ]
    left = left_in(world)
    assert [x.product_id for x in left.lines.all()] == [world.products["lamp"].pk]
    assert left.cached_num_lines == 1
    assert "в его корзине 1 строка" in text


@pytest.mark.parametrize("person", ["stranger", "head", "sister"])
def test_only_ones_own_basket_of_an_ended_contract_is_carried_over(world, client, person):
    put(world, "breaker", 24)
    basket = left_in(world)
    client.force_login(world.people[person])
    client.get(reverse("basket:summary"))
    end(world)
    client.get(reverse("basket:summary"))

    assert client.post(reverse("basket:take_over", args=[basket.pk])).status_code == 404
    assert basket.lines.count() == 1


def test_the_basket_of_a_contract_in_force_is_not_carried_over_so(world, buyer):
    put(world, "breaker", 24, "own_wholesale")
    basket = left_in(world, "own_wholesale")

    assert buyer.post(reverse("basket:take_over", args=[basket.pk])).status_code == 404
    assert basket.lines.count() == 1
