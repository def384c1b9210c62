"""Quantities with a unit, «24 шт» and «2 упак», in the fields of catalogue, card and matrix."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.purchasing.services import basket_set
from b2b_apps.storefront.pack_units import counted_quantities
from tests.storefront.goods import add_parent, add_product

HTMX = {"HX-Request": "true"}


@pytest.fixture
def breaker(world):
    product = world.products["breaker"]
    product.packs.create(name="упаковка", factor=12)
    return product


def in_basket():
    lines = apps.get_model("basket", "Line").objects
    return dict(lines.values_list("product_id", "quantity"))


def put(client, product, text, **more):
    form = {"product": product.pk, "quantity": text, **more}
    return client.post(reverse("basket:set"), form, headers=HTMX)


@pytest.mark.parametrize(("text", "quantity"), [("24 шт", 24), ("2 упак.", 24), ("3уп", 36)])
def test_a_row_of_the_catalogue_takes_a_unit(breaker, buyer, text, quantity):
    answer = put(buyer, breaker, text)

    assert answer.status_code == 200
    assert in_basket() == {breaker.pk: quantity}


def test_a_unit_that_is_written_goes_before_the_one_that_the_card_counts_in(breaker, buyer):
    pack = breaker.packs.get()

    put(buyer, breaker, "36 шт", unit=str(pack.pk))

    assert in_basket() == {breaker.pk: 36}


def test_a_unit_that_the_product_has_not_is_refused_and_its_own_is_told(breaker, buyer):
    answer = put(buyer, breaker, "24 кг")

    assert answer.status_code == 422
    assert "вписано «24 кг», а считают в «шт»" in answer.content.decode()
    assert in_basket() == {}


def test_the_card_reckons_with_the_unit_that_is_written(breaker, buyer):
    def shown(**query):
        return buyer.get(breaker.get_absolute_url(), query).context["card"]

    pack = str(breaker.packs.get().pk)

    assert shown(quantity="2 упак").quantity == 24
    assert shown(quantity="36 шт", unit=pack, was=pack).num_units == 3
    assert shown(quantity="24 кг").quantity == 12


def test_cells_of_a_matrix_take_units_and_name_what_is_none(world, buyer):
    family = add_parent(world, ["белый", "синий", "чёрный"])
    first, second, third = family.children.order_by("pk")
    first.packs.create(name="коробка", factor=10)

    page = buyer.post(
        reverse("basket:set_many"),
        {
            f"p-{first.pk}": "2 кор", f"p-{second.pk}": "7 шт", f"p-{third.pk}": "5 кг",
            "next": family.get_absolute_url(),
        },
        follow=True,
    ).content.decode()  # fmt: skip

    assert in_basket() == {first.pk: 20, second.pk: 7}
    assert "вписано «5 кг», а считают в «шт»" in page
    assert 'value="5 кг"' in page


def test_an_order_in_one_step_takes_a_unit(breaker, buyer):
    buyer.post(reverse("checkout:quick_new"), {"product": breaker.pk, "quantity": "2 упак"})

    assert in_basket() == {breaker.pk: 24}


def test_what_is_not_seen_has_no_units(world, breaker, buyer):
    missing = put(buyer, type(breaker)(pk=999_999), "24 кг").content
    AssortmentRule.objects.create(
        name="x", kind="hide", conditions=[{"kind": "product", "values": [breaker.pk]}]
    )

    answers = {put(buyer, breaker, text).content for text in ("24 кг", "2 упак", "24")}

    assert answers == {missing}
    assert in_basket() == {}


def test_units_take_as_many_queries_whatever_their_number(world):
    products = [add_product(world, number) for number in range(30)]

    def queries(*some, text):
        with CaptureQueriesContext(connection) as caught:
            counted, odd = counted_quantities(
                context=context, cells={product.pk: (text, "") for product in some}
            )
        assert (len(counted), odd) == (len(some), {})
        return len(caught)

    context = world.context()

    assert queries(*products, text="5") == 0
    assert queries(products[0], text="5 шт") == queries(*products, text="5 шт") == 2


def test_who_was_slower_may_set_what_he_typed_in_the_unit_that_he_typed(world, breaker, buyer):
    def have(number):
        basket_set(context=world.context(), product_id=breaker.pk, quantity=Decimal(number))

    have(12)
    row = apps.get_model("basket", "Line").objects.get()
    have(36)

    late = buyer.post(
        reverse("basket:line", args=[row.pk]),
        {f"q-{row.pk}": "2 упак", f"was-{row.pk}": "12.000"},
        headers=HTMX,
    )

    assert late.status_code == 422
    assert "Всё равно поставить 24" in late.content.decode()
    assert in_basket() == {breaker.pk: 36}
