"""Clients' approvals as the staff see them: what waits for whom and why, never decided here."""

import pytest
from django.urls import reverse

from tests.approvals.office import Office


@pytest.fixture
def office(world):
    office = Office(world)
    office.rule()
    return office


def page(client, world, name, *args, person="manager", **query):
    client.force_login(world.people[person])
    return client.get(reverse(f"dashboard:{name}", args=args), query)


def test_the_board_says_what_waits_for_whom(world, client, office):
    request = office.send()

    text = page(client, world, "approvals", view="waiting").content.decode()

    assert request.number in text
    assert str(office.employee("head")) in text


def test_the_page_says_why_and_who_and_what_happened(world, client, office):
    request = office.send()

    text = page(client, world, "approval", request.number).content.decode()

    assert "Свыше ста рублей" in text
    assert str(office.employee("head")) in text
    assert "отправ" in text
    assert "<form" not in text.split("<main")[1].split("</main>")[0]


def test_the_client_has_its_rules_and_budgets_to_be_read(world, client, office):
    department = office.department()
    office.budget(department, amount=5000)

    text = page(client, world, "client-approvals", world.companies["own"].pk).content.decode()

    for said in ("Свыше ста рублей", "Участок № 2", "Материалы", "5\u00a0000"):
        assert said in text


@pytest.mark.parametrize("number", [1, 6])
def test_the_board_costs_the_same_for_many(
    world, client, office, number, django_assert_num_queries
):
    for _n in range(number):
        office.send()
    page(client, world, "approvals")

    with django_assert_num_queries(QUERIES):
        page(client, world, "approvals")


QUERIES = 12
