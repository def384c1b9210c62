"""What odd addresses tell of goods that are not the buyer's: nothing."""

import pytest
from django.urls import reverse

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.inventory.models import StockPolicy
from b2b_apps.storefront import candidates
from search import current
from search.engines.base import EngineAwayError
from tests.storefront.goods import add_attribute, add_parent, add_product, section_of


def hide(*conditions):
    stored = [{"kind": kind, "values": list(values)} for kind, *values in conditions]
    AssortmentRule.objects.create(name="Тайное", kind="hide", conditions=stored)


@pytest.fixture(params=["index", "database"])
def answering(request, search_index, monkeypatch):
    """Builds the index, or takes it away: pages have to say the same."""

    def build():
        search_index()
        if request.param == "database":

            def away():
                raise EngineAwayError

            monkeypatch.setattr(current, "live_index", away)

    return build


def test_an_attribute_of_hidden_goods_has_no_name(world, buyer, answering):
    for number in range(3):
        add_product(world, number)
    secret = add_attribute(world, "Тайный цоколь", {"lamp": "E27"})
    answering()
    address = {"all": "1", f"a_{secret.pk}": "E27"}
    assert "Тайный цоколь" in buyer.get(reverse("catalogue:index"), address).content.decode()
    hide(("product", world.products["lamp"].pk))

    page = buyer.get(reverse("catalogue:index"), address).content.decode()

    assert "Тайный цоколь" not in page


def test_a_hidden_characteristic_counts_for_nothing_in_its_row(world, buyer, answering):
    """Neither as a variant, nor in stock, nor as the price «from»."""
    seal = add_parent(world, ["белый", "чёрный"], article="SEAL", title="Пломба")
    white, _black = seal.children.order_by("pk")
    hide(("product", white.pk))
    answering()

    (row,) = buyer.get(reverse("search:search"), {"q": "SEAL"}).context["listing"].rows

    assert row.num_variants == 1
    assert row.free.figure == 50
    assert row.price.amount == 101
    assert not row.has_many_prices


def test_a_row_without_a_seen_characteristic_is_no_row(world, buyer, answering):
    seal = add_parent(world, ["белый", "чёрный"], article="SEAL", title="Пломба")
    hide(("product", *seal.children.values_list("pk", flat=True)))
    answering()

    page = buyer.get(reverse("search:search"), {"q": "SEAL"})

    assert list(page.context["listing"].rows) == []
    assert "Пломба" not in page.content.decode()
    assert buyer.get(seal.get_absolute_url()).status_code == 404


def test_of_a_hidden_characteristic_no_stock_is_suggested(world, buyer, search_index):
    seal = add_parent(world, ["белый", "чёрный"], article="SEAL", title="Пломба")
    hide(("product", seal.children.first().pk))
    search_index()

    response = buyer.get(reverse("search:suggest"), {"q": "пломба"})

    (product,) = response.context["suggestions"].products
    assert product.stock.figure == 50


def test_without_the_index_a_hidden_characteristic_is_found_and_counted_by_nothing(
    world, buyer, monkeypatch
):
    colour = add_attribute(world, "Цвет", {"lamp": "синий"})
    seal = add_parent(world, ["белый", "чёрный"], article="SEAL", title="Пломба")
    white, black = seal.children.order_by("pk")
    for product, text in ((white, "тайно-белый"), (black, "чёрный")):
        colour.productattributevalue_set.create(product=product, value_text=text)
    hide(("product", white.pk))

    def away():
        raise EngineAwayError

    monkeypatch.setattr(current, "live_index", away)

    def asked(**params):
        return buyer.get(reverse("catalogue:index"), {"all": "1", **params})

    searched = buyer.get(reverse("search:search"), {"q": white.article})
    assert searched.context["listing"].num_all == 0
    assert "тайно-белый" not in asked(**{f"a_{colour.pk}": "чёрный"}).content.decode()
    assert not asked(**{f"a_{colour.pk}": "тайно-белый"}).context["listing"].rows


ODD = [
    {"q": "(" * 10_000},
    {"q": "лампа OR 1=1 -- *?~[a TO z] /.*/ \\"},
    {"q": "\ud800лампа"},
    {"q": "a" * 5_000, "sort": "price"},
    {"all": "1", "page": "999999"},
    {"all": "1", "page": "-1", "size": "10000"},
    {"all": "1", "page": "٣", "size": "٢٤"},
    {"all": "1", "sort": "purchase"},
    {"all": "1", **{f"a_{pk}": "x" for pk in range(300)}},
    {"all": "1", "a_999999999999999999": ".*|1=.*"},
    {"all": "1", "a_0": "\ud83d", "brand": ["\udc00", ".*", "IEK|EKF"]},
    {"all": "1", "brand": [str(n) for n in range(500)]},
    {"all": "1", "wh": ["999999999999999", "0", "x"], "label": ["нет", "../..", "%"]},
    {"all": "1", "price_from": "1e9", "price_to": "NaN"},
    {"all": "1", "price_from": "999999999999.9999", "price_to": "0"},
    {"all": "1", "price_from": "0.0001", "sort": "-price"},
    {"all": "1", "home": "1", "soon": "1", "stock": "1", "sort": "-stock"},
]


@pytest.mark.parametrize("asked", ODD, ids=range(len(ODD)))
def test_odd_addresses_are_answered_and_tell_of_nothing_hidden(world, buyer, answering, asked):
    add_product(world, 7, title="Лампа тайная", article="SECRET-77", brand="Тайна", price=7777)
    add_attribute(world, "Тайный цоколь", {"lamp": "E27"})
    answering()
    hide(("brand", "тайна"))
    hide(("product", world.products["lamp"].pk))
    name = "search:search" if "q" in asked else "catalogue:index"
    asked = {key: value.encode("utf-8", "surrogatepass") if isinstance(value, str) else [
        one.encode("utf-8", "surrogatepass") for one in value
    ] for key, value in asked.items()}  # fmt: skip

    response = buyer.get(reverse(name), asked)

    page = response.content.decode()
    assert response.status_code == 200
    for told in ("SECRET-77", "тайная", "Тайна", "Тайный цоколь", "E27", "7 777", "7777"):
        assert told not in page


@pytest.mark.parametrize("kind", ["brand", "category", "product"])
def test_goods_of_others_take_no_places_in_the_bounded_list(world, buyer, monkeypatch, kind):
    others = [add_product(world, number, brand="Чужой") for number in range(12)]
    mine = [add_product(world, 100 + number) for number in range(3)]
    section = section_of(world).get_parent() or section_of(world)
    apart = section.add_child(name="Чужое", slug="others")
    for product in others:
        product.categories.set([apart])
    conditions = {"brand": ["Чужой"], "category": [apart.pk], "product": [p.pk for p in others]}
    hide((kind, *conditions[kind]))
    monkeypatch.setattr(candidates, "SQL", candidates.SQL.replace("LIMIT 5000", "LIMIT 10"))

    listing = buyer.get(reverse("search:search"), {"q": "Розетка"}).context["listing"]

    assert listing.listed.is_plain
    assert {product.pk for product in mine} <= {row.id for row in listing.rows}
    assert listing.num_all < 10


@pytest.mark.parametrize("asked", [{"sort": "price"}, {"sort": "-price"}, {"price_from": "105"}])
def test_who_sees_no_prices_finds_none_by_order_or_range(world, client, answering, asked):
    for number in range(12):
        add_product(world, number, price=200 - number)
    client.force_login(world.people["clerk"])
    answering()

    def listing(**params):
        return client.get(reverse("catalogue:index"), {"all": "1", **params}).context["listing"]

    plain, found = listing(), listing(**asked)

    assert [row.id for row in found.rows] == [row.id for row in plain.rows]
    assert found.num_all == found.page.paginator.count
    assert found.facets.price is None
    assert found.facets.chips == []


@pytest.mark.parametrize("precision", ["words", "presence"])
def test_the_order_by_stock_tells_no_more_than_words(world, buyer, answering, precision):
    for number, stock in enumerate((30, 90, 60, 40, 70)):
        add_product(world, number, title=f"Ряд {number}", stock=stock)
    StockPolicy.objects.create(precision=precision)
    answering()

    found = buyer.get(reverse("search:search"), {"q": "Ряд", "sort": "-stock"})

    titles = [row.title for row in found.context["listing"].rows]
    assert titles == [f"Ряд {number}" for number in range(5)]
