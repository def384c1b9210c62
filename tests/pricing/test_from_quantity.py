"""Prices that were agreed from a quantity on: below it the usual chain holds."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.apps import apps
from django_scopes import scopes_disabled

from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.pricing.selectors import price_book, price_trace_for
from b2b_apps.pricing.signing import Offered, offer_mark, project_offer
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services.basket import basket_set
from tests.pricing.making import add_list, add_rule
from tests.pricing.test_asking import ask, days, sign

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def _everybody():
    with scopes_disabled():
        yield


def grant(world, product, amount, starts):
    """Put a project list before the buyer's chain."""
    made = PriceList.objects.create(kind="project", name="Спеццена")
    Price.objects.create(
        price_list=made,
        product=world.products[product],
        amount=amount,
        minimum_quantity=starts,
    )
    context = world.context()
    return replace(context, price_list_ids=(made.pk, *context.price_list_ids))


def book_of(world, context, product="lamp"):
    return price_book(context=context, product_ids=[world.products[product].pk])


def price_of(world, context, product="lamp"):
    return book_of(world, context, product).price(world.products[product].pk)


def test_a_rule_touches_what_is_usual_and_leaves_what_was_agreed(world):
    add_rule(10)
    context = grant(world, "lamp", 50, 10)

    price = price_of(world, context)

    assert [price.unit_price_at(D(n)) for n in (9, 10)] == [D("68.3540"), D(50)]
    assert (price.amount, price.price_list_name) == (D("68.3540"), "Дилерская")


def test_a_rule_that_names_the_list_touches_what_was_agreed(world):
    context = grant(world, "lamp", 50, 10)
    add_rule(10, conditions=[("price_list", context.price_list_ids[0])])

    price = price_of(world, context)

    assert [price.unit_price_at(D(n)) for n in (9, 10)] == [D("62.1400"), D("55.0000")]


@pytest.mark.parametrize("how", ["rule", "product"])
def test_on_request_hides_the_usual_price_alone(world, how):
    if how == "rule":
        add_rule(action="on_request")
    else:
        lamp = world.products["lamp"]
        lamp.price_visibility = "on_request"
        lamp.save()
    context = grant(world, "lamp", 50, 10)

    price = price_of(world, context)

    assert (price.amount, price.from_quantity) == (50, 10)


@pytest.mark.parametrize("how", ["rule", "product"])
def test_what_holds_for_everybody_hides_all(world, how):
    if how == "rule":
        add_rule(action="unavailable")
    else:
        lamp = world.products["lamp"]
        lamp.price_visibility = "hidden"
        lamp.save()
    context = grant(world, "lamp", 50, 10)

    book = book_of(world, context)

    pk = world.products["lamp"].pk
    assert book.price(pk) is None
    assert book.availability(pk) == ("unavailable" if how == "rule" else "hidden")


def test_a_threshold_of_the_sum_changes_the_usual_price_alone(world):
    cheap = add_list(world.products["lamp"], 60, name="Опт")
    context = grant(world, "lamp", 50, 10)
    pk = world.products["lamp"].pk
    book = price_book(context=context, product_ids=[pk], extra_list_ids=[cheap.pk])

    other = book.with_price_type(cheap.pk)

    assert [other[pk].unit_price_at(D(n)) for n in (9, 10)] == [60, 50]
    for quantity in (D(9), D(10)):
        assert other[pk].steps_at(quantity)[-1].price == other[pk].unit_price_at(quantity)


def test_the_trace_tells_from_which_quantity(world):
    context = grant(world, "lamp", 50, 10)
    pk = world.products["lamp"].pk

    below, above = (price_trace_for(context=context, product_id=pk, quantity=D(n)) for n in (9, 10))

    assert (below.unit_price, above.unit_price) == (D("62.14"), D(50))
    assert [entry.reason for entry in below.entries][:3] == ["quantity", "no_row", ""]
    assert [entry.reason for entry in above.entries][:3] == ["", "no_row", "stronger"]


def test_the_trace_of_fewer_than_were_agreed_has_no_price(world):
    context = grant(world, "no_price", 50, 10)

    trace = price_trace_for(
        context=context, product_id=world.products["no_price"].pk, quantity=D(9)
    )

    assert (trace.unit_price, trace.availability) == (None, "on_request")


def answered(world, product, amount, *, quantity, starts=None):
    """A question that was answered with a price."""
    project = ask(world, product, quantity=quantity)
    line = project.lines.get()
    found = {} if starts is None else {line.pk: D(starts)}
    project_offer(
        project_id=project.pk,
        offered=Offered({line.pk: D(amount)}, {}, None, days(30), found),
    )
    return sign(world, project)


@pytest.mark.parametrize(
    ("starts", "expected"), [(None, ("62.14", "50")), ("3", ("50", "50")), ("0", ("50", "50"))]
)
def test_the_answer_holds_from_what_was_asked_or_from_what_was_said(world, starts, expected):
    answered(world, "lamp", 50, quantity=10, starts=starts)

    price = price_of(world, world.context())

    assert [price.unit_price_at(D(n)) for n in (9, 10)] == [D(text) for text in expected]


def test_a_quantity_that_is_the_smallest_order_is_any(world):
    project = answered(world, "lamp", 50, quantity=1)

    assert project.price_list.prices.get().minimum_quantity == 0


def test_another_quantity_is_another_offer(world):
    project = ask(world, "lamp", quantity=10)
    line = project.lines.get()
    term = (None, days(30))
    project_offer(project_id=project.pk, offered=Offered({line.pk: D(50)}, {}, *term))
    project.refresh_from_db()
    seen = offer_mark(project)

    project_offer(
        project_id=project.pk, offered=Offered({line.pk: D(50)}, {}, *term, {line.pk: D(5)})
    )

    assert offer_mark(project) != seen


def test_the_basket_takes_no_fewer_than_were_agreed_where_nothing_else_has_a_price(world):
    product = world.products["no_price"]
    apps.get_model("partner", "StockRecord").objects.create(
        product=product, partner=world.warehouses["rostov"], partner_sku="x", num_in_stock=100
    )
    project = answered(world, "no_price", 50, quantity=10)
    context = world.context()

    change = basket_set(context=context, product_id=product.pk, quantity=D(3))

    assert [(c.asked, c.taken) for c in change.corrections] == [(3, 10)]
    basket = basket_for(context)
    basket.lines.update(quantity=3)
    [line] = basket_sheet(context=context, basket=basket).lines
    assert [(p.kind, p.now, p.take) for p in line.problems] == [("too_few", 10, 10)]
    assert project.price_list.prices.get().minimum_quantity == 10
