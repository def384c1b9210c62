"""The basket, the checkout and the thank-you page through the browser's eyes."""

import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse
from django_scopes import scopes_disabled
from lxml import html

from b2b_apps.companies.models import Consignee
from b2b_apps.documents.models import Document
from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import basket_set

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def filled(world, buyer):
    """The buyer with 24 breakers and 5 lamps in his basket."""
    for key, quantity in [("breaker", 24), ("lamp", 5)]:
        basket_set(
            context=world.context(), product_id=world.products[key].pk, quantity=Decimal(quantity)
        )
    return buyer


def line_of(world, key, person="buyer"):
    basket = basket_for(world.context(person))
    return basket.lines.get(product=world.products[key])


def num_orders():
    with scopes_disabled():
        return apps.get_model("order", "Order").objects.count()


def checkout_form(client, **changes):
    """Return the fields of the checkout page as a browser would send them, with ``changes``."""
    form = html.fromstring(client.get(reverse("checkout:index")).content).xpath(
        "//form[@data-once]"
    )
    return dict(form[0].form_values()) | changes


def test_a_product_goes_from_the_catalogue_to_the_basket_to_an_order(world, buyer):
    product = world.products["breaker"]
    added = buyer.post(
        reverse("basket:set"), {"product": product.pk, "quantity": "140", "next": "/catalogue/"}
    )
    basket = buyer.get(reverse("basket:summary")).content.decode()
    placed = buyer.post(reverse("checkout:index"), checkout_form(buyer, customer_number="З-1"))
    thanks = buyer.get(placed["Location"]).content.decode()

    assert added["Location"] == "/catalogue/"
    assert "MVA20-1-016-C" in basket
    assert "Кратность 12: было 140, стало 144" in basket
    with scopes_disabled():
        order = apps.get_model("order", "Order").objects.get()
    assert placed["Location"] == f"/checkout/thank-you/{order.number}/"
    assert order.customer_number == "З-1"
    assert order.total_incl_tax == Decimal("19077.12")
    assert order.number in thanks


def test_an_edit_by_htmx_answers_the_row_the_totals_and_the_header(world, filled):
    line = line_of(world, "breaker")

    response = filled.post(reverse("basket:line", args=[line.pk]), {f"q-{line.pk}": "30"}, **HTMX)

    page = response.content.decode()
    assert f'<tr id="l{line.pk}"' in page
    assert "Кратность 12: было 30, стало 36" in page
    for part in ("basket-rail", "basket-link", "basket-filters", "basket-paybar"):
        assert f'id="{part}" ' in page
    assert line_of(world, "breaker").quantity == 36


@pytest.mark.parametrize("text", ["", "１２", "1e999999", "-5", "NaN", "x"])
def test_a_quantity_that_is_none_changes_nothing(world, filled, text):
    line = line_of(world, "breaker")

    response = filled.post(reverse("basket:line", args=[line.pk]), {"quantity": text}, **HTMX)

    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert line_of(world, "breaker").quantity == 24


def test_without_scripts_the_whole_table_is_one_form(world, filled):
    breaker, lamp = line_of(world, "breaker"), line_of(world, "lamp")

    response = filled.post(
        reverse("basket:set_many"), {f"q-{breaker.pk}": "48", f"q-{lamp.pk}": "0", "next": "/x"}
    )

    assert response["Location"] == "/x"
    basket = basket_for(world.context())
    assert list(basket.lines.values_list("quantity", flat=True)) == [48]


def test_deleted_lines_come_back(world, filled):
    breaker, lamp = line_of(world, "breaker"), line_of(world, "lamp")

    filled.post(reverse("basket:remove"), {"line": [breaker.pk, lamp.pk]})
    emptied = filled.get(reverse("basket:summary")).content.decode()
    filled.post(reverse("basket:undo"))

    assert "Корзина пуста" in emptied
    assert "2 строки удалены" in emptied
    assert line_of(world, "breaker").quantity == 24
    assert line_of(world, "lamp").quantity == 5


def test_enter_in_a_quantity_keeps_it_and_deletes_nothing_even_if_lines_are_chosen(world, filled):
    breaker = line_of(world, "breaker")
    page = html.fromstring(filled.get(reverse("basket:summary")).content)
    form = page.get_element_by_id("lines")

    # The default button: the first submit button in the order of the page that the form owns.
    default = page.xpath("(//form[@id='lines']//button | //button[@form='lines'])[1]")[0]
    address = default.get("formaction", form.get("action"))
    filled.post(address, {f"q-{breaker.pk}": "48", "line": breaker.pk, "next": "/basket/"})

    assert address == reverse("basket:set_many")
    assert line_of(world, "breaker").quantity == 48


def test_steps_are_undone_one_after_another_the_last_one_first(world, filled):
    breaker, lamp = line_of(world, "breaker"), line_of(world, "lamp")
    filled.post(reverse("basket:remove"), {"only": breaker.pk}, **HTMX)
    filled.post(reverse("basket:line", args=[lamp.pk]), {"quantity": "0"}, **HTMX)

    first = filled.post(reverse("basket:undo"), **HTMX).content.decode()
    only_lamp = list(basket_for(world.context()).lines.values_list("quantity", flat=True))
    second = filled.post(reverse("basket:undo"), **HTMX).content.decode()
    third = filled.post(reverse("basket:undo"), **HTMX)

    assert only_lamp == [5]
    assert "Отменено: 1 строка как была" in first
    assert "MVA20-1-016-C" in second
    assert re.findall(r'id="l(\d+)"', second) == [
        str(pk)
        for pk in basket_for(world.context())
        .lines.order_by("date_created")
        .values_list("pk", flat=True)
    ]
    assert "Больше нечего отменять" in third.content.decode()
    assert third["HX-Reswap"] == "none"


def test_a_removal_by_htmx_numbers_the_rows_anew(world, filled):
    breaker = line_of(world, "breaker")

    page = filled.post(reverse("basket:remove"), {"only": breaker.pk}, **HTMX).content.decode()

    (whole,) = html.fragments_fromstring(page)[:1]
    parts = {part.get("id"): part.get("hx-swap-oob") for part in whole.iter() if part.get("id")}
    assert whole.get("id") == "basket"
    assert {parts[name] for name in ("basket-rail", "basket-filters", "basket-paybar")} == {None}
    assert re.findall(r'<td class="num c-n">(\d+)</td>', page) == ["1"]
    assert "1 строка удалена" in page
    assert "Вернуть" in page


def test_the_steps_of_an_order_that_is_placed_are_forgotten(world, filled):
    filled.post(reverse("basket:remove"), {"only": line_of(world, "lamp").pk})
    filled.post(reverse("checkout:index"), checkout_form(filled))

    filled.post(reverse("basket:undo"))

    assert basket_for(world.context()) is None


def test_a_pasted_monster_is_named_and_the_rest_goes_in(world, filled):
    answer = filled.post(
        reverse("basket:add_by_article"), {"lines": "MVA20-1-016-C 999999999\nVVG3X25LS 3"}
    )

    page = filled.get(answer["Location"]).content.decode()
    assert line_of(world, "cable").quantity == 3
    assert line_of(world, "breaker").quantity == 24
    assert list(report_of(html.fromstring(page))) == ["Слишком большое количество 1"]


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_a_monster_in_a_row_is_refused_in_words(world, filled, htmx):
    line = line_of(world, "breaker")

    answer = filled.post(reverse("basket:line", args=[line.pk]), {"quantity": "999999999"}, **htmx)
    page = answer.content.decode() or filled.get(answer["Location"]).content.decode()

    assert "Слишком большое количество" in page
    assert line_of(world, "breaker").quantity == 24


def test_what_cannot_leave_is_not_to_be_paid_and_not_a_shipment(world, filled):
    apps.get_model("partner", "StockRecord").objects.filter(
        product=world.products["breaker"]
    ).update(num_in_stock=10)

    page = filled.get(reverse("basket:summary")).content.decode()
    sheet = basket_sheet(context=world.context(), basket=basket_for(world.context()))

    assert sheet.total_incl_tax == Decimal("310.70")
    assert [group.num_lines for group in sheet.shipments] == [1]
    assert "Без 1 строки, которая не может уехать, на 3\u00a0179,52 ₽" in page
    assert f'href="{reverse("basket:summary")}?only=problems">Сначала решите 1 строку' in " ".join(
        page.split()
    )
    assert "На одном складе не больше 10:" in page


def test_a_changed_price_is_accepted_in_its_row(world, filled):
    Price.objects.filter(product=world.products["lamp"], price_list=world.lists["dealer"]).update(
        amount="65.25"
    )
    page = filled.get(reverse("basket:summary"), {"only": "price"}).content.decode()
    line = line_of(world, "lamp")

    response = filled.post(reverse("basket:accept"), {"accept": line.pk}, **HTMX)

    assert "Цена выросла на 5" in page
    assert "MVA20" not in page.split("<tbody>")[1].split("</tbody>")[0]
    assert "Цена выросла" not in response.content.decode()
    assert line_of(world, "lamp").price_incl_tax == Decimal("65.25")


def dearer(world):
    """Both prices rise a little; return what was agreed and what is."""
    keys = ("breaker", "lamp")
    was = [line_of(world, key).price_incl_tax for key in keys]
    for key, amount in zip(keys, ("133.00", "65.25"), strict=True):
        prices = Price.objects.filter(price_list=world.lists["dealer"])
        prices.filter(product=world.products[key]).update(amount=amount)
    return was


def agreed(world):
    return [line_of(world, key).price_incl_tax for key in ("breaker", "lamp")]


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_prices_accepted_all_at_once_are_one_step_back(world, filled, headers):
    was = dearer(world)
    page = filled.get(reverse("basket:summary"), {"only": "price"}).content.decode()

    answer = filled.post(reverse("basket:accept"), **headers)
    if not headers:
        answer = filled.get(reverse("basket:summary"))
    now = agreed(world)
    filled.post(reverse("basket:undo"), **headers)

    assert "Принять все цены" in page
    assert "Принято 2" not in page
    assert "Приняты 2 цены" in answer.content.decode()
    assert all(new > old for new, old in zip(now, was, strict=True))
    assert agreed(world) == was
    again = filled.get(reverse("basket:summary"), {"only": "price"}).content.decode()
    assert again.count("Цена выросла") == 2


def test_a_price_accepted_in_its_row_is_a_step_back_too(world, filled):
    was = dearer(world)
    line = line_of(world, "lamp")
    filled.post(reverse("basket:accept"), {"accept": line.pk}, **HTMX)
    filled.post(reverse("basket:line", args=[line.pk]), {f"q-{line.pk}": "7"}, **HTMX)

    filled.post(reverse("basket:undo"), **HTMX)

    assert agreed(world) == was
    assert line_of(world, "lamp").quantity == 7


def test_what_is_deleted_meanwhile_does_not_come_back_with_its_price(world, filled):
    dearer(world)
    lamp = line_of(world, "lamp")
    filled.post(reverse("basket:accept"), **HTMX)
    basket_set(context=world.context(), product_id=lamp.product_id, quantity=Decimal(0))

    filled.post(reverse("basket:undo"), **HTMX)

    assert [line.article for line in basket_sheet(
        context=world.context(), basket=basket_for(world.context())
    ).lines] == ["MVA20-1-016-C"]  # fmt: skip


def test_a_line_that_had_no_price_yet_is_a_step_back_too(world, filled):
    lamp = line_of(world, "lamp")
    type(lamp).objects.filter(pk=lamp.pk).update(price_excl_tax=None, price_incl_tax=None)

    answer = filled.post(reverse("basket:accept"), **HTMX)
    accepted = line_of(world, "lamp").price_incl_tax
    filled.post(reverse("basket:undo"), **HTMX)

    assert answer.status_code == 200
    assert accepted is not None
    assert line_of(world, "lamp").price_incl_tax is None


def test_nothing_to_accept_is_no_step(world, filled):
    filled.post(reverse("basket:accept"), **HTMX)

    answer = filled.post(reverse("basket:undo"), **HTMX)

    assert answer.status_code == 422


def paste(client, text):
    answer = client.post(reverse("basket:add_by_article"), {"lines": text})
    return html.fromstring(client.get(answer["Location"]).content)


def report_of(page):
    """Title and rows of each group of the report."""
    return {
        " ".join(group.find("summary").text_content().split()): [
            " ".join(row.text_content().split()) for row in group.iter("li")
        ]
        for group in page.find_class("report__group")
    }


LIST = """mva20-1-016-c 5
VVG3X25LS\t100,5
NOPE 3
0012-LLE-A60 abc
0012-LLE-A60 −3
SCHIT-1 1
VVG3X25LS 9000"""


def test_every_row_of_a_pasted_list_is_reported_and_what_failed_is_kept(world, filled):
    page = paste(filled, LIST)

    assert report_of(page) == {
        "Нет такого артикула 1": ["NOPE NOPE 3"],
        "Количество не понято 2": ["0012-LLE-A60 «abc»", "0012-LLE-A60 «−3»"],
        "Нет цены по вашему договору 1": ["SCHIT-1 SCHIT-1 1"],
        "Добавлены, количество исправлено 2": [
            "MVA20-1-016-C Кратность 12: было 29, стало 36",
            "VVG3X25LS Кратность 1: было 9\u00a0100,5, стало 9\u00a0101".replace("\u00a0", " "),
        ],
        "Добавлены, но столько нет 1": ["VVG3X25LS нужно 9 101. Осталось только 4 240"],
    }
    field = page.get_element_by_id("addlines")
    assert field.text.splitlines() == [
        "NOPE 3",
        "0012-LLE-A60 abc",
        "0012-LLE-A60 −3",
        "SCHIT-1 1",
    ]
    assert "Из 7 вставленных строк вошло 3" in page.text_content()
    assert line_of(world, "breaker").quantity == 36
    assert line_of(world, "lamp").quantity == 5


def test_a_report_stays_until_it_is_closed_or_another_list_comes(world, filled):
    paste(filled, "NOPE 3")
    again = html.fromstring(filled.get(reverse("basket:summary")).content)
    filled.post(reverse("basket:add_by_article"), {"lines": ""})
    closed = filled.get(reverse("basket:summary")).content.decode()
    good = paste(filled, "VVG3X25LS 3")

    assert list(report_of(again)) == ["Нет такого артикула 1"]
    assert "NOPE" not in closed
    assert report_of(good) == {}
    assert "Добавлена 1 строка" in good.text_content()


def test_what_was_pasted_can_be_undone(world, filled):
    paste(filled, "MVA20-1-016-C 12\nVVG3X25LS 3")

    filled.post(reverse("basket:undo"))

    basket = basket_for(world.context())
    assert dict(basket.lines.values_list("product__article", "quantity")) == {
        "MVA20-1-016-C": 24,
        "0012-LLE-A60": 5,
    }


def test_a_short_line_sends_the_buyer_back_to_the_basket(world, filled):
    apps.get_model("partner", "StockRecord").objects.filter(
        product=world.products["breaker"], partner=world.warehouses["rostov"]
    ).update(num_in_stock=14)
    apps.get_model("partner", "StockRecord").objects.filter(
        product=world.products["breaker"], partner=world.warehouses["moscow"]
    ).update(num_in_stock=0)

    page = filled.get(reverse("basket:summary")).content.decode()
    response = filled.get(reverse("checkout:index"))

    assert "Осталось 14 шт" in page
    assert "Взять 12" in page
    assert response["Location"] == f"{reverse('basket:summary')}?only=problems"


def test_a_second_click_leads_to_the_same_order(world, filled):
    form = checkout_form(filled)

    first = filled.post(reverse("checkout:index"), form)
    second = filled.post(reverse("checkout:index"), form)

    assert first["Location"] == second["Location"]
    assert num_orders() == 1


def test_a_price_that_moved_is_shown_and_can_then_be_ordered(world, filled):
    form = checkout_form(filled)
    Price.objects.filter(product=world.products["lamp"], price_list=world.lists["dealer"]).update(
        amount="65.25"
    )

    refused = filled.post(reverse("checkout:index"), form)
    page = refused.content.decode()

    assert refused.status_code == 409
    assert "цена была 62,14, стала 65,25" in page
    assert num_orders() == 0
    offer = re.search(r'name="offer" value="([^"]*)"', page)[1]
    again = filled.post(reverse("checkout:index"), {**form, "offer": offer})
    assert again.status_code == 302
    assert num_orders() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"consignee": "other", "other_address": ""},
        {"consignee": ""},
    ],
)
def test_a_form_with_errors_names_them_and_orders_nothing(world, filled, changes):
    response = filled.post(reverse("checkout:index"), checkout_form(filled, **changes))

    assert response.status_code == 422
    assert "form-errors" in response.content.decode()
    assert num_orders() == 0


@pytest.mark.parametrize("day", ["01.01.2020", "31.02.2027", "завтра", "01.01.2999"])
def test_a_day_that_cannot_be_is_an_error_of_its_field(world, filled, day):
    form = checkout_form(filled)
    (name,) = [key for key in form if key.startswith("date-")]

    response = filled.post(reverse("checkout:index"), form | {name: day})

    assert response.status_code == 422
    assert f'href="#id_{name}"' in response.content.decode()
    assert num_orders() == 0


def test_the_consignee_of_another_company_does_not_exist(world, filled):
    with scopes_disabled():
        foreign = Consignee.objects.get(counterparty=world.companies["stranger"]).pk

    response = filled.post(reverse("checkout:index"), checkout_form(filled, consignee=foreign))

    assert response.status_code == 404
    assert num_orders() == 0


def test_another_address_is_written_into_the_order(world, filled):
    filled.post(
        reverse("checkout:index"),
        checkout_form(filled, consignee="other", other_address="Батайск, Промышленная 7"),
    )

    with scopes_disabled():
        order = apps.get_model("order", "Order").objects.get()
    assert (order.consignee_name, order.delivery_address) == ("", "Батайск, Промышленная 7")


@pytest.mark.parametrize("name", ["basket:line", "basket:remove", "basket:accept"])
def test_a_line_of_somebody_else_does_not_exist(world, filled, name):
    basket_set(
        context=world.context("stranger"), product_id=world.products["lamp"].pk, quantity=Decimal(7)
    )
    pk = line_of(world, "lamp", "stranger").pk
    args = [pk] if name == "basket:line" else []

    response = filled.post(
        reverse(name, args=args), {"quantity": 1, "comment": "x", "only": pk, "accept": pk}
    )

    assert response.status_code == 404
    line = line_of(world, "lamp", "stranger")
    assert (line.quantity, line.comment) == (7, "")


@pytest.mark.parametrize("person", ["clerk", "accountant", "manager"])
def test_who_may_not_order_has_no_basket(world, client, person):
    client.force_login(world.people[person])

    assert client.get(reverse("basket:summary")).status_code == 403
    assert client.get(reverse("checkout:index")).status_code == 403
    product = world.products["lamp"].pk
    answer = client.post(reverse("basket:set"), {"product": product, "quantity": 1})
    assert answer.status_code == 403
    assert apps.get_model("basket", "Basket").objects.count() == 0


def test_a_visitor_is_led_to_the_sign_in(world, client):
    for name in ("basket:summary", "checkout:index", "storefront:orders"):
        assert client.get(reverse(name))["Location"].startswith(reverse("customer:login"))


def test_the_invoice_appears_when_it_is_made_and_only_for_its_owner(world, filled, client):
    placed = filled.post(reverse("checkout:index"), checkout_form(filled))
    with scopes_disabled():
        document = Document.objects.get()
    pending = filled.get(reverse("documents:status", args=[document.uid])).content.decode()
    thanks = filled.get(placed["Location"]).content.decode()
    from b2b_apps.core.outbox import outbox_deliver

    outbox_deliver()
    ready = filled.get(reverse("documents:file", args=[document.uid]))

    assert 'hx-trigger="every 2s"' in pending
    assert 'hx-trigger="every 2s"' in thanks
    assert ready["Content-Type"] == "application/pdf"
    assert f"invoice-{document.number}.pdf" in ready["Content-Disposition"]
    assert b"".join(ready.streaming_content).startswith(b"%PDF-")
    for person in ("stranger", "sister", "clerk", "manager"):
        client.force_login(world.people[person])
        for name in ("documents:file", "documents:status"):
            assert client.get(reverse(name, args=[document.uid])).status_code == 404
        assert client.post(reverse("documents:retry", args=[document.uid])).status_code == 404
