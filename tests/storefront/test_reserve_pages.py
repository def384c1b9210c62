"""Reserving on the card and in the basket, the page of reserves, letting go."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from b2b_apps.inventory.models import ReserveLimits, StockHold, StockPolicy
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set
from tests.inventory.stock import by_hand, record_of, stock

PAGE = reverse("storefront:reserves")


def text_of(response):
    return " ".join(response.content.decode().replace("&nbsp;", " ").replace("\xa0", " ").split())


def told(response):
    return [str(message) for message in response.context["messages"]]


def new(client, product, quantity="5", hours="24", reason="Объект 7"):
    data = {"product": product.pk, "quantity": quantity, "hours": hours, "reason": reason}
    return client.post(reverse("storefront:reserve_new"), {**data, "next": PAGE}, follow=True)


def test_a_product_is_reserved_from_its_card_and_the_card_says_so(world, buyer):
    lamp = world.products["lamp"]
    card = text_of(buyer.get(lamp.get_absolute_url()))
    assert reverse("storefront:reserve_new") in card

    page = text_of(new(buyer, lamp, "600"))

    hold = StockHold.objects.get()
    assert (hold.quantity, hold.reason, hold.contract) == (
        600,
        "Объект 7",
        world.contracts["own"],
    )
    assert "600" in page
    assert "Объект 7" in page
    after = text_of(buyer.get(lamp.get_absolute_url()))
    assert "600" in after
    assert f'href="{PAGE}"' in after


@pytest.mark.parametrize("quantity", ["", "много", "0"])
def test_no_quantity_is_no_reserve(world, buyer, quantity):
    response = new(buyer, world.products["lamp"], quantity)

    assert told(response) == [_("Enter how much to reserve: digits and a comma.")]
    assert not StockHold.objects.exists()


@pytest.mark.parametrize("hours", ["", "1", "9999", "24h"])
def test_only_the_terms_that_are_offered_are_taken(world, buyer, hours):
    response = new(buyer, world.products["lamp"], hours=hours)

    assert told(response) == [_("Choose for how long to reserve.")]
    assert not StockHold.objects.exists()


def test_where_buyers_do_not_reserve_nothing_offers_it(world, buyer):
    ReserveLimits.objects.create(pk=1, max_hours=0)

    card = text_of(buyer.get(world.products["lamp"].get_absolute_url()))
    new(buyer, world.products["lamp"])

    assert reverse("storefront:reserve_new") not in card
    assert not StockHold.objects.exists()


def test_a_limit_is_told_with_its_figure_only_to_who_sees_figures(world, buyer):
    stock(record_of(world), 700)
    plain = told(new(buyer, world.products["lamp"], "600"))
    StockPolicy.objects.create(precision="words")
    words = told(new(buyer, world.products["lamp"], "600"))

    text = _("No more than %(n)s can be reserved by hand; an order may take more.")
    assert plain == [text % {"n": "350"}]
    assert words == [_("So much of it cannot be reserved by hand; an order may take more.")]


def test_chosen_lines_of_the_basket_are_reserved(world, buyer):
    context = world.context()
    for key, quantity in [("lamp", 5), ("cable", 7), ("breaker", 9999)]:
        product = world.products[key]
        basket_set(context=context, product_id=product.pk, quantity=Decimal(quantity))
    lines = {line.product_id: line.pk for line in basket_for(context).lines.all()}
    chosen = [lines[world.products[key].pk] for key in ("lamp", "breaker")]

    response = buyer.post(
        reverse("storefront:reserve_lines"),
        {"line": chosen, "hours": "48", "reason": "x", "next": "/basket/"},
        follow=True,
    )

    hold = StockHold.objects.get()
    assert (hold.stock_record.product, hold.quantity, hold.kind) == (
        world.products["lamp"],
        5,
        "cart",
    )
    assert len(told(response)) == 2
    assert _("reserved %(n)s until %(until)s").partition("%")[0].strip() in text_of(response)


def test_the_page_lists_the_reserves_of_the_current_contract_only(world, buyer):
    with scopes_disabled():
        mine = by_hand(world, record_of(world), 5)
        by_hand(world, record_of(world), 6, contract="own_wholesale")
        by_hand(world, record_of(world), 7, contract="sister")
        by_hand(world, record_of(world), 8, hours=-1)

    response = buyer.get(PAGE)

    assert [row.hold.pk for row in response.context["rows"]] == [mine.pk]
    assert "Савельева" in text_of(response)


def test_the_page_is_as_many_queries_for_many_reserves(world, buyer):
    counts = []
    for num in (1, 12):
        with scopes_disabled():
            for _hold in range(num):
                by_hand(world, record_of(world), 1)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert buyer.get(PAGE).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 10


def test_a_reserve_is_let_go_and_put_into_the_basket(world, buyer):
    with scopes_disabled():
        first, second = by_hand(world, record_of(world), 5), by_hand(world, record_of(world), 3)

    buyer.post(reverse("storefront:reserve_let_go", args=[first.pk]))
    response = buyer.post(reverse("storefront:reserve_to_basket"), {"hold": second.pk})

    assert response["Location"] == reverse("basket:summary")
    assert [line.quantity for line in basket_for(world.context()).lines.all()] == [3]
    assert [hold.ending for hold in StockHold.objects.order_by("pk")] == ["let_go", ""]


def test_without_reserves_the_page_says_how_to_reserve(world, buyer):
    page = text_of(buyer.get(PAGE))

    assert _("Nothing is reserved under this contract") in page


def test_who_may_not_order_has_no_page_of_reserves(world, buyer):
    buyer.force_login(world.people["accountant"])

    assert buyer.get(PAGE).status_code == 403
    assert f'href="{PAGE}"' not in text_of(buyer.get(reverse("catalogue:index")))
