"""Goods on their way: in the table, in the tiles, on the card, in the basket."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from b2b_apps.inventory.models import ExpectedReceipt, StockPolicy
from b2b_apps.inventory.selectors import Receipt, receipts_for
from b2b_apps.purchasing.services import basket_set
from tests.storefront.goods import add_parent

D = Decimal


def day(days):
    return timezone.localdate() + timedelta(days=days)


def text_of(response):
    return " ".join(response.content.decode().replace("&nbsp;", " ").replace("\xa0", " ").split())


@pytest.fixture
def come(world):
    def come(product, warehouse, days, quantity, reference=""):
        ExpectedReceipt.objects.create(
            product=world.products[product] if isinstance(product, str) else product,
            warehouse=world.warehouses[warehouse],
            day=day(days),
            quantity=quantity,
            reference=reference,
        )

    return come


def test_receipts_are_summed_by_day_and_warehouse_and_past_ones_left_out(world, come):
    come("lamp", "rostov", 5, 10, "ЗП-1")
    come("lamp", "rostov", 5, 20, "ЗП-2")
    come("lamp", "moscow", 0, 7)
    come("lamp", "rostov", -1, 99)

    found = receipts_for(context=world.context(), product_ids=[world.products["lamp"].pk])

    assert found[world.products["lamp"].pk] == [
        Receipt(day(0), world.warehouses["moscow"].pk, D(7)),
        Receipt(day(5), world.warehouses["rostov"].pk, D(30)),
    ]


def test_receipts_of_warehouses_that_are_not_seen_are_not_seen(world, come):
    policy = StockPolicy.objects.create()
    policy.warehouses.set([world.warehouses["rostov"]])
    come("lamp", "moscow", 5, 10)

    assert not receipts_for(context=world.context(), product_ids=[world.products["lamp"].pk])


@pytest.mark.parametrize("num", [1, 3])
def test_receipts_are_one_query(world, come, num):
    ids = [p.pk for p in list(world.products.values())[:num]]
    context = world.context()

    with CaptureQueriesContext(connection) as queries:
        receipts_for(context=context, product_ids=ids)

    assert len(queries) == 1


def test_the_table_shows_the_next_day_and_what_comes_on_it(world, buyer, come):
    come("lamp", "rostov", 5, 6000)
    come("lamp", "moscow", 5, 1500)
    come("lamp", "rostov", 9, 1)

    page = text_of(buyer.get(reverse("search:search"), {"q": "0012"}))

    assert f"{day(5):%d.%m} <span>+7 500</span>" in page
    assert f"{day(9):%d.%m}" not in page


def test_without_receipts_there_is_no_column(world, buyer):
    page = text_of(buyer.get(reverse("search:search"), {"q": "0012"}))

    assert "c-eta" not in page


def test_a_tile_shows_the_next_day(world, buyer, come):
    come("lamp", "rostov", 5, 6000)

    page = text_of(buyer.get(reverse("search:search"), {"q": "0012", "view": "tiles"}))

    assert f"<dd>{day(5):%d.%m}</dd>" in page


def test_the_card_is_a_timetable_of_running_balances(world, buyer, come):
    come("lamp", "rostov", 3, 1000)
    come("lamp", "moscow", 7, 500)
    come("lamp", "rostov", 7, 80)

    table = buyer.get(world.products["lamp"].get_absolute_url()).context["card"].timetable

    def shown(station):
        return station and (station.arrives, station.free.figure)

    assert table.days == [day(3), day(7)]
    assert [(r.free.figure, [shown(s) for s in r.stations]) for r in table.rows] == [
        (4120, [(1000, 5120), (80, 5200)]),
        (120, [None, (500, 620)]),
    ]
    assert (table.free.figure, [t.figure for t in table.totals]) == (4240, [5240, 5820])


def test_a_heading_of_characteristics_expects_what_they_do(world, buyer, come):
    parent = add_parent(world, ["белый", "чёрный"])
    for child in parent.children.all():
        come(child, "rostov", 3, 10)

    table = buyer.get(parent.get_absolute_url()).context["card"].timetable

    assert table.rows[0].stations[0].arrives == 20


def test_a_short_line_says_what_is_there_and_what_comes(world, buyer, come):
    come("lamp", "rostov", 5, 6000)
    world.products["lamp"].stockrecords.filter(partner=world.warehouses["moscow"]).delete()
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=D(5000))

    page = text_of(buyer.get(reverse("basket:summary")))

    assert f"4 120 сейчас, 880 с {day(5):%d.%m}" in page


@pytest.mark.parametrize("precision", ["words", "presence"])
def test_where_figures_are_hidden_only_days_are_told(world, buyer, come, precision):
    StockPolicy.objects.create(precision=precision)
    come("lamp", "rostov", 5, 6137)
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=D(9000))

    pages = [
        text_of(buyer.get(reverse("search:search"), {"q": "0012"})),
        text_of(buyer.get(world.products["lamp"].get_absolute_url())),
        text_of(buyer.get(reverse("basket:summary"))),
    ]

    for page in pages:
        assert f"{day(5):%d.%m}" in page
        assert "6 137" not in page
        assert "6137" not in page
    assert "10 257" not in pages[1]
