"""A family one characteristic of which this buyer does not see: nothing tells that there is one."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.inventory.models import StockHold
from b2b_apps.pricing.models import Price
from search import current, partly
from search.engines.base import EngineAwayError
from search.engines.choice import engine
from search.lookup import codes_found
from tests.storefront.goods import add_attribute, add_product

# All that only the hidden one has.
SECRETS = ("SECRET-77", "4600000000777", "C1-777", "тайный", "Тайный цоколь", "E99", "7,77")


@pytest.fixture
def family(world):
    """Three lamps of one family: the hidden one is the cheapest, the only one in Moscow and due,
    and alone has an attribute; it shares no value with the others.
    """
    parent = add_product(world, structure="parent", article="FAM", title="Фонарь", price=None)
    for number, name in enumerate(("белый", "чёрный")):
        add_product(world, number, structure="child", parent=parent, title=f"Фонарь ({name})",
                    article=f"FAM-{number}", characteristic=name, stock=0)  # fmt: skip
    hidden = add_product(world, 7, structure="child", parent=parent, title="Фонарь (тайный)",
                         article="SECRET-77", barcode="4600000000777", code_1c="C1-777",
                         characteristic="тайный", price="7.77", stock=777)  # fmt: skip
    hidden.stockrecords.create(
        partner=world.warehouses["moscow"], partner_sku="777", num_in_stock=777
    )
    hidden.receipts.create(
        warehouse=world.warehouses["rostov"], day=date(2027, 1, 15), quantity=777
    )
    colour = add_attribute(world, "Цвет корпуса", {"lamp": "чёрный"})
    secret = add_attribute(world, "Тайный цоколь", {})
    values = zip(parent.children.order_by("pk"), ("белый", "чёрный", "тайный"), strict=True)
    for product, value in values:
        colour.productattributevalue_set.create(product=product, value_text=value)
    secret.productattributevalue_set.create(product=hidden, value_text="E99")
    world.family, world.hidden, world.colour, world.secret = parent, hidden, colour, secret
    return world


@pytest.fixture(params=["index", "database"])
def asked(request, family, buyer, search_index, monkeypatch):
    """The listing of an address, with the index and without it, for a buyer who sees all or not."""
    search_index()
    if request.param == "database":

        def away():
            raise EngineAwayError

        monkeypatch.setattr(current, "live_index", away)

    def ask(name="search:search", **params):
        response = buyer.get(reverse(name), params)
        assert response.status_code == 200
        listing = response.context["listing"]
        return SimpleNamespace(
            rows=listing.rows,
            num_all=listing.num_all,
            facets=listing.facets,
            html=response.content.decode(),
        )

    return ask


def hide(family):
    stored = [{"kind": "product", "values": [family.hidden.pk]}]
    AssortmentRule.objects.create(name="x", kind="hide", conditions=stored)


def only_for_others(family):
    others = {"kind": "segment", "values": [10**6]}
    stored = [others, {"kind": "product", "values": [family.hidden.pk]}]
    AssortmentRule.objects.create(name="x", kind="reserve", conditions=stored)


def of_another_brand(family):
    apps.get_model("catalogue", "Product").objects.filter(pk=family.hidden.pk).update(
        brand="Чужая марка"
    )
    stored = [{"kind": "brand", "values": ["чужая марка"]}]
    AssortmentRule.objects.create(name="x", kind="hide", conditions=stored)


HIDING = pytest.mark.parametrize("hiding", [hide, only_for_others, of_another_brand])


@HIDING
@pytest.mark.parametrize(
    "text", ["SECRET-77", "SECRET", "4600000000777", "C1-777", "фонарь тайный"]
)
def test_it_is_found_by_nothing_that_it_alone_has(family, asked, hiding, text):
    assert asked(q=text).num_all == 1
    hiding(family)

    found = asked(q=text)

    assert family.family.pk not in [row.id for row in found.rows] or text == "фонарь тайный"
    said = found.html.replace(text, "")
    assert not [secret for secret in SECRETS if secret not in text and secret in said]


@pytest.mark.parametrize("text", ["FAM-0", "fam0", "фонарь белый", "FAM"])
def test_the_others_of_its_family_are_found_as_ever(family, asked, text):
    hide(family)

    found = asked(q=text)

    assert [row.id for row in found.rows][:1] == [family.family.pk]
    (row,) = [row for row in found.rows if row.id == family.family.pk]
    assert row.num_variants == 2
    assert row.price.amount == 100


@HIDING
def test_no_filter_counts_it(family, asked, hiding):
    before = asked("catalogue:index", all="1")
    assert "тайный" in before.html or "Цвет корпуса" in before.html
    hiding(family)

    found = asked("catalogue:index", all="1", **{f"a_{family.colour.pk}": "чёрный"})

    assert family.family.pk in [row.id for row in found.rows]
    assert not [secret for secret in SECRETS if secret in found.html]
    opened = asked("catalogue:index", all="1", more=str(family.secret.pk))
    assert not [secret for secret in SECRETS if secret in opened.html]


@pytest.mark.parametrize(
    "filters", [{"colour": "тайный"}, {"secret": "E99"}, {"stock": "1"}, {"home": "1"}]
)
def test_no_filter_is_passed_by_it(family, asked, filters):
    filters = {
        {"colour": f"a_{family.colour.pk}", "secret": f"a_{family.secret.pk}"}.get(
            name, name
        ): value
        for name, value in filters.items()
    }
    assert family.family.pk in [r.id for r in asked("catalogue:index", all="1", **filters).rows]
    hide(family)

    found = asked("catalogue:index", all="1", **filters)

    assert family.family.pk not in [row.id for row in found.rows]


def test_no_warehouse_and_no_receipt_is_its(family, buyer, search_index):
    search_index()

    def rows(**filters):
        page = buyer.get(reverse("catalogue:index"), {"all": "1", **filters})
        listing = page.context["listing"]
        wh = {value.value: value.count for value in listing.facets.warehouses.values}
        return family.family.pk in [r.id for r in listing.rows], wh, listing.facets.num_arriving

    moscow = str(family.warehouses["moscow"].pk)
    (in_moscow, counts, arriving), (is_due, *_rest) = rows(wh=moscow), rows(soon="1")
    assert in_moscow
    assert is_due
    hide(family)

    after, counts_after, arriving_after = rows(wh=moscow)

    assert not after
    assert not rows(soon="1")[0]
    assert counts_after[moscow] == counts[moscow] - 1
    assert arriving_after == arriving - 1


def test_what_the_contract_holds_of_it_is_no_stock_of_its_row(family, buyer, search_index):
    record = family.hidden.stockrecords.get(partner=family.warehouses["rostov"])
    apps.get_model("partner", "StockRecord").objects.filter(pk=record.pk).update(num_allocated=777)
    StockHold.objects.create(stock_record=record, contract=family.contracts["own"], quantity=5,
                             kind="manual", expires_at=timezone.now() + timedelta(1))  # fmt: skip
    search_index()

    def rows():
        page = buyer.get(reverse("catalogue:index"), {"all": "1", "home": "1"})
        return [row.id for row in page.context["listing"].rows]

    assert family.family.pk in rows()
    hide(family)

    assert family.family.pk not in rows()


@pytest.mark.parametrize("asking", [{"price_to": "50"}, {"price_from": "7", "price_to": "8"}])
def test_no_range_of_prices_has_it(family, asked, asking):
    assert family.family.pk in [r.id for r in asked("catalogue:index", all="1", **asking).rows]
    hide(family)

    found = asked("catalogue:index", all="1", **asking)

    assert family.family.pk not in [row.id for row in found.rows]


def test_neither_the_order_nor_the_spread_of_prices_knows_it(family, asked):
    first = asked("catalogue:index", all="1", sort="price", bars="1")
    assert first.rows[0].id == family.family.pk
    lowest = first.facets.price.lowest
    hide(family)

    found = asked("catalogue:index", all="1", sort="price", bars="1")

    priced = [row.price.amount for row in found.rows if row.price]
    assert priced == sorted(priced)
    assert found.facets.price.lowest == min(priced) > lowest


@pytest.mark.parametrize("text", ["SECRET", "460000000077", "тайны"])
def test_it_is_not_suggested(family, buyer, search_index, text):
    search_index()

    def suggested():
        response = buyer.get(reverse("search:suggest"), {"q": text})
        return response.context["suggestions"], response.content.decode()

    assert suggested()[0].total
    hide(family)

    found, page = suggested()

    assert not found.total
    assert not [secret for secret in SECRETS if secret in page]


def test_the_family_is_suggested_by_the_others(family, buyer, search_index):
    search_index()
    hide(family)

    page = buyer.get(reverse("search:suggest"), {"q": "fam-0"})

    assert [product.article for product in page.context["suggestions"].products] == ["FAM-0"]


@pytest.mark.parametrize("code", ["SECRET-77", "secret77", "4600000000777", "C1-777"])
def test_a_list_of_codes_does_not_know_it(family, search_index, code):
    search_index()
    context = family.context()
    assert codes_found([code], context=context)[code] == [family.hidden.pk]
    hide(family)

    assert codes_found([code], context=family.context())[code] == []


@pytest.mark.parametrize(
    "line", ["SECRET-77 1", "4600000000777 1", "Фонарь (тайный) 1", "SECRET-7 1"]
)
def test_quick_entry_offers_nothing_of_it(family, buyer, search_index, line):
    search_index()
    hide(family)

    buyer.post(reverse("entry:check"), {"text": line})

    page = buyer.get(reverse("entry:index")).content.decode().replace(line[:-2], "")
    assert not [secret for secret in SECRETS if secret not in line and secret in page]
    assert not apps.get_model("entry", "EntryRow").objects.filter(product=family.hidden).exists()


def test_no_page_and_no_program_shows_it(family, buyer):
    hide(family)

    card = buyer.get(family.family.get_absolute_url()).content.decode()

    assert not [secret for secret in SECRETS if secret in card]
    assert buyer.get(family.hidden.get_absolute_url()).status_code == 404
    assert buyer.get(reverse("api:price", args=[family.hidden.pk])).status_code == 404


def test_what_changes_in_the_family_is_seen_at_the_next_commit(family, buyer, search_index):
    search_index()
    hide(family)
    address = reverse("search:search")
    assert buyer.get(address, {"q": "FAM-5"}).context["listing"].num_all == 0
    add_product(family, 5, structure="child", parent=family.family, title="Фонарь (жёлтый)",
                article="FAM-5", characteristic="жёлтый")  # fmt: skip
    second = add_product(family, 6, structure="child", parent=family.family, article="HIDDEN-6")
    AssortmentRule.objects.create(
        name="y", kind="hide", conditions=[{"kind": "product", "values": [second.pk]}]
    )

    search_index()

    assert buyer.get(address, {"q": "FAM-5"}).context["listing"].num_all == 1
    assert buyer.get(address, {"q": "HIDDEN-6"}).context["listing"].num_all == 0


def test_who_sees_it_finds_it_as_ever(family, buyer, search_index):
    search_index()
    hide(family)
    buyer.get(reverse("search:search"), {"q": "SECRET-77"})
    AssortmentRule.objects.all().delete()

    found = buyer.get(reverse("search:search"), {"q": "SECRET-77"}).context["listing"]

    assert [row.id for row in found.rows] == [family.family.pk]
    assert (
        found.rows[0].price.amount
        == Price.objects.get(product=family.hidden, price_list=family.lists["dealer"]).amount
    )


def test_of_very_many_such_rows_the_rest_is_not_found(family, buyer, search_index, monkeypatch):
    search_index()
    hide(family)
    monkeypatch.setattr(partly, "MOST_ROWS", 0)

    found = buyer.get(reverse("search:search"), {"q": "FAM"}).context["listing"]

    assert family.family.pk not in [row.id for row in found.rows]
    assert engine().live()
