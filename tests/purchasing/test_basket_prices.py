"""Prices of a whole basket: thresholds of its sum, promo codes, goods that may not be sold."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.pricing.models import Price, PriceRule, PriceThreshold
from b2b_apps.purchasing.errors import PromoCodeError
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import (
    OrderDetails,
    basket_promo_set,
    basket_remove,
    basket_set,
    basket_set_many,
    order_place,
)
from tests.pricing.making import add_list, add_rule
from tests.pricing.tables import table

HTMX = {"HTTP_HX_REQUEST": "true"}
USUAL, CHEAPER = Decimal("62.1400"), Decimal("50.0000")


@pytest.fixture
def threshold(world):
    """From 1000 on the dealer's prices give way to a list where the lamp is 50."""
    target = add_list(world.products["lamp"], 50, name="Опт от тысячи")
    return PriceThreshold.objects.create(
        price_list=world.lists["dealer"], minimum_sum=1000, target=target
    )


def put(world, **quantities):
    return basket_set_many(
        context=world.context(),
        quantities={world.products[key].pk: Decimal(n) for key, n in quantities.items()},
    )


def sheet_of(world):
    return basket_sheet(context=world.context(), basket=basket_for(world.context()))


def prices_in(world):
    return {line.article: line.unit_price for line in sheet_of(world).lines}


def test_a_threshold_prices_the_whole_basket_and_no_line_complains(world, threshold):
    put(world, lamp=1, cable=1)
    before = prices_in(world)

    change = put(world, breaker=12)

    assert before == {"0012-LLE-A60": USUAL, "VVG3X25LS": Decimal("70.1234")}
    assert prices_in(world) == {
        "0012-LLE-A60": CHEAPER,
        "VVG3X25LS": Decimal("70.1234"),
        "MVA20-1-016-C": Decimal("132.4800"),
    }
    assert change.is_repriced
    assert change.sheet.repriced == sheet_of(world).repriced == []
    assert basket_for(world.context()).cached_total == sheet_of(world).total_incl_tax


SHIPPED = table("lamps", "automats", "usual sum", "to pay")


@pytest.mark.parametrize("row", SHIPPED, ids=" ".join)
def test_only_what_can_leave_counts_for_a_threshold(world, threshold, row):
    lamps, automats, usual, to_pay, held_back = row
    lamp, breaker = (world.products[key] for key in ("lamp", "breaker"))
    type(breaker).objects.filter(pk=breaker.pk).update(order_multiple=12)
    for product, free in [(lamp, 40), (breaker, 500)]:
        record = apps.get_model("partner", "StockRecord").objects.filter(product=product)
        record.exclude(partner=world.warehouses["rostov"]).update(num_in_stock=0)
        record.filter(partner=world.warehouses["rostov"]).update(num_in_stock=free)
    put(world, lamp=1, breaker=12)
    lines = basket_for(world.context()).lines
    for product, number in [(lamp, lamps), (breaker, automats)]:
        line = lines.filter(product=product)
        line.update(quantity=number) if int(number) else line.delete()

    sheet = sheet_of(world)

    names = {lamp.pk: "lamps", breaker.pk: "automats"}
    assert (f"{sheet.prices.usual_sum}", f"{sheet.total_incl_tax}") == (usual, to_pay)
    assert [names[line.product.pk] for line in sheet.blocking] == (
        [] if held_back == "—" else [held_back]
    )


def test_a_threshold_lost_puts_usual_prices_back(world, threshold):
    put(world, lamp=1, breaker=12)
    breaker = basket_for(world.context()).lines.get(product=world.products["breaker"])

    change = basket_remove(context=world.context(), line_ids=[breaker.pk])

    assert change.is_repriced
    assert prices_in(world) == {"0012-LLE-A60": USUAL}
    assert sheet_of(world).repriced == []


def test_an_unaccepted_change_of_price_outlives_a_threshold(world, threshold):
    put(world, lamp=1, cable=1)
    Price.objects.filter(price_list=world.lists["own"]).update(amount=71)

    put(world, breaker=12)

    assert [line.article for line in sheet_of(world).repriced] == ["VVG3X25LS"]


def test_an_order_is_placed_at_the_thresholds_prices(world, threshold):
    put(world, lamp=1, breaker=12)
    context, sheet = world.context(), sheet_of(world)

    order = order_place(
        context=context, basket_id=sheet.id, details=OrderDetails(), offer=offer_token(sheet)
    )

    with scopes_disabled():
        assert order.lines.get(article="0012-LLE-A60").unit_price_incl_tax == CHEAPER
    assert order.total_incl_tax == Decimal("1639.76")


def test_the_rail_says_how_much_is_missing_and_then_what_is_reached(world, threshold, client):
    client.force_login(world.people["buyer"])
    put(world, lamp=1)

    before = " ".join(client.get(reverse("basket:summary")).content.decode().split())
    line = basket_for(world.context()).lines.get()
    edit = client.post(reverse("basket:line", args=[line.pk]), {f"q-{line.pk}": "20"}, **HTMX)
    after = " ".join(client.get(reverse("basket:summary")).content.decode().split())

    assert "Ещё 937,86 ₽" in before
    assert "Опт от тысячи" in before
    assert 'class="meter"' in before
    assert edit["HX-Retarget"] == "#basket"
    assert "Заказ набрал 1 000,00 ₽" in " ".join(edit.content.decode().split())
    assert "Заказ набрал 1 000,00 ₽" in after
    assert "Ещё " not in after


@pytest.mark.parametrize("num_lines", [1, 40])
def test_an_edit_that_reaches_a_threshold_costs_the_same_in_a_long_basket(
    world, threshold, num_lines
):
    products = [world.products["lamp"]]
    model = apps.get_model("catalogue", "Product")
    for number in range(num_lines):
        product = model.objects.create(
            structure="standalone",
            product_class=products[0].product_class,
            title=f"Товар {number}",
            article=f"A-{number}",
            base_unit=products[0].base_unit,
        )
        product.stockrecords.create(
            partner=world.warehouses["rostov"], partner_sku=f"a-{number}", num_in_stock=10
        )
        add_list(product, 1, kind="fallback")
        Price.objects.create(price_list=threshold.target, product=product, amount="0.5")
        products.append(product)
    basket_set_many(context=world.context(), quantities={p.pk: Decimal(1) for p in products})

    with CaptureQueriesContext(
        connection,
    ) as queries:
        change = put(world, lamp=20)

    assert change.is_repriced
    # What reaches a threshold is written, then all lines are agreed on anew.
    assert len(queries) <= 20


def test_a_promo_code_reprices_this_basket_alone(world):
    put(world, lamp=1)
    add_rule(-50, promo_code="ОСЕНЬ26")

    change = basket_promo_set(context=world.context(), code=" осень26 ")

    assert prices_in(world) == {"0012-LLE-A60": Decimal("31.0700")}
    assert change.sheet.repriced == []
    assert change.sheet.is_promo_working
    other = world.context("buyer", "own_wholesale")
    basket_set(context=other, product_id=world.products["lamp"].pk, quantity=Decimal(1))
    assert basket_for(other).promo_code == ""


def test_a_promo_code_goes_into_the_order_if_it_works(world):
    codes = []
    for state in ("live", "off"):
        put(world, lamp=1)
        PriceRule.objects.all().delete()
        rule = add_rule(-50, promo_code="ОСЕНЬ26")
        basket_promo_set(context=world.context(), code="ОСЕНЬ26")
        PriceRule.objects.filter(pk=rule.pk).update(state=state)
        sheet = sheet_of(world)
        order = order_place(
            context=world.context(), basket_id=sheet.id, details=OrderDetails(),
            offer=offer_token(sheet),
        )  # fmt: skip
        codes.append((order.promo_code, order.total_incl_tax))

    assert codes == [("ОСЕНЬ26", Decimal("31.07")), ("", Decimal("62.14"))]


def test_a_code_taken_out_puts_usual_prices_back(world):
    put(world, lamp=1)
    add_rule(-50, promo_code="X")
    basket_promo_set(context=world.context(), code="X")

    basket_promo_set(context=world.context(), code="")

    assert prices_in(world) == {"0012-LLE-A60": USUAL}
    assert sheet_of(world).repriced == []


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"promo_code": "OTHER"}, "unknown"),
        ({"promo_code": "X", "state": "draft"}, "unknown"),
        ({"promo_code": "X", "state": "off"}, "over"),
        ({"promo_code": "X", "valid_to": timezone.now() - DAY}, "over"),
        ({"promo_code": "X", "valid_from": timezone.now() + DAY}, "not_yet"),
        ({"promo_code": "X", "conditions": [("contract", 987654321)]}, "not_yours"),
    ],
)
def test_a_code_that_does_not_work_is_refused_and_changes_nothing(world, client, rule, code):
    put(world, lamp=1)
    add_rule(-50, **rule)
    client.force_login(world.people["buyer"])

    with pytest.raises(PromoCodeError) as refused:
        basket_promo_set(context=world.context(), code="x")
    page = client.post(reverse("basket:promo"), {"code": "x"})

    assert refused.value.code == code
    assert page.status_code == 422
    assert 'id="promo-error"' in page.content.decode()
    assert basket_for(world.context()).promo_code == ""
    assert prices_in(world) == {"0012-LLE-A60": USUAL}


def test_a_promo_code_is_typed_and_taken_out_in_the_rail(world, client):
    put(world, lamp=2)
    add_rule(-50, promo_code="ОСЕНЬ26")
    client.force_login(world.people["buyer"])

    def rail():
        return " ".join(client.get(reverse("basket:summary")).content.decode().split())

    empty = client.post(reverse("basket:promo"), {"code": " "})
    client.post(reverse("basket:promo"), {"code": "ОСЕНЬ26"})
    applied = rail()
    PriceRule.objects.update(state="off")
    dead = rail()
    client.post(reverse("basket:promo"), {"remove": "1"})

    assert empty.status_code == 422
    assert "дешевле на 62,14 ₽" in applied
    assert "больше не действует" in dead
    assert basket_for(world.context()).promo_code == ""


def test_a_promo_code_without_a_basket_is_not_found(world, client):
    add_rule(-50, promo_code="X")
    client.force_login(world.people["buyer"])

    assert client.post(reverse("basket:promo"), {"code": "X"}).status_code == 404


@pytest.mark.parametrize(
    ("visibility", "action", "code", "words"),
    [
        ("shown", "unavailable", "unavailable", "не продаётся по вашему договору"),
        ("shown", "on_request", "no_price", "По вашему договору у товара нет цены"),
        ("on_request", None, "no_price", "По вашему договору у товара нет цены"),
        ("hidden", None, "no_price", "По вашему договору у товара нет цены"),
    ],
)
def test_goods_without_a_price_are_refused_in_words(world, client, visibility, action, code, words):
    lamp, context = world.products["lamp"], world.context()
    put(world, lamp=1)
    type(lamp).objects.filter(pk=lamp.pk).update(price_visibility=visibility)
    if action:
        add_rule(action=action, conditions=[("product", lamp.pk)])
    client.force_login(world.people["buyer"])

    (line,) = sheet_of(world).lines
    basket_set(context=context, product_id=lamp.pk, quantity=Decimal(0))
    change = put(world, lamp=1)
    answer = client.post(reverse("basket:set"), {"product": lamp.pk, "quantity": "1"}, **HTMX)

    assert (line.price, line.problem.kind) == (None, code)
    assert [refusal.code for refusal in change.refused] == [code]
    assert answer.status_code == 422
    assert words in answer.content.decode()
