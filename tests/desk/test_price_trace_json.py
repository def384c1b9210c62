"""The full trace of a price, as JSON, for staff alone."""

import pytest
from django.urls import reverse

from tests.pricing.making import add_rule

URL = "/dashboard/prices/why.json"


@pytest.fixture
def asked(world, client):
    """Ask as the manager: what is wanted of the cable under the client's own contract."""
    client.force_login(world.people["manager"])

    def ask(**changes):
        asked_of = {"contract": world.contracts["own"].pk, "product": world.products["cable"].pk}
        return client.get(URL, asked_of | changes)

    return ask


def test_the_trace_tells_what_worked_and_what_did_not(world, asked):
    cable = world.products["cable"]
    world.lists["own"].prices.create(product=cable, minimum_quantity=100, amount=60)
    add_rule(-10, name="Месяц кабеля", with_agreed=True)
    add_rule(-50, name="Не наш регион", conditions=[("region", world.regions["moscow"].pk)])

    answer = asked(quantity="120").json()

    assert reverse("dashboard:price-why-json") == URL
    assert (answer["price"], answer["quantity"], answer["currency"]) == ("54.0000", "120", "RUB")
    states = {step["name"]: step["state"] for step in answer["steps"]}
    assert states[next(name for name in states if "Месяц кабеля" in name)] == "yes"
    other = next(step for step in answer["steps"] if "Не наш регион" in step["name"])
    assert other["state"] == "no"
    assert other["reason"]


@pytest.mark.parametrize("quantity", ["0", "-1", "много", "NaN"])
def test_a_quantity_that_is_none_is_told(asked, quantity):
    answer = asked(quantity=quantity)

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("what", ["contract", "product"])
def test_what_is_not_there_is_not_found(asked, what):
    assert asked(**{what: "нет-такого"}).status_code == 404


@pytest.mark.parametrize("person", ["buyer", "head", "stranger"])
def test_buyers_find_nothing(world, client, person):
    client.force_login(world.people[person])

    answer = client.get(
        URL, {"contract": world.contracts["own"].pk, "product": world.products["cable"].pk}
    )

    assert answer.status_code == 404
