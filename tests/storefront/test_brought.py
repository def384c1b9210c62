"""What is put together before signing in: by a guest, or after a session had ended."""

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.entry.models import EntryRow
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set, edit
from b2b_apps.storefront import signed_out
from forked_oscar.basket import words
from tests.factories import PASSWORD

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _open(settings):
    settings.SHOWCASE = "open"


def sign_in(client, world, person="buyer", **fields):
    """Sign in; return where to, and what is told."""
    form = {"username": world.people[person].email, "password": PASSWORD, **fields}
    answer = client.post(reverse("customer:login"), form)
    return answer["Location"], " | ".join(str(m) for m in get_messages(answer.wsgi_request))


def choose(client, world, key, quantity):
    client.post("/showcase/choose/", {"product": world.products[key].pk, "quantity": quantity})


def lying(world, person="buyer", contract="own"):
    with scopes_disabled():
        basket = basket_for(world.context(person, contract))
        return {x.product.article: x.quantity for x in basket.lines.all()} if basket else {}


def test_what_a_guest_chose_is_in_his_basket_and_it_says_so(world, client):
    choose(client, world, "breaker", 24)
    choose(client, world, "lamp", 3)

    where, told = sign_in(client, world)

    assert lying(world) == {"MVA20-1-016-C": 24, "0012-LLE-A60": 3}
    assert where == "/basket/"
    assert "2 строки" in told
    assert "MVA20-1-016-C" not in told


def test_what_lies_there_is_not_doubled_and_is_named(world, client):
    breaker, lamp = world.products["breaker"].pk, world.products["lamp"].pk
    basket_set(context=world.context(), product_id=breaker, quantity=Decimal(36))
    basket_set(context=world.context(), product_id=lamp, quantity=Decimal(1))
    choose(client, world, "breaker", 24)
    choose(client, world, "lamp", 3)

    _where, told = sign_in(client, world)

    assert lying(world) == {"MVA20-1-016-C": 36, "0012-LLE-A60": 3}
    assert "не удвоены: MVA20-1-016-C" in told
    assert "1 строка" in told


def test_two_clicks_on_sign_in_double_nothing(world, client):
    choose(client, world, "breaker", 24)
    session = dict(client.session)
    sign_in(client, world)
    client.logout()
    again = client.session
    again.update(session)
    again.save()

    sign_in(client, world)

    assert lying(world) == {"MVA20-1-016-C": 24}


def test_what_the_contract_does_not_allow_is_named_and_the_rest_comes(world, client):
    choose(client, world, "breaker", 24)
    choose(client, world, "lamp", 3)
    own = {"kind": "counterparty", "values": [world.companies["own"].pk]}
    lamp = {"kind": "product", "values": [world.products["lamp"].pk]}
    AssortmentRule.objects.create(name="Без ламп", kind="hide", conditions=[own, lamp])

    _where, told = sign_in(client, world)

    assert lying(world) == {"MVA20-1-016-C": 24}
    assert "Недоступны по вашему договору: 0012-LLE-A60" in told


def test_who_may_not_order_is_told_what_went_nowhere(world, client):
    choose(client, world, "breaker", 24)

    _where, told = sign_in(client, world, "clerk")

    assert lying(world) == lying(world, "clerk") == {}
    assert "MVA20-1-016-C" in told


def test_nothing_is_brought_twice_after_signing_out(world, client):
    choose(client, world, "breaker", 24)
    where, _told = sign_in(client, world)
    assert "выбранная до входа" in client.get(where).content.decode()
    client.post(reverse("customer:logout"))

    _where, told = sign_in(client, world, "stranger")

    assert lying(world, "stranger", "stranger") == {}
    assert told == ""


def typed(client, world, **more):
    """A quantity typed into a row of the catalogue, by who is signed in no longer."""
    form = {"product": world.products["breaker"].pk, "quantity": "24", "under": under(world)}
    return client.post(reverse("basket:set"), form | more)


def under(world, person="buyer", contract="own"):
    return world.context(person, contract).under


def test_what_was_typed_after_the_session_had_ended_is_in_the_basket(world, client):
    answer = typed(client, world, next="/catalogue/?page=2")
    page = client.get(answer["Location"]).content.decode()

    where, told = sign_in(client, world, next="/catalogue/?page=2")

    assert "Ваш сеанс закончился" in page
    assert answer["Location"].endswith("?next=/catalogue/%3Fpage%3D2")
    assert lying(world) == {"MVA20-1-016-C": 24}
    assert where == "/catalogue/?page=2"
    assert "после конца сеанса" in told


def test_a_cell_sent_by_htmx_leads_the_whole_window_to_the_sign_in(world, client):
    form = {"product": world.products["breaker"].pk, "quantity": "24"}
    headers = HTMX | {"HX-Current-URL": "http://testserver/search/?q=a", "X-Contract": under(world)}

    answer = client.post(reverse("basket:set"), form, headers=headers)

    assert answer["HX-Redirect"] == "/accounts/login/?next=/search/%3Fq%3Da"
    sign_in(client, world)
    assert lying(world) == {"MVA20-1-016-C": 24}


def test_a_page_of_another_site_is_not_gone_back_to(world, client):
    answer = client.post(reverse("basket:remove"), headers={"Referer": "http://evil.example/x"})

    assert answer["Location"] == "/accounts/login/?next=/"


def test_what_another_person_typed_is_not_put_under_his_contract(world, client):
    typed(client, world)

    _where, told = sign_in(client, world, "stranger")

    assert lying(world) == lying(world, "stranger", "stranger") == {}
    assert "никуда не попало" in told


def test_rows_of_the_basket_and_a_pasted_list_come_along(world, client):
    form = {"lines": "MVA20-1-016-C 24\nнет такого 5", "under": under(world)}
    client.post(reverse("basket:add_by_article"), form)
    _where, told = sign_in(client, world)
    client.post(reverse("customer:logout"))
    client.post(reverse("entry:check"), {"text": "0012-LLE-A60 7", "under": under(world)})
    sign_in(client, world)

    assert lying(world) == {"MVA20-1-016-C": 24}
    assert "нет такого 5" in told
    with scopes_disabled():
        row = EntryRow.objects.get()
    assert (row.product_id, row.quantity) == (world.products["lamp"].pk, 7)


@pytest.mark.parametrize(("person", "is_his"), [("buyer", True), ("stranger", False)])
def test_what_was_filled_in_at_the_checkout_is_there_again_for_who_filled_it_in(
    world, client, person, is_his
):
    contract = "own" if person == "buyer" else "stranger"
    lamp = world.products["lamp"].pk
    basket_set(context=world.context(person, contract), product_id=lamp, quantity=Decimal(1))
    form = {"comment": "Ворота слева", "customer_number": "Z-17", "send": "1"}
    client.post(reverse("checkout:index"), form | {"under": under(world), "basket": "1"})

    _where, told = sign_in(client, world, person)

    page = client.get(reverse("checkout:index")).content.decode()
    assert ("Ворота слева" in page, "Z-17" in page) == (is_his, is_his)
    assert ("Заказ не отправлен" in told) is is_his


def test_what_can_not_be_kept_is_told_to_be_not_done(world, client):
    answer = client.post(reverse("basket:undo"))

    assert "ничего не сделано" in client.get(answer["Location"]).content.decode()
    assert not Session.objects.exists()


def test_nobody_fills_the_sessions_by_sending_forms(world, client, monkeypatch):
    monkeypatch.setattr(signed_out, "LIMITS", signed_out.Limits(pair=2, name=10**9, address=2))
    for _n in range(4):
        typed(client, world)
        client.cookies.clear()

    assert Session.objects.count() == 2


@pytest.mark.parametrize("text", ["-1", "NaN", "１２", "1e999999", "x" * 5000])
def test_what_is_no_quantity_is_told_and_changes_nothing(world, client, text):
    typed(client, world, quantity=text)

    _where, told = sign_in(client, world)

    assert lying(world) == {}
    assert "не количество" in told


def test_the_sign_in_asks_no_more_of_who_brings_nothing(
    world, client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(24):
        sign_in(client, world)


def test_a_full_basket_is_told_and_signing_in_goes_on(world, client, monkeypatch):
    typed(client, world)
    monkeypatch.setattr(edit, "MAX_LINES", 0)

    _where, told = sign_in(client, world)

    assert "_auth_user_id" in client.session
    assert lying(world) == {}
    assert str(words.full()) in told
