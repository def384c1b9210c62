"""The checkout: an empty basket, a switch of the contract, and what was typed before it."""

import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set
from forked_oscar.checkout import views

CHECKOUT = "/checkout/"
TYPED = {
    "contact_person": "Бригадир Олег",
    "contact_phone": "+7 900 111-22-33",
    "customer_number": "З-4502",
    "comment": "Ворота слева, звонить",
    "consignee": "other",
    "other_address": "Батайск, Промышленная 7",
}


@pytest.fixture
def head(world, client):
    """The head of two companies, with a basket of breakers under a contract of each."""
    for contract in ("own", "sister"):
        basket_set(
            context=world.context("head", contract),
            product_id=world.products["breaker"].pk,
            quantity=Decimal(24),
        )
    client.force_login(world.people["head"])
    return client


def shown(client):
    """Return the fields of the page as a browser would send them, the Send button pressed."""
    page = client.get(CHECKOUT).content.decode()
    fields = dict(re.findall(r'name="(basket|offer|date-[\d-]+)"[^>]*?\svalue="([^"]*)"', page))
    fields |= dict.fromkeys(re.findall(r'name="(method-[\d-]+)"', page), "delivery")
    fields["consignee"] = re.search(r'<option\s+value="(\w+)"\s+selected', page)[1]
    fields["contract"] = re.search(r'name="contract"\s+value="(\d+)"[^>]*?\schecked', page)[1]
    for name in ("contact_person", "contact_phone", "customer_number", "other_address"):
        fields[name] = re.search(rf'name="{name}"[^>]*?\svalue="([^"]*)"', page)[1]
    fields["comment"] = re.search(r'name="comment"[^>]*>([^<]*)</textarea>', page)[1]
    return fields | {"send": "1"}


def num_orders():
    with scopes_disabled():
        return apps.get_model("order", "Order").objects.count()


@pytest.mark.parametrize("changes", [{}, {"consignee": ""}, {"consignee": "other"}])
def test_an_emptied_basket_leads_back_to_it_with_a_word(world, head, changes):
    form = shown(head)
    basket_for(world.context("head", "own")).lines.all().delete()

    answer = head.post(CHECKOUT, form | changes, follow=True)

    assert answer.redirect_chain == [(reverse("basket:summary"), 302)]
    assert "Корзина пуста: заказывать нечего." in answer.content.decode()
    assert num_orders() == 0


def test_a_form_sent_without_any_basket_leads_back_to_it(world, client):
    client.force_login(world.people["buyer"])

    answer = client.post(CHECKOUT, {"basket": "0", "consignee": ""})

    assert answer["Location"] == reverse("basket:summary")


@pytest.mark.parametrize("is_filled", [True, False])
@pytest.mark.parametrize("owner", ["sister", "stranger"])
def test_the_basket_of_somebody_else_is_not_found_and_stays(world, client, owner, is_filled):
    foreign = {"product_id": world.products["lamp"].pk, "quantity": Decimal(3)}
    basket_set(context=world.context(owner), **foreign)
    if is_filled:
        basket_set(context=world.context(), **foreign)
    client.force_login(world.people["buyer"])
    form = shown(client) if is_filled else {"consignee": ""}

    answer = client.post(CHECKOUT, form | {"basket": basket_for(world.context(owner)).pk})

    assert answer.status_code == 404
    assert basket_for(world.context(owner)).lines.count() == 1
    assert num_orders() == 0


def test_a_switch_of_the_contract_keeps_what_was_typed(world, head):
    form = shown(head) | TYPED
    del form["send"]

    answer = head.post(CHECKOUT, form | {"contract": world.contracts["sister"].pk})

    assert answer["Location"] == CHECKOUT
    again = shown(head)
    assert again["contract"] == str(world.contracts["sister"].pk)
    assert {name: again[name] for name in TYPED} == TYPED
    assert again["basket"] != form["basket"]
    assert num_orders() == 0
    # And back, a second time.
    head.post(CHECKOUT, again | {"contract": form["contract"]})
    assert {name: shown(head)[name] for name in TYPED} == TYPED


def test_what_was_only_suggested_does_not_follow_to_another_company(world, head):
    form = shown(head)
    assert form["contact_person"] == "Руслан Дьяков"
    with scopes_disabled():
        world.companies["sister"].consignees.update(contact_person="Завхоз Пётр")

    head.post(CHECKOUT, form | {"contract": world.contracts["sister"].pk})

    assert shown(head)["contact_person"] == "Завхоз Пётр"
    assert shown(head)["consignee"] != form["consignee"]


def test_another_contract_chosen_and_sent_at_once_orders_nothing(world, head):
    form = shown(head)

    answer = head.post(CHECKOUT, form | {"contract": world.contracts["sister"].pk}, follow=True)

    assert "Договор переключили. Проверьте заказ ещё раз." in answer.content.decode()
    assert num_orders() == 0


def test_the_switch_button_never_orders(world, head):
    head.post(CHECKOUT, shown(head) | {"switch": "1"})

    assert num_orders() == 0


def test_a_foreign_contract_chosen_at_the_checkout_is_not_found(world, head):
    form = shown(head)

    answer = head.post(CHECKOUT, form | {"contract": world.contracts["stranger"].pk})

    assert answer.status_code == 404
    assert shown(head)["contract"] == form["contract"]


def test_a_page_from_before_a_switch_in_another_tab_is_not_lost(world, head):
    form = shown(head) | TYPED
    head.post(reverse("storefront:contract_switch"), {"contract": world.contracts["sister"].pk})

    answer = head.post(CHECKOUT, {k: v for k, v in form.items() if k != "contract"}, follow=True)

    assert "Договор переключили" in answer.content.decode()
    assert {name: shown(head)[name] for name in TYPED} == TYPED
    assert num_orders() == 0


def test_what_became_an_order_is_forgotten(world, head):
    head.post(CHECKOUT, shown(head) | TYPED | {"contract": world.contracts["sister"].pk})

    answer = head.post(CHECKOUT, shown(head))

    assert answer["Location"].startswith("/checkout/thank-you/")
    with scopes_disabled():
        order = apps.get_model("order", "Order").objects.get()
    assert (order.customer_number, order.contact_person) == ("З-4502", "Бригадир Олег")
    head.post(reverse("storefront:contract_switch"), {"contract": world.contracts["own"].pk})
    assert shown(head)["customer_number"] == ""


def test_nobody_else_sees_what_was_typed(world, head):
    head.post(CHECKOUT, shown(head) | TYPED | {"contract": world.contracts["sister"].pk})
    head.post(reverse("customer:logout"))
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(3))

    head.force_login(world.people["buyer"])

    assert shown(head)["customer_number"] == ""


def test_a_click_that_looks_just_before_the_other_one_ordered_gets_its_order(
    world, head, monkeypatch
):
    form, look = shown(head), views.order_of_basket

    def other_clicks_meanwhile(**of_what):
        monkeypatch.setattr(views, "order_of_basket", look)
        found = look(**of_what)
        head.post(CHECKOUT, form)
        return found

    monkeypatch.setattr(views, "order_of_basket", other_clicks_meanwhile)
    answer = head.post(CHECKOUT, form)

    assert num_orders() == 1
    with scopes_disabled():
        number = apps.get_model("order", "Order").objects.get().number
    assert answer.headers["Location"] == reverse("checkout:thank-you", args=[number])
