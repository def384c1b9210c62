"""How prices of an order came about: kept when it is placed, told to staff and buyer."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.desk.selectors.order_prices import line_prices
from b2b_apps.pricing.frozen import thawed
from b2b_apps.pricing.models import Price, PriceRule
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import basket_set
from tests.amending.orders import change
from tests.storefront.orders import place

BREAKER = "MVA20-1-016-C"


@pytest.fixture(autouse=True)
def _no_scope():
    with scopes_disabled():
        yield


def line_of(order, article=BREAKER):
    return order.lines.get(article=article)


def rule(world, value="-3", **more):
    return PriceRule.objects.create(
        name="Скидка на автоматы", state="live", action="percent", value=value,
        conditions=[{"kind": "product", "values": [world.products["breaker"].pk]}], **more,
    )  # fmt: skip


def test_the_steps_kept_come_to_the_price_of_the_line(world):
    rule(world, round_to=Decimal("0.05"))

    order = place(world, "buyer")

    for line in order.lines.all():
        steps = thawed(line.price_steps, order.price_terms)
        assert steps[-1].price == line.unit_price_incl_tax
        assert sum(step.amount for step in steps) == line.unit_price_incl_tax
    ruled = thawed(line_of(order).price_steps, order.price_terms)[-1]
    assert (ruled.kind, ruled.name, ruled.round_to) == (
        "rule", "Скидка на автоматы", Decimal("0.05"),
    )  # fmt: skip


def test_they_are_those_that_the_basket_told(world):
    rule(world)
    context = world.context()
    place(world, "buyer")

    basket_set(context=context, product_id=world.products["breaker"].pk, quantity=Decimal(24))
    sheet = basket_sheet(context=context, basket=basket_for(context))
    told = sheet.lines[0].price.steps_at(Decimal(24))

    kept = thawed(sheet.lines[0].price.frozen_at(Decimal(24)), None)

    assert [(x.kind, x.amount, x.price) for x in kept] == [
        (x.kind, x.amount, x.price) for x in told
    ]


def test_what_changes_later_changes_nothing_of_what_is_kept(world, client):
    found = rule(world)
    order = place(world, "buyer")
    was = line_of(order).price_steps
    found.delete()
    Price.objects.filter(
        price_list=world.lists["dealer"], product=world.products["breaker"]
    ).update(amount="200.00")

    [price] = line_prices(order, [line_of(order)])
    client.force_login(world.people["manager"])
    page = client.get(reverse("dashboard:order-trace", args=[order.number])).content.decode()

    assert line_of(order).price_steps == was
    assert price.today == Decimal("200.0000")
    assert price.change == price.today - line_of(order).unit_price_incl_tax
    assert "Скидка на автоматы" in page
    assert "200,00" in page


def test_the_buyer_reads_one_sentence_and_who_sees_no_prices_none(world, client):
    rule(world)
    order = place(world, "buyer")
    address = reverse("storefront:order", args=[order.number])

    client.force_login(world.people["buyer"])
    page = client.get(address).content.decode()
    client.force_login(world.people["clerk"])
    hidden = client.get(address).content.decode()

    assert "Скидка на автоматы, −3 %: " in page
    assert "Скидка на автоматы" not in hidden


def test_a_price_named_by_who_changed_the_order_has_no_steps(world, client):
    order = place(world, "buyer")
    change(world, order, {BREAKER: 12})
    kept = line_of(order).price_steps
    line = line_of(order)
    line.unit_price_incl_tax += 1
    line.price_steps = None
    line.save()
    client.force_login(world.people["manager"])

    page = client.get(reverse("dashboard:order-trace", args=[order.number])).content.decode()

    assert kept
    assert "не сохранено" in page


def test_the_page_asks_the_same_however_many_lines(world, client, django_assert_max_num_queries):
    order = place(world, "buyer")
    client.force_login(world.people["manager"])

    with django_assert_max_num_queries(31):
        client.get(reverse("dashboard:order-trace", args=[order.number]))
