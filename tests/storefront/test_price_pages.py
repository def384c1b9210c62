"""Prices on the buyer's pages: listings agree with their rows, steps add up, no price has words."""

from decimal import Decimal

import pytest
from django.urls import reverse

from b2b_apps.contracts.context import trade_options_for
from b2b_apps.pricing.models import Price, PriceList, PriceRule
from b2b_apps.storefront.candidates import Source
from b2b_apps.storefront.listing import listing_for
from b2b_apps.storefront.listing_query import ListingQuery
from tests.pricing.making import add_list, add_rate, add_rule
from tests.storefront.goods import add_parent, add_product, section_of


@pytest.fixture
def varied(world):
    """Goods priced in every way: by rules, in euros, from a base, in packs, agreed, by region."""
    goods = [add_product(world, number, price=Decimal(100 + number)) for number in range(12)]
    dealer = world.lists["dealer"]
    add_rate("EUR", "97.1234")
    for place, product in enumerate(goods):
        if place % 3 == 0:
            Price.objects.filter(price_list=dealer, product=product).delete()
    euro = PriceList.objects.create(name="Евро", currency="EUR", includes_vat=False)
    for product in goods[:6:3]:
        Price.objects.create(price_list=euro, product=product, amount="1.5")
    PriceList.objects.filter(pk=dealer.pk).update(base=euro, base_percent="-7.5")
    add_list(goods[6], "81.5", kind="regional", region=world.regions["rostov"])
    add_list(goods[9], "300", kind="fallback")
    dealer.prices.create(product=goods[1], minimum_quantity=10, amount=50)
    dealer.prices.create(product=goods[2], pack_factor=50, amount=40)
    world.lists["own"].prices.create(product=goods[4], amount="97.7777")
    add_rule("3.3", conditions=[("brand", "EKF")], max_change=4)
    add_rule("12.5", action="fixed", conditions=[("product", goods[5].pk)], priority=200)
    add_rule(action="unavailable", conditions=[("product", goods[7].pk)])
    add_rule("-15", conditions=[("category", section_of(world).pk)], priority=300, round_to="0.5")
    add_parent(world, ["белый", "чёрный"], article="P-1")
    return goods


def listing_of(world, contract="own", **query):
    options = trade_options_for(
        user_id=world.people["buyer"].pk, contract_id=world.contracts[contract].pk
    )
    assert options is not None
    return listing_for(options=options, source=Source(), query=ListingQuery(size=100, **query))


@pytest.mark.parametrize("contract", ["own", "own_wholesale", "own_on_top"])
def test_order_filter_and_bars_agree_with_the_rows_to_the_kopeck(world, varied, contract):
    rows = listing_of(world, contract, sort="price").rows
    shown = [row.price.amount for row in rows if row.price]

    backwards = listing_of(world, contract, sort="-price").rows
    low, high = shown[3], shown[-4]
    between = listing_of(world, contract, price_from=low, price_to=high, sort="price")

    assert len(set(shown)) > 6
    assert shown == sorted(shown)
    assert [r.price.amount for r in backwards if r.price] == shown[::-1]
    assert [r.price.amount for r in between.rows] == [a for a in shown if low <= a <= high]
    assert (between.facets.price.lowest, between.facets.price.highest) == (shown[0], shown[-1])
    assert all(row.price is None for row in rows[len(shown) :])


@pytest.mark.parametrize("contract", ["own", "own_wholesale", "own_on_top"])
def test_the_steps_of_every_row_add_up_to_its_price(world, varied, contract):
    rows = [row for row in listing_of(world, contract).rows if row.price]

    for row in rows:
        assert sum(step.amount for step in row.chain) == row.price.amount
        for quantity in (Decimal(1), Decimal(10), Decimal(100)):
            steps = row.price.steps_at(quantity)
            assert sum(step.amount for step in steps) == row.price.unit_price_at(quantity)
    assert len(rows) > 10


def test_steps_are_told_in_the_buyers_words(world, buyer):
    product = world.products["cable"]
    world.lists["own"].prices.create(product=product, minimum_quantity=100, amount="60")
    world.lists["own"].prices.create(product=product, pack_factor=500, amount="55")
    add_rule(-10, name="Месяц кабеля", with_agreed=True)

    def labels(quantity):
        page = buyer.get(product.get_absolute_url(), {"quantity": quantity})
        card = page.context["card"]
        assert sum(step.amount for step in card.chain) == card.unit_price == card.shown_price
        return [step.label for step in card.chain]

    usual = ["Розница", "Дилерская, −28,6 %", "Цена по договору, −3,2 %"]
    assert labels("1") == [*usual, "Месяц кабеля, −10 %"]
    assert labels("120") == [*usual, "От 100, −14,4 %", "Месяц кабеля, −10 %"]
    assert labels("1000") == [*usual, "Упаковками по 500, −21,6 %", "Месяц кабеля, −10 %"]


def test_the_tiers_of_a_card_name_packs(world, buyer):
    product = world.products["lamp"]
    world.lists["dealer"].prices.create(product=product, pack_factor=50, amount=50)

    page = buyer.get(product.get_absolute_url(), {"quantity": "40"})

    card = page.context["card"]
    assert [(t.pack, t.is_current) for t in card.tiers] == [(0, True), (50, False)]
    assert card.next_tier == (Decimal(10), Decimal("607.00"))
    assert "упаковками по 50 шт" in page.content.decode()


def test_the_first_tier_begins_with_what_can_be_ordered(world, buyer):
    product = world.products["lamp"]
    type(product).objects.filter(pk=product.pk).update(order_multiple=12, minimum_quantity=12)
    world.lists["dealer"].prices.create(product=product, minimum_quantity=240, amount=50)

    card = buyer.get(product.get_absolute_url()).context["card"]

    assert [tier.minimum for tier in card.tiers] == [12, 240]


def test_who_asks_for_a_price_asks_for_what_can_be_ordered(world, buyer):
    lamp = world.products["lamp"]
    type(lamp).objects.filter(pk=lamp.pk).update(
        price_visibility="on_request", order_multiple=12, minimum_quantity=12
    )

    page = buyer.get(lamp.get_absolute_url()).content.decode()

    form = page.split('action="/prices/asked/new/"')[1].split("</form>")[0]
    assert 'name="quantity" inputmode="decimal" autocomplete="off" value="12"' in form


def test_a_hidden_price_sends_to_the_manager_and_promises_no_price(world, buyer):
    lamp = world.products["lamp"]
    type(lamp).objects.filter(pk=lamp.pk).update(price_visibility="hidden")

    box = buyer.get(lamp.get_absolute_url()).content.decode().split('id="order"')[-1]

    assert "спросите о нём менеджера" in box
    assert "+7 863 000-00-00" in box
    assert "Цену назначает" not in box


@pytest.mark.parametrize(
    ("availability", "listed", "told"),
    [
        ("on_request", "спросить цену", "Цена по запросу"),
        ("hidden", None, None),
        ("unavailable", "не продаётся", "Не продаётся по вашему договору"),
    ],
)
def test_a_product_without_a_price_says_why(world, buyer, availability, listed, told):
    lamp = world.products["lamp"]
    world.products["no_price"].delete()
    if availability == "unavailable":
        add_rule(action=availability, conditions=[("product", lamp.pk)])
    else:
        type(lamp).objects.filter(pk=lamp.pk).update(price_visibility=availability)

    goods = buyer.get(reverse("catalogue:index"), {"all": "1"}).content.decode()
    tiles = buyer.get(reverse("catalogue:index"), {"all": "1", "view": "tiles"}).content.decode()
    card = buyer.get(lamp.get_absolute_url()).content.decode()

    words = ("спросить цену", "по запросу", "не продаётся")
    assert [word for word in words if word in goods] == ([listed] if listed else [])
    assert [w for w in words if w in tiles.lower()] == ([listed] if listed else [])
    assert (told in card) if told else ('id="pricing"' not in card)
    assert f'name="product" value="{lamp.pk}"' not in goods + tiles
    assert f'action="{reverse("basket:set")}"' not in card


def test_characteristics_say_why_they_have_no_price(world, buyer):
    parent = add_parent(world, ["белый", "чёрный"], article="P-1")
    white, black = parent.children.order_by("pk")
    add_rule(action="unavailable", conditions=[("product", white.pk)])

    half = buyer.get(parent.get_absolute_url()).content.decode()
    add_rule(action="unavailable", conditions=[("product", black.pk)])
    none = buyer.get(parent.get_absolute_url()).content.decode()

    assert half.count("не продаётся") == 1
    assert "Не продаётся по вашему договору" in none


def test_what_changes_is_seen_at_the_next_page_view(world, buyer):
    """Nothing is reckoned beforehand or kept: a price, a rule, a rate, terms, a base."""
    lamp = world.products["lamp"]

    def seen():
        return buyer.get(lamp.get_absolute_url()).context["card"].price.amount

    prices = [seen()]
    dealer = PriceList.objects.filter(pk=world.lists["dealer"].pk)
    Price.objects.filter(product=lamp, price_list=dealer.get()).update(amount=100)
    prices.append(seen())
    add_rule(10)
    prices.append(seen())
    PriceRule.objects.update(value=20)
    prices.append(seen())
    PriceRule.objects.all().delete()
    rate = add_rate("EUR", 2)
    dealer.update(currency="EUR")
    prices.append(seen())
    type(rate).objects.update(rate=3)
    prices.append(seen())
    type(rate).objects.create(currency="EUR", rate=4, day=rate.day, source="hand")
    prices.append(seen())
    contracts = type(world.contracts["own"])._base_manager.filter(pk=world.contracts["own"].pk)
    contracts.update(rate_policy="fixed", fixed_rate=5)
    prices.append(seen())
    contracts.update(rate_markup_percent=10)
    prices.append(seen())
    contracts.update(vat_mode="none")
    prices.append(seen())
    contracts.update(price_type=world.lists["wholesale"], vat_mode="included")
    prices.append(seen())
    base = add_list(lamp, 1000, name="База")
    Price.objects.filter(product=lamp, price_list=world.lists["wholesale"]).delete()
    PriceList.objects.filter(pk=world.lists["wholesale"].pk).update(base=base, base_percent=-50)
    prices.append(seen())
    Price.objects.filter(price_list=base).update(amount=2000)
    prices.append(seen())

    assert [str(price) for price in prices] == [
        "62.1400", "100.0000", "110.0000", "120.0000", "200.0000", "300.0000", "400.0000",
        "500.0000", "550.0000", "450.8197", "74.5680", "500.0000", "1000.0000",
    ]  # fmt: skip
