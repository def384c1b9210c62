"""The open showcase: goods without prices, a guest's request, and what becomes of it."""

import re
import threading
import uuid
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.companies.models import Counterparty, Membership
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.desk.selectors.waiting import waiting
from b2b_apps.guests import services, showcase, views
from b2b_apps.guests.errors import (
    AlreadyMovedError,
    NoContractError,
    OtherClientError,
    RequestDecidedError,
)
from b2b_apps.guests.models import GuestRequest
from b2b_apps.guests.services import request_accept, request_decline, request_to_basket
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set_many
from search.engines.base import EngineAwayError
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


def accepted(world, pk, known=None):
    with scopes_disabled():
        return request_accept(
            pk=pk, user_id=world.people["manager"].pk, known_id=known.pk if known else None
        )


@pytest.fixture
def moving(world, asked):
    """A request of a buyer of ours, accepted; and his contract."""
    own = world.companies["own"]
    GuestRequest.objects.update(inn=own.inn, email=world.people["buyer"].email)
    return accepted(world, asked.pk, own).request, world.contracts["own"].pk


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

    def told(pk):
        client.post(CHOOSE, {"product": pk, "quantity": 1})
        return [message.message for message in client.get(SHOWCASE).context["messages"]]

    assert told(world.products["lamp"].pk) == told(10**9)
    assert told(10**9)[0].startswith("Этого товара нет в каталоге.")
    assert "В заявке: Автомат" in told(world.products["breaker"].pk)[0]


def test_what_no_word_finds_is_found_as_a_buyer_would(world, client, search_index):
    def found(text):
        return client.get(SHOWCASE, {"q": text}).content.decode()

    hidden = {"kind": "product", "values": [world.products["lamp"].pk]}
    AssortmentRule.objects.create(name="hide", kind="hide", conditions=[hidden])
    search_index()

    assert "MVA20-1-016-C" in found("mva201016c")
    assert "MVA20-1-016-C" in found("автоматами")
    assert "0012-LLE-A60" not in found("0012llea60")
    assert "Ничего не нашлось" in found("0012llea60")


def test_while_the_index_is_away_words_are_found_all_the_same(world, client, monkeypatch):
    def away(**_asked):
        raise EngineAwayError

    monkeypatch.setattr(showcase, "search_for", away)

    assert "MVA20-1-016-C" in client.get(SHOWCASE, {"q": "MVA20"}).content.decode()
    assert client.get(SHOWCASE, {"q": "mva201016c"}).status_code == 200


def test_a_card_says_what_it_is_and_not_what_it_costs(world, client):
    product = world.products["breaker"]
    chosen(client, world, quantity="24")

    page = client.get(reverse("storefront:guest_card", args=[product.pk])).content.decode()

    assert "MVA20-1-016-C" in page
    assert 'value="24"' in page
    assert not re.search(r"132[,.]48|₽", page)
    assert "Ростов" not in page


def test_pictures_are_shown_of_goods_of_the_showcase_alone(world, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "a.png").write_bytes(b"picture")
    images = apps.get_model("catalogue", "ProductImage").objects
    for key in ("breaker", "lamp"):
        images.create(product=world.products[key], original="a.png", display_order=0)
    hidden = {"kind": "product", "values": [world.products["lamp"].pk]}
    AssortmentRule.objects.create(name="hide", kind="hide", conditions=[hidden])

    def picture(key, number=1):
        return client.get(
            reverse("storefront:guest_picture", args=[world.products[key].pk, number])
        )

    shown = picture("breaker")
    assert b"".join(shown.streaming_content) == b"picture"
    assert picture("breaker", 2).status_code == picture("breaker", 0).status_code == 404
    assert picture("lamp").status_code == 404
    card = reverse("storefront:guest_card", args=[world.products["lamp"].pk])
    assert client.get(card).status_code == 404
    assert client.get("/media/a.png").status_code == 302


@pytest.mark.parametrize("name", ["guest_card", "guest_picture"])
def test_a_closed_showcase_has_no_cards(world, client, settings, name):
    settings.SHOWCASE = "closed"
    pk = world.products["breaker"].pk
    args = [pk, 1] if name == "guest_picture" else [pk]

    assert client.get(reverse(f"storefront:{name}", args=args)).status_code == 404


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


def test_a_guest_writes_units_too(world, client):
    world.products["breaker"].packs.create(name="упаковка", factor=12)
    chosen(client, world, quantity="2 упак")
    sent(client)

    assert GuestRequest.objects.get().lines.get().quantity == 24


def test_no_pack_makes_more_than_a_line_holds(world, client):
    world.products["breaker"].packs.create(name="упаковка", factor=1000)
    answer = client.post(
        CHOOSE,
        {"product": world.products["breaker"].pk, "quantity": "1000000000 упак"},
        follow=True,
    )

    assert "не больше 1 000 000 000" in answer.content.decode().replace("\xa0", " ")
    assert "Пока ничего не выбрано" in client.get(NEW).content.decode()


@pytest.mark.parametrize("quantity", ["-1", "1e9", "5 кг", "NaN", "１２", "0.0001"])
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

    request_accept(pk=asked.pk, user_id=manager.pk, known_id=None)

    company = Counterparty.objects.get(inn="7707083893")
    member = Membership.objects.get(counterparty=company)
    assert (company.name, company.manager.user_id) == ("ООО «Новый монтаж»", manager.pk)
    assert (member.role, member.employee.user.email) == ("head", "petr@new.example")
    with pytest.raises(RequestDecidedError):
        request_decline(pk=asked.pk, user_id=manager.pk, reason="")


def test_of_a_client_of_ours_he_is_a_buyer_and_his_basket_is_filled(world, asked):
    own = world.companies["own"]
    GuestRequest.objects.update(inn=own.inn)
    request_accept(pk=asked.pk, user_id=world.people["manager"].pk, known_id=own.pk)
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
        return accepted(world, asked.pk)

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
    monkeypatch.setattr(services, "inn_lock", lambda *, inn: None)

    def accepting(place):
        def work():
            return accepted(world, asked.pk)

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


@pytest.mark.parametrize("person", ["head", "clerk"])
def test_who_has_a_role_in_the_company_keeps_it(world, client, asked, person):
    own, user = world.companies["own"], world.people[person]
    before = Membership.objects.get(employee__user=user, counterparty=own).role
    GuestRequest.objects.update(inn=own.inn, email=user.email.upper())
    client.force_login(world.people["manager"])
    page = client.get(reverse("dashboard:guest", args=[asked.pk])).content.decode()

    answer = client.post(
        reverse("dashboard:guest-accept", args=[asked.pk]), {"known": own.pk}, follow=True
    )

    assert Membership.objects.get(employee__user=user, counterparty=own).role == before
    assert "уже есть учётная запись" in page
    assert reverse("dashboard:person", args=[user.employee.pk]) in page
    assert own.name in page
    told = answer.content.decode()
    assert "ссылка не нужна" in told
    assert "дайте" not in told


def test_another_client_than_the_manager_saw_is_refused(world, client, asked):
    GuestRequest.objects.update(inn=world.companies["own"].inn)
    client.force_login(world.people["manager"])
    address = reverse("dashboard:guest-accept", args=[asked.pk])

    for seen in ("", world.companies["stranger"].pk, "x"):
        assert (
            "другого клиента" in client.post(address, {"known": seen}, follow=True).content.decode()
        )

    asked.refresh_from_db()
    assert asked.state == "new"


def test_an_inn_with_spaces_is_the_same_client(world, client):
    chosen(client, world)
    own = world.companies["own"]
    sent(client, inn=f" {own.inn[:4]} {own.inn[4:6]} {own.inn[6:]} ")

    assert GuestRequest.objects.get().inn == own.inn


def test_goods_come_on_top_of_what_lies_there_and_once(world, moving):
    found, contract_id = moving
    context = trade_context_for(user_id=found.user_id, contract_id=contract_id)
    product = world.products["breaker"].pk
    basket_set_many(context=context, quantities={product: Decimal(24)})

    request_to_basket(found=found, contract_id=contract_id)
    with pytest.raises(AlreadyMovedError):
        request_to_basket(found=found, contract_id=contract_id)

    line = basket_for(context).lines.get(product_id=product)
    assert line.quantity == 36


def test_lines_that_do_not_come_are_named(world, client, moving):
    found, contract_id = moving
    found.lines.create(article="GONE-1", title="Снят", quantity=1)
    hidden = world.products["lamp"]
    found.lines.create(product=hidden, article="OFF-2", title="Скрыт", quantity=1)
    type(hidden).objects.filter(pk=hidden.pk).update(is_public=False)
    found.lines.filter(article="MVA20-1-016-C").update(quantity=13)
    client.force_login(world.people["manager"])

    address = reverse("dashboard:guest-to-basket", args=[found.pk])
    page = client.post(address, {"contract": contract_id}, follow=True).content.decode()

    assert "Больше нет в каталоге: GONE-1" in page
    assert "не взять: OFF-2" in page
    assert "до целых упаковок: MVA20-1-016-C" in page
    assert "положены в корзину" in page
    again = client.post(address, {"contract": contract_id}, follow=True).content.decode()
    assert "уже положены" in again


def test_who_may_not_order_gets_no_goods(world, client, asked):
    own = world.companies["own"]
    GuestRequest.objects.update(inn=own.inn, email=world.people["clerk"].email)
    accepted(world, asked.pk, own)
    client.force_login(world.people["manager"])

    answer = client.post(
        reverse("dashboard:guest-to-basket", args=[asked.pk]),
        {"contract": world.contracts["own"].pk}, follow=True,
    )  # fmt: skip

    asked.refresh_from_db()
    assert (answer.status_code, asked.moved_at) == (200, None)


def two_of_one_inn(world, asked):
    other = GuestRequest.objects.get(pk=asked.pk)
    other.pk, other.uid, other.email = None, uuid.uuid4(), "anna@new.example"
    other.save()
    return at_once([lambda pk=pk: accepted(world, pk) for pk in (asked.pk, other.pk)])


@pytest.mark.django_db(transaction=True)
def test_two_requests_of_one_new_inn_make_one_company(world, asked):
    answers = two_of_one_inn(world, asked)

    assert sum(isinstance(a, OtherClientError) for a in answers) == 1
    assert Counterparty.objects.filter(inn="7707083893").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_of_the_inn_they_make_two(world, asked, monkeypatch):
    gate = threading.Barrier(2)
    seen = services.client_of

    def unhurried(inn):
        found = seen(inn)
        gate.wait(timeout=10)
        return found

    monkeypatch.setattr(services, "inn_lock", lambda *, inn: None)
    monkeypatch.setattr(services, "client_of", unhurried)

    two_of_one_inn(world, asked)

    assert Counterparty.objects.filter(inn="7707083893").count() == 2


def test_no_guest_reads_further_than_the_last_page(world, client, monkeypatch):
    monkeypatch.setattr(showcase, "MOST_GOODS", 2)
    monkeypatch.setattr(views, "MOST_GOODS", 2)
    monkeypatch.setattr(views, "SIZE", 1)

    page = client.get(SHOWCASE, {"page": "999"}).content.decode()

    assert len(showcase.ids_found("")) == 3
    assert "больше 2 " in page
    assert "page=2" in page
    assert "page=3" not in page


def test_a_search_that_takes_too_long_is_given_up(world, client, monkeypatch):
    monkeypatch.setattr(showcase, "goods_found", lambda text: showcase.goods_shown().extra(
        where=["pg_sleep(0.2) IS NOT NULL"]))  # fmt: skip
    monkeypatch.setattr(showcase, "LONGEST", 50)

    answer = client.get(SHOWCASE, {"q": "a"})

    assert answer.status_code == 503
    assert "слишком долго" in answer.content.decode()


def test_what_stands_under_a_hidden_heading_is_not_shown(world, client):
    breaker = world.products["breaker"]
    model = type(breaker)
    heading = model.objects.create(
        title="Автоматы", structure="parent", product_class=breaker.product_class
    )
    model.objects.filter(pk=breaker.pk).update(structure="child", parent=heading)
    assert "MVA20-1-016-C" in client.get(SHOWCASE).content.decode()

    model.objects.filter(pk=heading.pk).update(price_visibility="hidden")
    page = client.get(SHOWCASE).content.decode()

    assert "MVA20-1-016-C" not in page
    assert "0012-LLE-A60" in page


@pytest.mark.parametrize("column", ["is_public", "ancestors_are_public"])
def test_of_a_part_sections_that_are_hidden_below_are_not_shown(world, client, settings, column):
    section = world.products["breaker"].categories.first()
    below = section.add_child(name="Снятое")
    world.products["breaker"].categories.set([below])
    settings.SHOWCASE = f"part:{section.pk}"
    assert "MVA20-1-016-C" in client.get(SHOWCASE).content.decode()

    type(section).objects.filter(pk=below.pk).update(**{column: False})

    assert "MVA20-1-016-C" not in client.get(SHOWCASE).content.decode()


def test_the_menu_of_the_desk_counts_new_requests(world, asked):
    assert waiting().guests == 1

    request_decline(pk=asked.pk, user_id=world.people["manager"].pk, reason="")

    assert waiting().guests == 0
