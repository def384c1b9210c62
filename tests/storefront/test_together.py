"""The strip of the basket: what it offers, to whom, and that one click adds it once."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.purchasing.models import GoodsPair
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set
from b2b_apps.storefront.together import together_rows

STRIP = "/basket/together/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def buyer(world, client):
    """A basket with cable; breakers are often bought with it."""
    context = world.context()
    basket_set(context=context, product_id=world.products["cable"].pk, quantity=Decimal(100))
    pair(world, "breaker")
    client.force_login(world.people["buyer"])
    return client


def pair(world, other):
    GoodsPair.objects.create(
        product=world.products["cable"], other=world.products[other], num_orders=9, num_buyers=5,
        strength=0.5, mined_at=timezone.now(),
    )  # fmt: skip


def test_what_is_bought_with_the_goods_is_offered_and_one_click_adds_it_once(world, buyer):
    page = buyer.get(STRIP, **HTMX)
    (row,) = page.context["rows"]
    text = page.content.decode()
    assert row.article == "MVA20-1-016-C"
    assert "часто берут с" in text
    assert "VVG3X25LS" in text
    sent = {"product": row.product.pk, "quantity": row.quantity_field, "next": "/basket/"}

    for _click in range(2):
        answer = buyer.post("/basket/set/", sent)

    assert answer.status_code == 302
    lines = basket_for(world.context()).lines.filter(product=row.product)
    assert [line.quantity for line in lines] == [row.quantity]
    assert not buyer.get(STRIP, **HTMX).content.decode().strip()


def test_with_nothing_to_offer_there_is_no_strip(world, buyer):
    GoodsPair.objects.all().delete()

    assert buyer.get(STRIP, **HTMX).content.decode().strip() == ""
    assert buyer.get(STRIP).status_code == 200


def test_goods_that_the_buyer_does_not_see_are_not_offered(world, buyer):
    AssortmentRule.objects.create(
        name="Скрыто", kind="hide",
        conditions=[
            {"kind": "product", "values": [world.products["breaker"].pk]},
            {"kind": "counterparty", "values": [world.companies["own"].pk]},
        ],
    )  # fmt: skip

    assert list(together_rows(context=world.context())) == []


def test_goods_out_of_stock_or_switched_off_are_not_offered(world, buyer):
    records = apps.get_model("partner", "StockRecord").objects
    records.filter(product=world.products["breaker"]).update(num_in_stock=0)
    assert list(together_rows(context=world.context())) == []

    records.filter(product=world.products["breaker"]).update(num_in_stock=900)
    world.products["breaker"].__class__.objects.filter(pk=world.products["breaker"].pk).update(
        is_public=False
    )
    assert list(together_rows(context=world.context())) == []


def test_the_strip_takes_the_same_queries_whatever_it_shows(world, buyer):
    def taken():
        with CaptureQueriesContext(connection) as queries:
            rows = together_rows(context=world.context())
        return len(rows), len(queries)

    few = taken()
    pair(world, "lamp")

    more = taken()
    assert (few[0], more[0]) == (1, 2)
    assert more[1] == few[1] <= 20


def test_the_page_of_the_basket_fetches_it_and_has_a_link_without_scripts(buyer):
    text = buyer.get("/basket/").content.decode()
    assert f'hx-get="{STRIP}"' in text
    assert f'<noscript><a href="{STRIP}"' in text
