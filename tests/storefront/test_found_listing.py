"""Listings from the index: rows, filters and counts; the database alone when it is away."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from b2b_apps.assortment.models import AssortmentRule, Label
from b2b_apps.inventory.models import ExpectedReceipt
from search import current, service
from search.engines.base import EngineAwayError
from search.engines.embedded_view import View
from tests.storefront.goods import add_attribute, add_parent, add_product, section_of

PLAIN = "Поиск работает упрощённо"


@pytest.fixture
def goods(world):
    for number in range(40):
        add_product(world, number, stock=number % 3)
    add_parent(world, ["белый", "чёрный"], article="SEAL", title="Пломба")
    return world


def listing_of(buyer, name="search:search", **asked):
    response = buyer.get(reverse(name), asked)
    assert response.status_code == 200
    return response.context["listing"]


def articles(listing):
    return [row.article for row in listing.rows]


def test_a_search_is_answered_by_the_index(goods, buyer, search_index):
    search_index()

    listing = listing_of(buyer, q="ROZ00007")

    assert not listing.listed.is_plain
    assert articles(listing) == ["ROZ-00007"]
    assert listing.rows[0].price.amount == 107
    assert listing.num_all == 1


def test_pages_of_the_index_follow_one_another(goods, buyer, search_index):
    search_index()

    pages = [listing_of(buyer, "catalogue:index", all="1", page=page) for page in (1, 2, 9)]

    seen = articles(pages[0]) + articles(pages[1])
    assert len(seen) == len(set(seen)) == pages[0].page.paginator.count
    assert articles(pages[2]) == articles(pages[1])
    assert [page.page.has_next() for page in pages] == [True, False, False]


def test_letters_typed_for_digits_of_an_article_are_read_so_and_it_is_said(
    goods, buyer, search_index
):
    search_index()

    listing = listing_of(buyer, q="RОZ-OООO7")

    begun = listing_of(buyer, q="RОZ-O0OO")

    assert articles(listing) == ["ROZ-00007"]
    assert listing.listed.reading == begun.listed.reading == "typos"
    assert sorted(articles(begun)) == [f"ROZ-0000{digit}" for digit in range(10)]


def test_a_parent_has_its_variants_and_the_least_price(goods, buyer, search_index):
    search_index()

    (row,) = listing_of(buyer, q="SEAL-1").rows

    assert (row.article, row.num_variants, row.has_many_prices) == ("SEAL", 2, True)
    assert row.price.amount == 100


def test_filters_by_warehouse_and_receipt_have_counts_and_chips(goods, buyer, search_index):
    world = goods
    late = add_product(world, 90, stock=0)
    add_product(world, 91, stock=None).stockrecords.create(
        partner=world.warehouses["moscow"], partner_sku="m", num_in_stock=4, num_allocated=0
    )
    ExpectedReceipt.objects.create(
        product=late, warehouse=world.warehouses["rostov"], day="2099-01-01", quantity=5
    )
    search_index()
    moscow = world.warehouses["moscow"].pk

    both = listing_of(buyer, q="розетка")
    there = listing_of(buyer, q="розетка", wh=moscow)
    coming = listing_of(buyer, q="розетка", soon="1")

    counts = {int(value.value): value.count for value in both.facets.warehouses.values}
    assert counts[moscow] == 1
    assert articles(there) == ["ROZ-00091"]
    assert [chip.text for chip in there.facets.chips] == [world.warehouses["moscow"].name]
    assert both.facets.num_arriving == 1
    assert articles(coming) == ["ROZ-00090"]


def test_a_row_that_is_gone_since_is_left_out(goods, buyer, search_index):
    search_index()
    hidden = apps.get_model("catalogue", "Product").objects.filter(article="ROZ-00007")
    hidden.update(is_public=False)

    assert articles(listing_of(buyer, q="ROZ-00007")) == []
    assert "ROZ-00008" in articles(listing_of(buyer, q="ROZ-00008"))


def test_what_is_outside_the_assortment_is_nowhere(goods, buyer, search_index):
    world = goods
    add_attribute(world, "Цоколь", {"lamp": "E27", "cable": "нет"})
    world.products["lamp"].__class__.objects.filter(pk=world.products["lamp"].pk).update(
        brand="Тайный"
    )
    search_index()
    AssortmentRule.objects.create(
        name="h", kind="hide",
        conditions=[{"kind": "product", "values": [world.products["lamp"].pk]}],
    )  # fmt: skip

    listing = listing_of(buyer, "catalogue:index", all="1", size="100")
    page = buyer.get(reverse("catalogue:index"), {"all": "1", "size": "100"}).content.decode()

    assert not listing.listed.is_plain
    assert world.products["lamp"].article not in articles(listing)
    assert "Тайный" not in page
    assert ">E27" not in page
    assert listing_of(buyer, q=world.products["lamp"].article).num_all == 0


def test_without_the_engine_the_database_answers_and_says_so(
    goods, buyer, search_index, monkeypatch
):
    search_index()
    moscow = goods.warehouses["moscow"].pk

    def away(view, bodies):
        raise EngineAwayError("no route")

    monkeypatch.setattr(View, "search", away)
    response = buyer.get(reverse("search:search"), {"q": "ROZ00007", "wh": moscow, "sort": "new"})

    assert articles(response.context["listing"]) == ["ROZ-00007"]
    assert PLAIN in response.content.decode()
    assert response.context["listing"].facets.warehouses is None
    assert current.health.is_away


def test_when_the_engine_is_back_so_is_the_index(goods, buyer, search_index):
    assert listing_of(buyer, q="ROZ00007").listed.is_plain

    current.health._since = None
    search_index()

    assert not listing_of(buyer, q="ROZ00007").listed.is_plain


def test_the_list_without_the_index_is_bounded(goods, buyer, monkeypatch):
    from b2b_apps.storefront import candidates, plain_listing

    sql = candidates.SQL.replace(f"LIMIT {candidates.MOST_ROWS}", "LIMIT 30")
    assert sql != candidates.SQL
    monkeypatch.setattr(candidates, "SQL", sql)
    monkeypatch.setattr(plain_listing, "MOST_ROWS", 30)

    response = buyer.get(reverse("search:search"), {"q": "розетка"})

    assert response.context["listing"].num_all == 30
    assert "30 товаров" in response.content.decode()


@pytest.mark.parametrize(
    "asked", [{"q": "розетка"}, {"q": "розетка", "brand": "EKF", "stock": "1"}]
)
def test_a_hundred_rows_take_the_queries_of_twenty_four(goods, buyer, search_index, asked):
    for number in range(100, 200):
        add_product(goods, number)
    search_index()
    listing_of(buyer, **asked)
    counts = []
    for size in ("24", "100"):
        with CaptureQueriesContext(connection) as captured:
            listing = listing_of(buyer, **asked, size=size)
        assert not listing.listed.is_plain
        assert len(listing.rows) == int(size)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 15


def test_a_section_takes_fifteen_queries(goods, buyer, search_index):
    search_index()
    url = section_of(goods).get_absolute_url()
    buyer.get(url)

    with CaptureQueriesContext(connection) as captured:
        response = buyer.get(url, {"brand": "EKF"})

    assert not response.context["listing"].listed.is_plain
    assert len(captured) <= 15


def test_order_filter_and_bars_of_prices_agree_with_the_rows(goods, buyer, search_index):
    search_index()

    dear = listing_of(buyer, q="розетка", sort="-price")
    some = listing_of(buyer, q="розетка", price_from="110", price_to="112,00", sort="price")

    amounts = [row.price.amount for row in dear.rows]
    assert amounts == sorted(amounts, reverse=True)
    assert [row.price.amount for row in some.rows] == [110, 111, 112]
    assert (dear.facets.price.lowest, dear.facets.price.highest) == (100, 139)
    assert not some.listed.is_plain


def label(code, name, *conditions, **fields):
    stored = [{"kind": kind, "values": list(values)} for kind, *values in conditions]
    return Label.objects.create(code=code, name=name, conditions=stored, **fields)


def marks(listing):
    return {row.article: [mark.text for mark in row.marks] for row in listing.rows if row.marks}


def test_labels_are_worn_filtered_and_counted_without_writing_documents(goods, buyer, search_index):
    search_index()
    lamp, cable = goods.products["lamp"], goods.products["cable"]
    label("hit", "Хит", ("product", lamp.pk, cable.pk))
    label("mine", "Своё", ("brand", "ekf"), ("product", lamp.pk), look="work")
    label("fresh", "Новинка", ("product", cable.pk), newer_than_days=5)
    label("foreign", "Чужая", ("product", lamp.pk), ("counterparty", 999_999))
    label("past", "Прошлая", ("product", lamp.pk), valid_to="2020-01-01")

    every = listing_of(buyer, "catalogue:index", all="1", size="100")
    hits = listing_of(buyer, "catalogue:index", label="hit")
    page = buyer.get(lamp.get_absolute_url()).content.decode()

    assert not every.listed.is_plain
    assert marks(every)[cable.article] == ["Новинка", "Хит"]
    assert {value.text: value.count for value in every.facets.labels.values}["Хит"] == 2
    assert set(articles(hits)) == {lamp.article, cable.article}
    assert [chip.text for chip in hits.facets.chips] == ["Хит"]
    assert "Чужая" not in page + str(marks(every))
    assert ">Хит</span>" in page


def test_a_label_of_new_goods_ends_by_itself(goods, buyer, search_index):
    Product = apps.get_model("catalogue", "Product")
    old = timezone.now() - timedelta(days=9)
    Product.objects.filter(pk=goods.products["cable"].pk).update(date_created=old)
    search_index()
    label("fresh", "Новинка", newer_than_days=8)

    listing = listing_of(buyer, "catalogue:index", all="1", size="100")

    assert goods.products["cable"].article not in marks(listing)
    assert marks(listing)[goods.products["lamp"].article] == ["Новинка"]


def test_a_label_on_what_is_not_seen_is_not_counted(goods, buyer, search_index):
    search_index()
    lamp = goods.products["lamp"]
    label("hit", "Хит", ("product", lamp.pk))
    AssortmentRule.objects.create(
        name="h", kind="hide", conditions=[{"kind": "product", "values": [lamp.pk]}]
    )

    assert listing_of(buyer, "catalogue:index", all="1").facets.labels is None


def test_labels_ride_on_a_query_that_is_made_anyway(goods, buyer, search_index):
    search_index()
    listing_of(buyer, q="розетка")
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as captured:
            listing_of(buyer, q="розетка")
        counts.append(len(captured))
        label(f"l{number}", f"Метка {number}", ("brand", "EKF"))

    assert len(set(counts)) == 1


def test_a_property_of_few_goods_is_a_filter_once_it_is_opened(goods, buyer, search_index):
    rare = add_attribute(goods, "Цоколь", {"lamp": "E27"})
    search_index()

    closed = listing_of(buyer, "catalogue:index", all="1")
    opened = listing_of(buyer, "catalogue:index", all="1", more=rare.pk)

    (chip,) = [chip for chip in closed.facets.more if chip.label == "Цоколь"]
    assert chip.text == "1"
    assert chip.url == f"?all=1&more={rare.pk}"
    assert "Цоколь" not in [group.title for group in closed.facets.groups]
    (group,) = [group for group in opened.facets.groups if group.title == "Цоколь"]
    assert [(value.text, value.count) for value in group.values] == [("E27", 1)]
    assert "Цоколь" not in [chip.label for chip in opened.facets.more]


def test_the_name_of_a_property_of_hidden_goods_alone_is_not_told(goods, buyer, search_index):
    rare = add_attribute(goods, "Цоколь", {"lamp": "E27"})
    search_index()
    AssortmentRule.objects.create(
        name="h",
        kind="hide",
        conditions=[{"kind": "product", "values": [goods.products["lamp"].pk]}],
    )

    page = buyer.get(reverse("catalogue:index"), {"all": "1", "more": rare.pk}).content.decode()

    assert "Цоколь" not in page


def test_of_many_rows_the_bars_of_prices_come_after_the_page(
    goods, buyer, search_index, monkeypatch
):
    monkeypatch.setattr(service, "MOST_WITH_SPREAD", 5)
    search_index()

    page = buyer.get(reverse("catalogue:index"), {"all": "1", "brand": "EKF"})
    late = page.context["listing"].bars_url
    bars = buyer.get(reverse("catalogue:index") + late, headers={"HX-Request": "true"})

    assert page.context["listing"].facets.price is None
    assert f'hx-get="{late}"'.replace("&", "&amp;") in page.content.decode()
    assert "all=1" in late
    assert "brand=EKF" in late
    assert b"<table" not in bars.content
    spread = bars.context["listing"].facets.price
    assert (spread.lowest, spread.highest) == (100, 139)
    assert not bars.context["listing"].bars_url


def test_who_filters_or_orders_by_prices_gets_the_bars_at_once(
    goods, buyer, search_index, monkeypatch
):
    monkeypatch.setattr(service, "MOST_WITH_SPREAD", 5)
    search_index()

    by_price = listing_of(buyer, "catalogue:index", all="1", sort="price")
    within = listing_of(buyer, "catalogue:index", all="1", price_from="110")

    assert by_price.facets.price is not None
    assert within.facets.price is not None
    assert not by_price.bars_url


def test_one_row_alone_waits_for_no_prices_and_may_be_ordered_by_them(goods, buyer, search_index):
    search_index()
    article = goods.products["lamp"].article

    plain = listing_of(buyer, "search:search", q=article)
    by_price = listing_of(buyer, "search:search", q=article, sort="price")
    dearer = listing_of(buyer, "search:search", q=article, price_from="999999")

    assert plain.num_all == 1
    assert plain.facets.price is None
    assert not plain.bars_url
    assert [row.id for row in by_price.rows] == [row.id for row in plain.rows]
    assert dearer.rows == []
