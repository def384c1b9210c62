"""Asking for prices: from the card to the basket, through the staff's page."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.pricing.models import Project
from b2b_apps.purchasing.selectors import basket_for, lines_of
from b2b_apps.purchasing.services import basket_set
from tests.pricing.making import add_list

NEW = reverse("storefront:asked_new")


def staff(world, person="manager"):
    client = Client()
    client.force_login(world.people[person])
    return client


def only():
    with scopes_disabled():
        return Project.objects.get()


def line_ids():
    with scopes_disabled():
        return list(only().lines.order_by("pk").values_list("pk", flat=True))


def in_days(number):
    return f"{timezone.localdate() + timedelta(days=number):%d.%m.%Y}"


def answer(world, *prices, person="manager", **more):
    """Offer and sign as a person."""
    client, project = staff(world, person), only()
    url = reverse("dashboard:asked-price", args=[project.pk])
    if prices:
        values = {f"price-{pk}": p for pk, p in zip(line_ids(), prices, strict=True)}
        client.post(url, {**values, "valid_to": in_days(30), **more})
    page = client.get(url)
    sign = reverse("dashboard:asked-price-sign", args=[project.pk])
    return client.post(sign, {"offer": page.context["mark"]}, follow=True)


def test_from_the_card_to_the_basket(world, buyer):
    product = world.products["no_price"]
    product.stockrecords.create(
        partner=world.warehouses["rostov"], partner_sku="no-price", num_in_stock=10
    )
    assert NEW in buyer.get(product.get_absolute_url()).content.decode()

    asked = {"product": product.pk, "quantity": "5", "comment": "На объект"}
    assert buyer.post(NEW, asked).status_code == 302
    answer(world, "1 500,50")
    buyer.post(reverse("storefront:asked_to_basket", args=[only().pk]))

    with scopes_disabled():
        (line,) = lines_of(basket_for(world.context()))
    assert (line.product, line.quantity) == (product, 5)


def test_what_is_out_of_stock_is_told_and_not_put_into_the_basket(world, buyer):
    buyer.post(NEW, {"product": world.products["no_price"].pk, "quantity": "5"})
    answer(world, "1500")

    page = buyer.post(reverse("storefront:asked_to_basket", args=[only().pk]), follow=True)

    assert "SCHIT-1" in [str(said) for said in page.context["messages"]][-1]
    with scopes_disabled():
        assert not lines_of(basket_for(world.context()))


def test_the_table_leads_to_the_question(world, buyer):
    product = world.products["no_price"]
    product.categories.add(world.products["lamp"].categories.get())
    url = world.products["lamp"].categories.get().get_absolute_url()

    page = buyer.get(url).content.decode()

    assert f"{NEW}?product={world.products['no_price'].pk}" in page


def test_a_project_from_the_basket_with_wished_prices_and_two_signatures(world, buyer):
    lamp = world.products["lamp"]
    with scopes_disabled():
        basket_set(context=world.context(), product_id=lamp.pk, quantity=100)
    form = buyer.get(NEW, {"from": "basket"})
    goods = form.context["values"]["goods"]
    assert goods == f"{lamp.article}\t100"

    page = buyer.post(NEW, {"name": "Лазурный", "goods": f"{goods}\nНЕТ-ТАКОГО 5"}, follow=True)
    assert "НЕТ-ТАКОГО" in page.content.decode()
    (pk,) = line_ids()
    url = reverse("storefront:asked_one", args=[only().pk])

    more = f"{world.products['cable'].article} 30\n{lamp.article} 5\nНЕТ-ТАКОГО 5"
    page = buyer.post(url, {"goods": more, "send": "1"}, follow=True)
    assert "НЕТ-ТАКОГО" in page.content.decode()
    assert only().status == "draft"
    assert [row.line.quantity for row in page.context["lines"]] == [105, 30]
    buyer.post(url, {f"quantity-{page.context['lines'][1].line.pk}": "0"})
    assert line_ids() == [pk]

    wished = {f"quantity-{pk}": "120", f"price-{pk}": "50,5", "send": "1"}
    buyer.post(url, wished)
    assert only().status == "asked"

    answer(world, "55")
    assert only().status == "signed"
    answer(world, person="manager")
    assert only().status == "signed"
    answer(world, person="editor")

    assert only().status == "approved"
    (row,) = buyer.get(url).context["lines"]
    assert (row.line.quantity, row.line.asked, row.sum) == (120, 50.5, 6600)
    assert row.unit_price == Decimal("62.14")
    switch = reverse("storefront:project_switch")
    buyer.post(switch, {"project": only().pk})
    (row,) = buyer.get(url).context["lines"]
    assert row.unit_price == 55


@pytest.mark.parametrize(
    "values", [{}, {"name": "Лазурный"}, {"name": "", "goods": "0012-LLE-A60 5"}]
)
def test_a_project_without_name_or_goods_is_asked_again(world, buyer, values):
    assert buyer.post(NEW, values).status_code == 422

    with scopes_disabled():
        assert not Project.objects.exists()


@pytest.mark.parametrize("quantity", ["", "0", "-1", "1e5", "много"])
def test_a_quantity_that_is_none_is_asked_again(world, buyer, quantity):
    values = {"product": world.products["no_price"].pk, "quantity": quantity}

    assert buyer.post(NEW, values).status_code == 422


@pytest.mark.parametrize("price", ["-5", "1e3", "NaN", "пять", "1.2.3"])
def test_a_price_that_is_none_changes_nothing(world, buyer, price):
    buyer.post(NEW, {"product": world.products["no_price"].pk, "quantity": "1"})

    answer(world, price)

    assert only().status == "asked"
    with scopes_disabled():
        assert only().lines.get().offered is None


def test_others_find_nothing(world, buyer):
    buyer.post(NEW, {"product": world.products["no_price"].pk, "quantity": "1"})
    stranger = staff(world, "stranger")

    for name in ("asked_one", "asked_withdraw", "asked_to_basket"):
        url = reverse(f"storefront:{name}", args=[only().pk])
        assert stranger.post(url).status_code == 404
    assert only().status == "asked"


def test_a_draft_is_not_the_staffs_to_see(world, buyer):
    buyer.post(NEW, {"name": "Лазурный", "goods": "0012-LLE-A60 5"})

    url = reverse("dashboard:asked-price", args=[only().pk])
    assert staff(world).get(url).status_code == 404


@pytest.mark.parametrize("side", ["buyer", "staff"])
def test_query_budget_of_a_project(world, buyer, side):
    goods = "0012-LLE-A60 5"
    buyer.post(NEW, {"name": "Лазурный", "goods": goods})
    project = only()
    name = "storefront:asked_one" if side == "buyer" else "dashboard:asked-price"
    client = buyer if side == "buyer" else staff(world)
    with scopes_disabled():
        Project.objects.update(status="asked", asked_at=timezone.now())
    url = reverse(name, args=[project.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    with scopes_disabled():
        for key in ("cable", "breaker", "no_price"):
            project.lines.create(product=world.products[key], quantity=12)
    with CaptureQueriesContext(connection) as four:
        client.get(url)

    assert len(four) == len(one) <= 20


def test_goods_that_are_not_seen_are_not_added_to_a_draft(world, buyer):
    buyer.post(NEW, {"name": "Объект", "goods": f"{world.products['lamp'].article} 5"})
    (pk,) = line_ids()
    url = reverse("storefront:asked_one", args=[only().pk])

    cable = world.products["cable"]
    type(cable).objects.filter(pk=cable.pk).update(is_public=False)

    page = buyer.post(url, {"goods": f"{cable.article} 5"}, follow=True)

    assert "Не поняты артикул или количество" in page.content.decode()
    assert line_ids() == [pk]


def test_rows_that_come_to_more_than_can_be_kept_are_named(world, buyer):
    article = world.products["lamp"].article
    goods = "\n".join(f"{article}\t1000000000" for _row in range(1001))

    page = buyer.post(NEW, {"name": "Объект", "goods": goods}, follow=True)

    assert page.status_code == 200
    with scopes_disabled():
        assert only().lines.get().quantity == 10**9
    assert "Не поняты артикул или количество" in page.content.decode()


def test_a_price_without_end_is_told_to_the_staff(world, buyer):
    buyer.post(NEW, {"product": world.products["no_price"].pk, "quantity": "5"})
    client, url = staff(world), reverse("dashboard:asked-price", args=[only().pk])
    values = {f"price-{line_ids()[0]}": "99999999999999", "valid_to": in_days(30)}

    page = client.post(url, values, follow=True)

    assert "больше нуля и меньше миллиарда" in page.content.decode()


def test_a_price_with_more_decimals_than_a_list_holds_is_refused(world, buyer):
    buyer.post(NEW, {"product": world.products["no_price"].pk, "quantity": "5"})
    url = reverse("dashboard:asked-price", args=[only().pk])

    page = staff(world, "manager").post(url, {f"price-{line_ids()[0]}": "1,23456"}, follow=True)

    assert "Не сохранено" in page.content.decode()
    with scopes_disabled():
        assert only().lines.get().offered is None


def test_the_latest_question_stands_first(world, buyer):
    for quantity in ("5", "6", "7"):
        buyer.post(NEW, {"product": world.products["no_price"].pk, "quantity": quantity})

    shown = [row[0].pk for row in buyer.get(reverse("storefront:asked")).context["rows"]]

    assert len(shown) == 3
    assert shown == sorted(shown, reverse=True)


def test_a_buyer_does_not_learn_that_a_price_goes_below_our_purchase_price(world, buyer):
    """A single price takes a second signature for that reason alone."""
    lamp = world.products["no_price"]
    with scopes_disabled():
        add_list(lamp, 50, name="Закупка", is_cost=True, includes_vat=True)
    buyer.post(NEW, {"product": lamp.pk, "quantity": "5"})
    client, url = staff(world), reverse("dashboard:asked-price", args=[only().pk])
    client.post(url, {f"price-{line_ids()[0]}": "40", "valid_to": in_days(30)})
    page = client.get(url)
    assert "Цену ниже закупочной подписывают два" in page.content.decode()
    client.post(
        reverse("dashboard:asked-price-sign", args=[only().pk]), {"offer": page.context["mark"]}
    )
    assert only().status == "signed"

    for address in (
        reverse("storefront:asked"),
        reverse("storefront:asked_one", args=[only().pk]),
    ):
        shown = buyer.get(address).content.decode()
        assert "второй подписи" not in shown
        assert "ждёт ответа" in shown
