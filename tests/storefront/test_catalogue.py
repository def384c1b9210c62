"""Listings of goods: what they show, to whom, filtered and ordered how."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from b2b_apps.pricing.models import Price
from b2b_apps.pricing.selectors import prices_for
from b2b_apps.storefront.candidates import Source, candidates_for
from tests.storefront.goods import add_attribute, add_parent, add_product, section_of


def listing(client, **params):
    """The listing of all goods under these filters."""
    response = client.get(reverse("catalogue:index"), {"all": "1", **params})
    assert response.status_code == 200
    return response.context["listing"]


def articles(client, **params):
    return [row.article for row in listing(client, **params).rows]


def section_page(client, world, **params):
    section = section_of(world)
    url = reverse(
        "catalogue:category",
        kwargs={"category_slug": f"{section.get_parent().slug}/{section.slug}", "pk": section.pk},
    )
    return client.get(url, params)


def test_the_index_counts_goods_by_section(world, buyer):
    page = buyer.get(reverse("catalogue:index"))

    roots = page.context["tree"].roots
    assert [(root.name, root.num_goods) for root in roots] == [("Электрика", 3)]
    assert [(s.name, s.num_goods) for s in roots[0].children] == [("Автоматические выключатели", 3)]


def test_a_section_lists_its_goods_with_my_price_and_stock(world, buyer):
    page = section_page(buyer, world).content.decode()

    assert "Кабель ВВГнг(А)-LS 3×2,5" in page
    assert '70<span class="kop">,1234</span>' in page
    assert "4\u00a0120" in page
    assert "SCHIT-1" not in page


def test_a_wrong_slug_leads_to_the_right_address(world, buyer):
    section = section_of(world)

    response = buyer.get(f"/catalogue/category/old_{section.pk}/?stock=1")

    assert response.status_code == 301
    assert response["Location"].endswith(f"_{section.pk}/?stock=1")


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18])
def test_a_section_that_is_not_there_is_not_found(world, buyer, pk):
    assert buyer.get(f"/catalogue/category/x_{pk}/").status_code == 404


def test_a_hidden_section_and_its_goods_are_not_found(world, buyer):
    section = section_of(world)
    type(section).objects.filter(pk=section.pk).update(is_public=False)

    assert buyer.get(f"/catalogue/category/x_{section.pk}/").status_code == 404


def test_hidden_goods_are_in_no_listing(world, buyer):
    cable = world.products["cable"]
    type(cable).objects.filter(pk=cable.pk).update(is_public=False)

    assert "VVG3X25LS" not in articles(buyer)
    assert "VVG3X25LS" not in section_page(buyer, world).content.decode()


def test_filters_by_brand_stock_and_my_price(world, buyer):
    add_product(world, 1, stock=0)
    add_product(world, 2)

    assert articles(buyer, brand="EKF") == ["ROZ-00001", "ROZ-00002"]
    assert articles(buyer, brand="EKF", stock="1") == ["ROZ-00002"]
    assert articles(buyer, price_from="100", price_to="101,5") == ["ROZ-00001"]
    # The contract's own price and not the price type's decides.
    assert articles(buyer, price_from="70,12", price_to="70,13") == ["VVG3X25LS"]


def test_only_my_region(world, buyer):
    lamp = world.products["lamp"]
    lamp.stockrecords.filter(partner=world.warehouses["rostov"]).update(num_in_stock=0)

    assert "0012-LLE-A60" in articles(buyer, stock="1")
    assert "0012-LLE-A60" not in articles(buyer, home="1")


def test_values_of_one_attribute_widen_and_attributes_narrow(world, buyer):
    poles = add_attribute(world, "Полюсов", {"breaker": "1P", "cable": "2P", "lamp": "3P"})
    curve = add_attribute(world, "Кривая", {"breaker": "C", "cable": "C", "lamp": "D"})

    found = articles(buyer, **{f"a_{poles.pk}": ["1P", "3P"]})
    narrowed = articles(buyer, **{f"a_{poles.pk}": ["1P", "3P"], f"a_{curve.pk}": "C"})

    assert sorted(found) == ["0012-LLE-A60", "MVA20-1-016-C"]
    assert narrowed == ["MVA20-1-016-C"]


def test_counts_heed_every_filter_but_the_groups_own(world, buyer):
    poles = add_attribute(world, "Полюсов", {"breaker": "1P", "cable": "2P", "lamp": "3P"})
    curve = add_attribute(world, "Кривая", {"breaker": "C", "cable": "C", "lamp": "D"})

    facets = listing(buyer, **{f"a_{curve.pk}": "C"}).facets

    counts = {facet.name: {v.value: v.count for v in facet.values} for facet in facets.groups}
    assert counts[f"a_{curve.pk}"] == {"C": 2, "D": 1}
    assert counts[f"a_{poles.pk}"] == {"1P": 1, "2P": 1, "3P": 0}


def test_filters_have_what_keeps_them_as_they_are_through_an_answer(world, buyer):
    attribute = add_attribute(world, "Серия", {"breaker": "ВА47-29"})
    for number in range(20):
        attribute.productattributevalue_set.create(
            product=add_product(world, number), value_text=f"Серия {number}"
        )

    filters = section_page(buyer, world).content.decode()
    filters = filters[filters.index("<aside") : filters.index("</aside>")]

    # A choice made before the last one is answered is sent with it.
    assert 'id="filters"' in filters
    assert 'hx-sync="this:replace"' in filters
    # A group that was opened and what was typed are found again by these.
    assert f'<details class="facet__more" id="more-a_{attribute.pk}"' in filters
    assert f'id="find-a_{attribute.pk}" data-find="#list-a_{attribute.pk}"' in filters
    ids = re.findall(r' id="([^"]+)"', filters)
    assert len(ids) == len(set(ids))


def test_chips_take_one_filter_away(world, buyer):
    poles = add_attribute(world, "Полюсов", {"breaker": "1P", "cable": "2P"})

    found = listing(buyer, stock="1", brand="IEK", **{f"a_{poles.pk}": "1P"})

    assert [(chip.label, chip.text) for chip in found.facets.chips] == [
        ("Наличие", "есть"),
        ("Производитель", "IEK"),
        ("Полюсов", "1P"),
    ]
    assert found.facets.chips[1].url == f"?all=1&stock=1&a_{poles.pk}=1P"
    assert found.clear_url == "?all=1"


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("article", "0012-LLE-A60"),
        ("name", "MVA20-1-016-C"),
        ("price", "0012-LLE-A60"),
        ("-price", "MVA20-1-016-C"),
    ],
)
def test_orders(world, buyer, sort, first):
    assert articles(buyer, sort=sort)[0] == first


def test_goods_without_a_price_come_last_by_price_either_way(world, buyer):
    assert articles(buyer, sort="price")[-1] == "SCHIT-1"
    assert articles(buyer, sort="-price")[-1] == "SCHIT-1"


def test_pages_keep_filters_and_a_page_too_far_is_the_last(world, buyer):
    for number in range(30):
        add_product(world, number)

    found = listing(buyer, brand="EKF", page="2")

    assert [row.article for row in found.rows] == [f"ROZ-{n:05d}" for n in range(24, 30)]
    assert listing(buyer, brand="EKF", page="99").page.number == 2
    assert len(listing(buyer, brand="EKF", size="48").rows) == 30


def test_the_chosen_view_is_remembered(world, buyer):
    tiles = buyer.get(reverse("catalogue:index"), {"all": "1", "view": "tiles"})
    again = buyer.get(reverse("catalogue:index"), {"all": "1"})

    assert tiles.cookies["goods_view"].value == "tiles"
    assert 'class="tiles tiles--rows"' in again.content.decode()


def test_characteristics_are_one_row_with_the_lowest_price_and_all_stock(world, buyer):
    parent = add_parent(world, ["белый", "чёрный"], article="SEAL")

    row = next(row for row in listing(buyer, brand="EKF").rows)

    assert (row.id, row.num_variants, row.free.figure) == (parent.pk, 2, Decimal(100))
    assert (row.price.amount, row.has_many_prices) == (Decimal(100), True)
    assert articles(buyer, brand="EKF") == ["SEAL"]


def test_a_parent_without_public_characteristics_is_not_listed(world, buyer):
    parent = add_parent(world, ["белый"])
    parent.children.update(is_public=False)

    assert articles(buyer, brand="EKF") == []


@pytest.mark.parametrize("contract", ["own", "own_wholesale", "own_on_top"])
def test_prices_of_filters_are_those_of_the_selector(world, contract):
    parent = add_parent(world, ["белый", "чёрный", "синий"])
    white, black, _blue = parent.children.order_by("pk")
    Price.objects.filter(product=black).delete()
    Price.objects.create(price_list=world.lists["dealer"], product=parent, amount=7)
    Price.objects.create(price_list=world.lists["own"], product=parent, amount=8)
    Price.objects.create(
        price_list=world.lists["dealer"], product=white, minimum_quantity=10, amount=1
    )
    Price.objects.create(
        price_list=world.lists["wholesale"], product=white, amount=9, valid_from="2020-01-01"
    )
    context = world.context("buyer", contract)

    rows, _book = candidates_for(context=context, source=Source(), home_ids=[])

    prices = prices_for(context=context, product_ids=[pk for row in rows for pk in row.sku_ids])
    for row in rows:
        mine = [prices[pk].amount for pk in row.sku_ids if pk in prices]
        assert row.price == min(mine, default=None)
    assert len(rows) == 5


def test_switching_the_contract_reprices_the_listing(world, buyer):
    before = {row.article: row.price.amount for row in listing(buyer).rows if row.price}
    buyer.post(
        reverse("storefront:contract_switch"), {"contract": world.contracts["own_wholesale"].pk}
    )

    after = {row.article: row.price.amount for row in listing(buyer).rows if row.price}

    assert before["MVA20-1-016-C"] == Decimal("132.4800")
    assert after["MVA20-1-016-C"] == Decimal("158.9760")
    assert after["VVG3X25LS"] == Decimal("86.8860")


def test_the_price_says_why(world, buyer):
    row = next(r for r in listing(buyer).rows if r.article == "VVG3X25LS")

    assert [(step.label, step.amount) for step in row.chain] == [
        ("Розница", Decimal("101.3670")),
        ("Дилерская, −28,6 %", Decimal("-28.9620")),
        ("Цена по договору, −3,2 %", Decimal("-2.2816")),
    ]
    assert sum(step.amount for step in row.chain) == row.price.amount


def test_without_a_price_there_is_no_quantity_field(world, buyer):
    page = buyer.get(reverse("catalogue:index"), {"all": "1", "brand": ""}).content.decode()

    assert "по запросу" in page
    assert f'name="product" value="{world.products["no_price"].pk}"' not in page


def test_the_warehouse_clerk_sees_goods_without_prices_or_orders(world, client):
    client.force_login(world.people["clerk"])

    page = section_page(client, world, sort="-price", price_from="1").content.decode()
    everything = section_page(client, world).content.decode()

    assert "c-price" not in page + everything
    assert "c-retail" not in everything
    assert "70,1234" not in everything
    assert "101,367" not in everything
    assert reverse("basket:set") not in everything
    assert "VVG3X25LS" in everything


def test_the_accountant_sees_prices_but_cannot_order(world, client):
    client.force_login(world.people["accountant"])

    page = section_page(client, world).content.decode()

    assert '70<span class="kop">,1234</span>' in page
    assert reverse("basket:set") not in page


def test_no_foreign_price_or_canary_is_in_a_page(world, buyer):
    page = section_page(buyer, world, size="100").content.decode()

    assert "61,7791" not in page
    assert "61<span" not in page
    assert world.canaries["stranger"] not in page
    assert world.canaries["sister"] not in page
    assert world.canaries["own"] in page


def test_names_from_1c_are_escaped(world, buyer):
    evil = '<script>alert(1)</script>"><img src=x>'
    add_product(world, title=evil, article=evil, brand=evil)
    add_attribute(world, evil, {"breaker": evil, "cable": "b"})

    page = buyer.get(reverse("catalogue:index"), {"all": "1", "brand": evil}).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_strangers_to_the_portal_sign_in_first(world, client):
    for url in ("/catalogue/", "/catalogue/?all=1", "/search/?q=x", "/catalogue/x_1/"):
        response = client.get(url)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("customer:login"))


def test_a_person_without_a_contract_is_told_so(world, client):
    client.force_login(world.people["manager"])

    response = client.get(reverse("catalogue:index"))

    assert response.status_code == 403
    assert "Нет договора" in response.content.decode()


def test_price_validity_is_heeded_by_filters_as_by_prices(world, buyer):
    product = world.products["lamp"]
    Price.objects.filter(product=product, price_list=world.lists["dealer"]).update(
        valid_to="2020-01-01"
    )

    row = next(r for r in listing(buyer).rows if r.id == product.pk)

    assert row.price is None
    assert product.pk not in [r.id for r in listing(buyer, price_from="0").rows]


@pytest.mark.parametrize(
    "query",
    [
        "all=1&page=x&size=-1&sort=drop&view=none",
        "all=1&a_=1&a_x=1&a_999999999999999999=1&a_1=%01",
        "all=1&price_from=1e9&price_to=%D9%A1&brand=%01",
        "all=1&price_from=NaN&price_to=Infinity&stock=2&page=0",
        "all=1&" + "&".join(f"a_{n}=1" for n in range(90)),
    ],
)
def test_nonsense_in_the_address_is_left_out(world, buyer, query):
    assert buyer.get(f"/catalogue/?{query}").status_code == 200
