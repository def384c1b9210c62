"""What buyers stumbled over: warnings at the field, tables with bad cells, repeats, no results."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from lxml import html

from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set
from tests.storefront.goods import add_parent, add_product
from tests.storefront.test_order_pages import place

HTMX = {"HTTP_HX_REQUEST": "true"}


def quantities(world, person="buyer", contract=None):
    basket = basket_for(world.context(person, contract))
    return dict(basket.lines.values_list("product__article", "quantity")) if basket else {}


def text_of(answer):
    return " ".join(html.fromstring(answer.content).text_content().split())


def test_more_than_there_is_is_said_at_the_field_at_once(world, buyer):
    product = world.products["lamp"].pk

    much = buyer.post(reverse("basket:set"), {"product": product, "quantity": "4300"}, **HTMX)
    fits = buyer.post(reverse("basket:set"), {"product": product, "quantity": "20"}, **HTMX)
    page = html.fromstring(much.content.decode())

    (note,) = page.find_class("buy__note")
    assert note.text == "Осталось только 4\u00a0240"
    assert page.find_class("stepper")[0].get("data-state") == "bad"
    good = html.fromstring(fits.content.decode())
    assert good.find_class("buy__note") == []
    assert good.find_class("stepper")[0].get("data-state") == "in"
    # Of the message before nothing stays.
    assert re.search(r'<div id="toasts" hx-swap-oob="innerHTML">\s*</div>', fits.content.decode())


def test_a_row_that_is_short_is_marked_in_the_catalogue_too(world, buyer):
    basket_set(
        context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(4200)
    )

    page = html.fromstring(buyer.get(reverse("search:search"), {"q": "0012"}).content)

    assert page.find_class("stepper")[0].get("data-state") == "bad"


def test_good_cells_of_a_card_go_in_and_bad_ones_come_back_with_their_reason(world, buyer):
    parent = add_parent(world, ["белый", "чёрный", "серый"])
    white, black, grey = parent.children.order_by("pk")
    fields = {f"p-{white.pk}": "3", f"p-{black.pk}": "abc", f"p-{grey.pk}": "99999999999"}

    answer = buyer.post(
        reverse("basket:set_many"), {**fields, "next": parent.get_absolute_url()}, follow=True
    )
    page = html.fromstring(answer.content)
    again = html.fromstring(buyer.get(parent.get_absolute_url()).content)

    values = {f.get("name"): f.get("value") for f in page.xpath("//input[starts-with(@name,'p-')]")}
    assert quantities(world) == {white.article: 3}
    assert values == {f"p-{white.pk}": "3", f"p-{black.pk}": "abc", f"p-{grey.pk}": "99999999999"}
    toasts = " ".join(page.get_element_by_id("toasts").text_content().split())
    assert "Добавлена 1 строка" in toasts
    assert "чёрный: «abc» не количество" in toasts
    assert "серый: Слишком большое количество" in toasts
    assert again.xpath("//input[@value='abc']") == []


def test_a_table_sent_without_scripts_keeps_what_is_no_quantity(world, buyer):
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(5))
    basket_set(context=world.context(), product_id=world.products["cable"].pk, quantity=Decimal(3))
    lines = {x.product.article: x.pk for x in basket_for(world.context()).lines.all()}

    answer = buyer.post(
        reverse("basket:set_many"),
        {f"q-{lines['0012-LLE-A60']}": "пять", f"q-{lines['VVG3X25LS']}": "7"},
        follow=True,
    )
    field = html.fromstring(answer.content).get_element_by_id(f"q-{lines['0012-LLE-A60']}")

    assert quantities(world) == {"0012-LLE-A60": 5, "VVG3X25LS": 7}
    assert (field.get("value"), field.get("aria-invalid")) == ("пять", "true")
    assert "0012-LLE-A60: «пять» не количество" in text_of(answer)


def test_a_repeat_says_what_came_to_what_and_is_undone(world, buyer):
    placed = place(world, "buyer")
    basket_set(context=world.context(), product_id=world.products["cable"].pk, quantity=Decimal(7))

    answer = buyer.post(reverse("saved:repeat", args=[placed.number]), follow=True)
    repeated = quantities(world)
    buyer.post(reverse("basket:undo"))

    assert repeated == {"MVA20-1-016-C": 24, "VVG3X25LS": 107}
    assert (
        f"Заказ {placed.number}: в корзину добавлены 2 строки; "
        "1 из них уже лежала там: количества сложены" in text_of(answer)
    )
    assert quantities(world) == {"VVG3X25LS": 7}


def test_an_empty_search_of_orders_names_the_query_and_the_ways_out(world, buyer):
    answer = buyer.get(reverse("storefront:orders"), {"q": "НЕТ-99", "period": "3m"})

    page = html.fromstring(answer.content)
    links = {
        " ".join(a.text_content().split()): a.get("href")
        for a in page.find_class("empty")[0].iter("a")
    }
    assert "По запросу «НЕТ-99» ничего не нашлось" in text_of(answer)
    assert links == {
        "Очистить поиск": "?period=3m",
        "Искать за всё время": "?q=%D0%9D%D0%95%D0%A2-99&period=all",
    }


@pytest.mark.parametrize("person", ["clerk", "accountant"])
def test_who_may_not_order_sees_no_basket_and_no_new_order(world, client, person):
    client.force_login(world.people[person])

    for name in ("catalogue:index", "storefront:orders"):
        page = client.get(reverse(name)).content.decode()
        assert reverse("basket:summary") not in page
        assert "Новый заказ" not in page


def test_staff_are_led_from_the_catalogue_to_the_dashboard(world, client):
    client.force_login(world.people["manager"])

    answer = client.get(reverse("catalogue:index"))

    assert answer.status_code == 403
    assert "У сотрудников нет договора" in text_of(answer)
    assert f'href="{reverse("dashboard:index")}"' in answer.content.decode()


def keys_of(answer):
    """The keys that the page's dialog names."""
    dialog = html.fromstring(answer.content).get_element_by_id("keys")
    return {" ".join(k.text for k in dt.iter("kbd")) for dt in dialog.iter("dt")}


def test_only_keys_that_work_on_the_page_are_named(world, buyer):
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(5))

    basket = keys_of(buyer.get(reverse("basket:summary")))
    goods = keys_of(buyer.get(reverse("search:search"), {"q": "0012"}))
    profile = keys_of(buyer.get(reverse("customer:profile-view")))

    assert basket == {"/", "?", "Esc", "↑ ↓", "+ −", "Enter", "Пробел", "A", "Del", "Ctrl Z"}
    assert goods == {"/", "?", "F", "Esc", "↑ ↓", "+ −", "Enter"}
    assert profile == {"/", "?", "Esc"}


def test_a_basket_is_printed_with_all_its_lines(world, buyer):
    for number in range(40):
        product = add_product(world, number)
        basket_set(context=world.context(), product_id=product.pk, quantity=Decimal(1))

    screen = html.fromstring(buyer.get(reverse("basket:summary"), {"size": "30"}).content)
    paper = html.fromstring(buyer.get(reverse("basket:summary"), {"print": "1"}).content)

    assert len(screen.find_class("lines")[0].findall("tbody/tr")) == 30
    assert len(paper.find_class("lines")[0].findall("tbody/tr")) == 40
    assert len(screen.find_class("only-print")) == 1
    assert paper.find_class("only-print") == []


def test_a_price_that_is_none_is_worded(world, buyer):
    text = text_of(buyer.get(reverse("catalogue:index"), {"all": "1", "price_from": "абв"}))

    assert "«абв» не цена. Нужны цифры и запятая" in text


def test_a_search_of_the_basket_without_results_has_no_pager(world, buyer):
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(5))

    page = html.fromstring(buyer.get(reverse("basket:summary"), {"find": "нет"}).content)

    assert page.find_class("pager") == []
    assert "Показать все строки" in page.text_content()


def test_what_is_to_come_is_not_told_as_done(world, buyer):
    placed = place(world, "buyer")

    page = html.fromstring(buyer.get(reverse("storefront:order", args=[placed.number])).content)
    stations = [b.text for b in page.find_class("route")[0].iter("b")]

    assert stations == ["Принят", "Счёт", "Подтверждение", "Отгрузка", "Оплата"]


def test_a_password_is_refused_in_plain_words(world, buyer):
    answer = buyer.post(
        reverse("customer:change-password"),
        {"old_password": "x", "new_password1": "12345", "new_password2": "12345"},
    )

    text = text_of(answer)
    assert "Текущий пароль не подходит" in text
    assert "введен неправильно" not in text
