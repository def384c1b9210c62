"""Hidden stock is not found out by asking for one quantity after another."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from b2b_apps.core.models import Guess
from b2b_apps.inventory.models import StockHold, StockPolicy
from b2b_apps.purchasing.errors import ProductRefusedError
from b2b_apps.purchasing.probing import MOST_REFUSALS
from b2b_apps.purchasing.selectors import basket_quantities
from b2b_apps.purchasing.services import basket_remove, basket_set, basket_set_many
from b2b_apps.sync1c.live.selectors import LivePrices
from tests.inventory.stock import record_of, stock

SET = reverse("basket:set")


@pytest.fixture
def lamp(world):
    """A product of which there is more than five refusals could tell."""
    cache.clear()
    lamp = world.products["lamp"]
    lamp.stockrecords.update(num_in_stock=0)
    stock(record_of(world, "lamp"), 413)
    return lamp


def hide(precision="words"):
    StockPolicy.objects.create(precision=precision)


def wanted(world, product, quantity):
    """Whether a quantity was taken; None if it was not looked at."""
    try:
        change = basket_set(
            context=world.context(), product_id=product.pk, quantity=Decimal(quantity)
        )
    except ProductRefusedError:
        return None
    return not change.sheet.num_blocking


def in_basket(world, product):
    context = world.context()
    return basket_quantities(context=context, product_ids=[product.pk]).get(product.pk)


def halved(world, product):
    """What is found of a figure by halving: between which quantities it lies."""
    low, high = 0, 100_000
    while high - low > 1:
        middle = (low + high) // 2
        answer = wanted(world, product, middle)
        if answer is None:
            break
        low, high = (middle, high) if answer else (low, middle)
    return low, high


def test_halving_finds_a_figure_that_is_shown_anyway(world, lamp):
    assert halved(world, lamp) == (413, 414)
    assert not Guess.objects.exists()


@pytest.mark.parametrize("precision", ["words", "presence"])
def test_halving_does_not_find_a_hidden_figure(world, lamp, precision):
    hide(precision)

    low, high = halved(world, lamp)

    assert high - low > 1000


def test_the_quantity_stays_as_it_was_whatever_is_asked_until_the_quarter_is_over(world, lamp):
    hide()
    wanted(world, lamp, 10)
    answers = [wanted(world, lamp, 5000 + number) for number in range(MOST_REFUSALS)]

    refused = [wanted(world, lamp, quantity) for quantity in (1, 400, 5000)]

    assert (answers, refused) == ([False] * MOST_REFUSALS, [None] * 3)
    assert in_basket(world, lamp) == 5000 + MOST_REFUSALS - 1
    Guess.objects.update(made_at=timezone.now() - timedelta(minutes=16))
    assert wanted(world, lamp, 400) is True


def test_taking_it_out_is_free_and_forgives_nothing(world, lamp):
    hide()
    for number in range(MOST_REFUSALS):
        wanted(world, lamp, 5000 + number)

    assert wanted(world, lamp, 0) is True

    assert in_basket(world, lamp) is None
    assert wanted(world, lamp, 10) is None
    assert wanted(world, world.products["cable"], 10) is not None


def test_a_colleague_is_not_braked(world, lamp):
    hide()
    for number in range(MOST_REFUSALS):
        wanted(world, lamp, 5000 + number)

    change = basket_set(context=world.context("head"), product_id=lamp.pk, quantity=Decimal(10))

    assert not change.sheet.num_blocking


def test_lists_count_as_single_quantities_do_and_name_what_was_not_looked_at(world, lamp, client):
    hide()
    client.force_login(world.people["buyer"])
    for number in range(MOST_REFUSALS):
        basket_set_many(context=world.context(), quantities={lamp.pk: Decimal(5000 + number)})

    change = basket_set_many(context=world.context(), quantities={lamp.pk: Decimal(10)})
    answer = client.post(SET, {"product": lamp.pk, "quantity": "10"}, HTTP_HX_REQUEST="true")

    assert [error.code for error in change.refused] == ["probed"]
    assert answer.status_code == 422
    assert "Слишком много попыток" in answer.content.decode()


def test_edits_of_other_lines_count_for_nothing(world, lamp):
    hide()
    wanted(world, lamp, 5000)
    for number in range(MOST_REFUSALS + 3):
        basket_set(
            context=world.context(),
            product_id=world.products["cable"].pk,
            quantity=Decimal(10 + number),
        )

    assert wanted(world, lamp, 100) is True


def test_reserves_are_counted_too(world, lamp, client):
    hide()
    client.force_login(world.people["buyer"])
    form = {"product": lamp.pk, "hours": "24", "reason": ""}
    # More than half of what is free is refused by the limit, more than that by the stock.
    asked = ["300", "250", "5000", "220", "210"]

    for quantity in asked:
        client.post(reverse("storefront:reserve_new"), {**form, "quantity": quantity})
    page = client.post(reverse("storefront:reserve_new"), {**form, "quantity": "10"}, follow=True)

    assert not StockHold.objects.exists()
    assert "Слишком много попыток" in page.content.decode()
    assert wanted(world, lamp, 10) is None


def test_the_brake_costs_two_queries_whatever_the_number_of_lines(world, lamp):
    def queries(quantities):
        basket_remove(context=world.context(), line_ids=[])
        context = world.context()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            basket_set_many(context=context, quantities=quantities)
        return [q["sql"] for q in captured if "core_guess" in q["sql"]]

    assert queries({lamp.pk: Decimal(5000)}) == []
    hide()
    many = {product.pk: Decimal(5000) for product in world.products.values()}

    assert len(queries({lamp.pk: Decimal(5000)})) == len(queries(many)) == 2


def test_what_1c_says_live_holds_no_figure_where_none_is_shown(world, lamp):
    hide()
    sheet = basket_set(context=world.context(), product_id=lamp.pk, quantity=Decimal(400)).sheet
    said = {
        "quantity": "400",
        "refusal": "",
        "price": f"{sheet.lines[0].unit_price:f}",
        "free": "97",
    }
    inquiry = type("Inquiry", (), {"lines": {str(lamp.pk): said}, "problem": ""})()

    (found,) = LivePrices(world.context(), sheet, inquiry).differences

    assert (found.kind, found.now, found.left.figure) == ("shortage", 0, None)
