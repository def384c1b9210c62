"""The card of a product."""

import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse

from b2b_apps.pricing.models import Price
from tests.storefront.goods import add_attribute, add_parent


def test_a_card_shows_price_stock_and_properties(world, buyer):
    add_attribute(world, "Ток, А", {"cable": "16"})

    page = buyer.get(world.products["cable"].get_absolute_url()).content.decode()

    assert "VVG3X25LS" in page
    assert '70<span class="kop">,1234</span>' in page
    assert "<dt>Ток, А</dt><dd>16</dd>" in page
    assert "Ростов-на-Дону, склад" in page
    assert "4\u00a0120" in page
    assert "4\u00a0240" in page


def test_a_wrong_slug_leads_to_the_card(world, buyer):
    product = world.products["cable"]

    response = buyer.get(f"/catalogue/anything_{product.pk}/")

    assert response["Location"] == product.get_absolute_url()


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18])
def test_no_such_product(world, buyer, pk):
    assert buyer.get(f"/catalogue/x_{pk}/").status_code == 404


def test_a_hidden_product_is_not_found(world, buyer):
    product = world.products["cable"]
    type(product).objects.filter(pk=product.pk).update(is_public=False)

    assert buyer.get(product.get_absolute_url()).status_code == 404


def test_a_characteristic_leads_to_its_product(world, buyer):
    parent = add_parent(world, ["белый", "чёрный"])
    child = parent.children.first()

    response = buyer.get(f"/catalogue/x_{child.pk}/")

    assert response["Location"] == f"{parent.get_absolute_url()}?variant={child.pk}"


@pytest.mark.parametrize("names", [["белый", "чёрный"], ["1,5, белый", "1,5, чёрный", "2, белый"]])
def test_a_card_opens_with_the_characteristic_that_is_asked_for(world, buyer, names):
    parent = add_parent(world, names, article="SEAL")
    child = parent.children.get(article="SEAL-1")

    response = buyer.get(parent.get_absolute_url(), {"variant": child.pk})

    assert response.context["card"].variants.chosen.id == child.pk
    page = response.content.decode()
    assert re.findall(r'<input[^>]*name="p-(\d+)"[^>]*autofocus', page) == [str(child.pk)]
    assert len(re.findall(r'<t[rd][^>]* aria-current="true"', page)) == 1


@pytest.mark.parametrize("key", ["", "0", "x", "999999"])
def test_a_card_knows_no_other_characteristic(world, buyer, key):
    parent = add_parent(world, ["белый", "чёрный"])

    page = buyer.get(parent.get_absolute_url(), {"variant": key})

    assert page.context["card"].variants.chosen is None
    assert "autofocus" not in page.content.decode()


def test_a_characteristic_of_a_hidden_product_is_not_found(world, buyer):
    parent = add_parent(world, ["белый", "чёрный"])
    type(parent).objects.filter(pk=parent.pk).update(is_public=False)

    assert buyer.get(f"/catalogue/x_{parent.children.first().pk}/").status_code == 404


def test_tiers_go_from_the_smallest_quantity(world, buyer):
    product = world.products["lamp"]
    Price.objects.create(
        price_list=world.lists["dealer"], product=product, minimum_quantity=100, amount=55
    )

    card = buyer.get(product.get_absolute_url(), {"quantity": "120"}).context["card"]

    assert [(t.minimum, t.amount, t.is_current) for t in card.tiers] == [
        (Decimal("0.000"), Decimal("62.1400"), False),
        (Decimal("100.000"), Decimal("55.0000"), True),
    ]
    assert card.sum == Decimal("6600.00")


def test_the_order_box_counts_in_packs(world, buyer):
    product = world.products["breaker"]
    pack = product.packs.create(name="упаковка", factor=12)

    card = buyer.get(product.get_absolute_url(), {"unit": pack.pk, "quantity": "3"}).context["card"]
    switched = buyer.get(
        product.get_absolute_url(), {"unit": pack.pk, "was": "", "quantity": "25"}
    ).context["card"]

    assert (card.quantity, card.num_units, card.sum) == (36, 3, Decimal("4769.28"))
    assert (switched.quantity, switched.num_units) == (36, 3)


def test_a_quantity_in_packs_reaches_the_basket_in_base_units(world, buyer):
    product = world.products["breaker"]
    pack = product.packs.create(name="упаковка", factor=12)

    buyer.post(
        reverse("basket:set"), {"product": product.pk, "quantity": "3", "unit": str(pack.pk)}
    )

    lines = apps.get_model("basket", "Line").objects
    assert [line.quantity for line in lines.filter(product=product)] == [36]


@pytest.mark.parametrize("unit", ["0", "x", "9" * 30, "-1"])
def test_a_pack_of_nobody_changes_nothing(world, buyer, unit):
    product = world.products["breaker"]

    response = buyer.post(
        reverse("basket:set"), {"product": product.pk, "quantity": "3", "unit": unit}
    )

    assert response.status_code < 500
    assert not apps.get_model("basket", "Line").objects.exists()


def test_two_axes_make_a_matrix_and_one_a_list(world, buyer):
    matrix = add_parent(world, ["1,5, белый", "1,5, синий", "10, белый", "2,5, белый"], article="M")
    plain = add_parent(world, ["белый", "синий"], article="L")

    table = buyer.get(matrix.get_absolute_url()).context["card"].variants
    listed = buyer.get(plain.get_absolute_url()).context["card"].variants

    assert list(table.columns) == ["белый", "синий"]
    assert [row.label for row in table.rows] == ["1,5", "2,5", "10"]
    assert [cell is None for cell in table.rows[1].cells] == [False, True]
    assert not listed.is_matrix


def test_cells_go_to_the_basket_at_once(world, buyer):
    parent = add_parent(world, ["белый", "синий", "чёрный"])
    children = list(parent.children.order_by("pk"))
    fields = {f"p-{children[0].pk}": "5", f"p-{children[1].pk}": "", f"p-{children[2].pk}": "7"}

    buyer.post(reverse("basket:set_many"), {**fields, "next": parent.get_absolute_url()})

    lines = apps.get_model("basket", "Line").objects
    quantities = dict(lines.values_list("product_id", "quantity"))
    assert quantities == {children[0].pk: Decimal(5), children[2].pk: Decimal(7)}


def test_the_clerks_card_has_no_price(world, client):
    client.force_login(world.people["clerk"])

    page = client.get(world.products["cable"].get_absolute_url()).content.decode()

    assert "70<span" not in page
    assert "101,36" not in page
    assert 'class="pricing"' not in page or "grand" not in page
    assert reverse("basket:set") not in page


def test_texts_of_1c_are_escaped(world, buyer):
    product = world.products["cable"]
    product.description = "<p>Кабель</p><script>alert(1)</script><img src=x onerror=alert(2)>"
    product.title = "<b onmouseover=alert(3)>Кабель</b>"
    product.save()

    page = buyer.get(product.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b onmouseover" not in page


@pytest.mark.parametrize(
    "query", ["quantity=%01", "quantity=1e9&unit=x", "picture=99&unit=%F0", "quantity=999999999999"]
)
def test_nonsense_in_a_cards_address_is_left_out(world, buyer, query):
    response = buyer.get(f"{world.products['cable'].get_absolute_url()}?{query}")

    assert response.status_code == 200
