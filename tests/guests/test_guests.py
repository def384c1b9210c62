"""The open showcase: goods without prices, a guest's request, and what becomes of it."""

import re
import threading

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.companies.models import Counterparty, Membership
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.guests import services
from b2b_apps.guests.errors import NoContractError, RequestDecidedError
from b2b_apps.guests.models import GuestRequest
from b2b_apps.guests.services import request_accept, request_decline, request_to_basket
from b2b_apps.purchasing.selectors import basket_for
from tests.concurrency.test_orders import at_once

SHOWCASE, CHOOSE, NEW = "/showcase/", "/showcase/choose/", "/showcase/request/"
WHO = {
    "inn": "7707083893", "company": "ООО «Новый монтаж»", "person": "Пётр Иванов",
    "phone": "+7 900 000-00-00", "email": "petr@new.example", "comment": "К утру", "consent": "1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _open(settings):
    settings.SHOWCASE = "open"
    with scopes_disabled():
        yield


def chosen(client, world, key="breaker", quantity="12"):
    return client.post(CHOOSE, {"product": world.products[key].pk, "quantity": quantity})


def sent(client, **changes):
    page = client.get(NEW).content.decode()
    uid = re.search(r'name="uid" value="([^"]+)"', page)
    return client.post(NEW, {**WHO, "uid": uid[1] if uid else "", **changes})


@pytest.fixture
def asked(world, client):
    chosen(client, world)
    sent(client)
    return GuestRequest.objects.get()


@pytest.mark.parametrize("mode", ["closed", "", "nonsense"])
def test_a_closed_showcase_is_not_there(world, client, settings, mode):
    settings.SHOWCASE = mode

    assert client.get(SHOWCASE).status_code == 404
    assert client.get(NEW).status_code == 404
    assert chosen(client, world).status_code == 404


def test_goods_are_shown_without_prices_and_stock(world, client):
    page = client.get(SHOWCASE).content.decode()

    assert "MVA20-1-016-C" in page
    assert not re.search(r"132[,.]48|₽", page)
    assert "Ростов" not in page


def test_goods_that_a_rule_hides_or_keeps_for_some_are_not_in_it(world, client):
    for kind, key in (("hide", "lamp"), ("reserve", "cable")):
        stored = [{"kind": "product", "values": [world.products[key].pk]}]
        others = [{"kind": "segment", "values": [10**6]}] if kind == "reserve" else []
        AssortmentRule.objects.create(name=kind, kind=kind, conditions=[*others, *stored])

    page = client.get(SHOWCASE).content.decode()

    assert "0012-LLE-A60" not in page
    assert "VVG3X25LS" not in page
    assert chosen(client, world, "lamp").status_code == 404


def test_of_a_part_only_its_sections_are_shown(world, client, settings):
    section = world.products["breaker"].categories.first()
    settings.SHOWCASE = f"part:{section.pk}"
    others = [p for p in world.products.values() if section not in p.categories.all()]

    page = client.get(SHOWCASE).content.decode()

    assert "MVA20-1-016-C" in page
    assert not [p.article for p in others if p.article and p.article in page]


def test_who_has_signed_in_goes_to_his_catalogue(world, client):
    client.force_login(world.people["buyer"])

    assert client.get(SHOWCASE)["Location"] == reverse("catalogue:index")


def test_a_request_is_kept_once_however_often_it_is_sent(world, client):
    chosen(client, world, quantity="13")
    page = client.get(NEW).content.decode()
    form = {**WHO, "uid": re.search(r'name="uid" value="([^"]+)"', page)[1]}

    first, second = client.post(NEW, form), client.post(NEW, form)

    found = GuestRequest.objects.get()
    line = found.lines.get()
    assert first["Location"] == second["Location"] == reverse("guests:request", args=[found.uid])
    assert (line.product_id, line.quantity) == (world.products["breaker"].pk, 24)
    assert (found.inn, found.consent) == ("7707083893", services.CONSENT)
    assert "Заявка у нас" in client.get(first["Location"]).content.decode()


@pytest.mark.parametrize(
    "changes",
    [{"inn": "7707083894"}, {"inn": "12"}, {"inn": ""}, {"email": "x"}, {"phone": ""},
     {"company": ""}, {"consent": ""}],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_nothing_is_kept(world, client, changes):
    chosen(client, world)

    assert sent(client, **changes).status_code == 422
    assert not GuestRequest.objects.exists()


def test_a_machine_that_fills_every_field_keeps_nothing(world, client):
    chosen(client, world)

    assert sent(client, website="http://spam.example")["Location"] == SHOWCASE
    assert not GuestRequest.objects.exists()


def test_nothing_chosen_is_no_request(world, client):
    assert sent(client)["Location"] == SHOWCASE
    assert not GuestRequest.objects.exists()


def test_too_many_requests_are_refused(world, client):
    answers = []
    for _n in range(services.LIMITS.pair + 1):
        chosen(client, world)
        answers.append(sent(client).status_code)

    assert answers == [302] * services.LIMITS.pair + [429]
    assert GuestRequest.objects.count() == services.LIMITS.pair


@pytest.mark.parametrize("quantity", ["-1", "1e9", "NaN", "１２", "0.0001"])
def test_what_is_no_quantity_is_not_chosen(world, client, quantity):
    chosen(client, world, quantity=quantity)

    assert "Пока ничего не выбрано" in client.get(NEW).content.decode()


def test_another_guests_request_is_not_found(asked, client):
    assert client.get(reverse("guests:request", args=[asked.uid])).status_code == 200
    assert Client().get(reverse("guests:request", args=[asked.uid])).status_code == 404


def test_a_guest_sees_no_page_of_a_buyer(world, client, asked):
    for address in ("/catalogue/", "/basket/", "/orders/", "/templates/", "/search/?q=a"):
        assert client.get(address)["Location"].startswith("/accounts/login/")


def test_accepted_he_is_the_head_of_a_new_client(world, asked):
    manager = world.people["manager"]

    request_accept(pk=asked.pk, user_id=manager.pk)

    company = Counterparty.objects.get(inn="7707083893")
    member = Membership.objects.get(counterparty=company)
    assert (company.name, company.manager.user_id) == ("ООО «Новый монтаж»", manager.pk)
    assert (member.role, member.employee.user.email) == ("head", "petr@new.example")
    with pytest.raises(RequestDecidedError):
        request_decline(pk=asked.pk, user_id=manager.pk, reason="")


def test_of_a_client_of_ours_he_is_a_buyer_and_his_basket_is_filled(world, asked):
    own = world.companies["own"]
    GuestRequest.objects.update(inn=own.inn)
    request_accept(pk=asked.pk, user_id=world.people["manager"].pk)
    asked.refresh_from_db()

    request_to_basket(found=asked, contract_id=world.contracts["own"].pk)

    assert asked.counterparty_id == own.pk
    context = trade_context_for(user_id=asked.user_id, contract_id=world.contracts["own"].pk)
    assert [x.quantity for x in basket_for(context).lines.all()] == [12]
    with pytest.raises(NoContractError):
        request_to_basket(found=asked, contract_id=world.contracts["stranger"].pk)


def test_the_staff_accept_and_decline_on_the_desk(world, client, asked):
    client.force_login(world.people["manager"])
    page = client.get(reverse("dashboard:guest", args=[asked.pk])).content.decode()

    client.post(reverse("dashboard:guest-decline", args=[asked.pk]), {"reason": "Спам"})
    client.post(reverse("dashboard:guest-accept", args=[asked.pk]))

    asked.refresh_from_db()
    assert "Новый монтаж" in page
    assert (asked.state, asked.reason) == ("declined", "Спам")
    assert not Counterparty.objects.filter(inn="7707083893").exists()


def test_an_address_of_our_staff_makes_no_client(world, client, asked):
    GuestRequest.objects.update(email=world.people["manager"].email)
    client.force_login(world.people["manager"])

    client.post(reverse("dashboard:guest-accept", args=[asked.pk]))

    asked.refresh_from_db()
    assert asked.state == "new"
    assert not Counterparty.objects.filter(inn="7707083893").exists()


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_make_one_client(world, asked):
    def accepting():
        with scopes_disabled():
            return request_accept(pk=asked.pk, user_id=world.people["manager"].pk)

    answers = at_once([accepting] * 4)

    assert sum(isinstance(a, RequestDecidedError) for a in answers) == 3
    assert Counterparty.objects.filter(inn="7707083893").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_make_several(world, asked, monkeypatch):
    gate = threading.Barrier(2)

    def unlocked(pk):
        found = GuestRequest.objects.get(pk=pk)
        gate.wait(timeout=10)
        return found

    monkeypatch.setattr(services, "_new_locked", unlocked)

    def accepting(place):
        def work():
            with scopes_disabled():
                return request_accept(pk=asked.pk, user_id=world.people["manager"].pk)

        return work

    answers = at_once([accepting(n) for n in range(2)])

    made = [a for a in answers if not isinstance(a, Exception)]
    assert len(made) + Counterparty.objects.filter(inn="7707083893").count() > 2
    assert get_user_model().objects.filter(email="petr@new.example").count() == 1


def test_the_showcase_asks_the_same_however_many_goods(
    world, client, django_assert_max_num_queries
):
    chosen(client, world)

    with django_assert_max_num_queries(14):
        client.get(SHOWCASE)
