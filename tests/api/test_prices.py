"""A price and why it is so, as JSON, for the person who is signed in."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.pricing.making import add_list, add_rule
from tests.storefront.goods import add_parent


@pytest.fixture
def buyer(world, client):
    client.force_login(world.people["buyer"])
    return client


def url_of(product):
    return reverse("api:price", args=[product.pk])


def test_the_address_is_the_one_that_programs_know(world):
    pk = world.products["cable"].pk

    assert url_of(world.products["cable"]) == f"/api/prices/{pk}/"


def test_a_price_comes_with_its_steps_and_a_sentence(world, buyer):
    cable = world.products["cable"]
    world.lists["own"].prices.create(product=cable, minimum_quantity=100, amount=60)
    add_rule(-10, name="Месяц кабеля", with_agreed=True)

    answer = buyer.get(url_of(cable), {"quantity": "120"}).json()

    assert answer["price"] == "54.0000"
    assert (answer["quantity"], answer["unit"], answer["currency"]) == ("120", "шт", "RUB")
    assert (answer["sum_incl_tax"], answer["sum_excl_tax"]) == ("6480.00", "5311.48")
    assert [step["kind"] for step in answer["steps"]] == [
        "retail", "list", "list", "quantity", "rule"
    ]  # fmt: skip
    assert sum(Decimal(step["amount"]) for step in answer["steps"]) == Decimal(answer["price"])
    assert answer["text"] == (
        "Розница 101,367; Дилерская, −28,6 %: 72,405; Цена по договору, −3,2 %: 70,1234; "
        "От 100, −14,4 %: 60,00; Месяц кабеля, −10 %: 54,00 ₽"
    )


def test_without_a_quantity_it_is_the_smallest_order(world, buyer):
    assert buyer.get(url_of(world.products["breaker"])).json()["quantity"] == "12"


def test_a_product_without_a_price_says_so(world, buyer):
    answer = buyer.get(url_of(world.products["no_price"])).json()

    assert (answer["price"], answer["availability"], answer["steps"]) == (None, "on_request", [])


def test_nothing_of_purchase_prices_and_others_is_told(world, buyer):
    lamp = world.products["lamp"]
    add_list(lamp, "55.4321", name="Закупка", is_cost=True)
    add_rule(-50, name="Скидка", floor_percent=0)
    add_rule(-50, name="Чужая", conditions=[("contract", world.contracts["stranger"].pk)])

    text = buyer.get(url_of(lamp)).content.decode()

    assert "Закупка" not in text
    assert "Чужая" not in text
    assert "floor" not in text


@pytest.mark.parametrize("quantity", ["0", "-1", "много", "NaN", "1e9", "9" * 40])
def test_an_odd_quantity_is_refused_in_words(world, buyer, quantity):
    answer = buyer.get(url_of(world.products["lamp"]), {"quantity": quantity})

    assert answer.status_code == 400
    assert answer.json()["error"] == "Введите количество больше нуля."


def test_what_is_not_sold_is_not_found(world, buyer):
    hidden = world.products["lamp"]
    type(hidden).objects.filter(pk=hidden.pk).update(is_public=False)
    parent = add_parent(world, ["белый"])
    child = parent.children.get()
    url = url_of(parent)
    type(hidden).objects.filter(pk=parent.pk).update(is_public=False)

    for address in (url_of(hidden), url, url_of(child), "/api/prices/987654321/",
                    f"/api/prices/{'9' * 30}/"):  # fmt: skip
        assert buyer.get(address).status_code == 404


def test_who_may_not_see_prices_is_refused_as_by_the_house(world, client):
    url = url_of(world.products["cable"])

    assert client.get(url)["Location"].startswith("/accounts/login/")
    for person in ("clerk", "manager"):
        client.force_login(world.people[person])
        assert client.get(url).status_code == 403


def test_a_price_takes_a_constant_number_of_queries(world, buyer, django_assert_max_num_queries):
    buyer.get(url_of(world.products["cable"]))

    # Session, person, three of the context, the product, three of prices.
    with django_assert_max_num_queries(10):
        buyer.get(url_of(world.products["cable"]))
