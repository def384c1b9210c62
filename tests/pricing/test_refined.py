"""Prices that 1C named live: on top of the chain, from a quantity on, for a contract and a day."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.refined import RefinedPrice, refined_prices_set
from b2b_apps.pricing.models import Price, PriceChange, PriceThreshold
from b2b_apps.pricing.price_load import PriceRow, Replaced, prices_load
from b2b_apps.pricing.prices import Tier, with_refined
from b2b_apps.pricing.selectors import basket_prices, price_trace_for
from tests.pricing.making import add_list, add_rule, book_of
from tests.pricing.tables import table

D = Decimal


def refine(world, amount, quantity=1, product="lamp", contract="own"):
    return refined_prices_set(
        context=world.context("buyer", contract),
        prices={world.products[product].pk: RefinedPrice(D(quantity), D(amount))},
    )


def price_of(world, quantity=1, product="lamp", **context):
    price = book_of(world, **context).price(world.products[product].pk)
    return price and price.unit_price_at(D(quantity))


@pytest.mark.parametrize("row", table("usual", "asked", "1C"), ids=" ".join)
def test_a_refined_price_holds_from_its_quantity_to_the_next_tier(row):
    tiers, asked, named, quantity, amount = row
    usual = [Tier(*(D(part) for part in tier.split(":"))) for tier in tiers.split(",")][::-1]

    merged = with_refined(usual, Tier(D(asked), D(named)))

    found = next((t for t in merged if t.holds_at(D(quantity))), merged[-1])
    assert found.amount == D(amount)


def test_a_refined_price_beats_contract_and_rules_and_no_rule_touches_it(world):
    add_rule(50, with_agreed=True)
    refine(world, "130.00", 12, "breaker")

    assert price_of(world, 12, "breaker") == D("130.0000")
    # Another contract of the same company, and a smaller quantity, know nothing of it.
    assert price_of(world, 12, "breaker", contract="own_wholesale") != D("130.0000")
    assert price_of(world, 11, "breaker") == D("132.4800") * D("1.5")


def test_a_refined_price_beats_the_threshold_and_the_sum_counts_it(world):
    target = add_list(world.products["lamp"], 50, name="Опт")
    PriceThreshold.objects.create(price_list=world.lists["dealer"], minimum_sum=1000, target=target)
    refine(world, "60.00", 20)

    prices = basket_prices(context=world.context(), quantities={world.products["lamp"].pk: D(20)})

    assert prices.usual_sum == D("1200.00")
    assert prices.book[world.products["lamp"].pk].unit_price_at(D(20)) == D("60.0000")


@pytest.mark.parametrize("way", ["hidden", "on_request", "unavailable"])
def test_what_may_not_be_sold_is_not_sold_at_a_refined_price_either(world, way):
    refine(world, "60.00")
    if way == "unavailable":
        add_rule(action="unavailable", value=0)
    else:
        lamp = world.products["lamp"]
        type(lamp).objects.filter(pk=lamp.pk).update(price_visibility=way)

    assert price_of(world) is None


def test_it_ends_with_the_day(world, settings):
    list_id = refine(world, "60.00")

    row = Price.objects.get(price_list_id=list_id)
    assert (row.valid_from, row.valid_to) == (timezone.localdate(), timezone.localdate())
    assert price_of(world) == D("60.0000")
    Price.objects.filter(pk=row.pk).update(
        valid_from=row.valid_from - timedelta(days=1), valid_to=row.valid_to - timedelta(days=1)
    )
    assert price_of(world) == D("62.1400")

    settings.LIVE_PRICE_DAYS = 3
    refine(world, "61.00")
    row = Price.objects.get(price_list_id=list_id)
    assert row.valid_to - row.valid_from == timedelta(days=2)


def test_a_second_refinement_replaces_the_first_and_both_are_in_the_history(world):
    list_id = refine(world, "60.00", 5)
    assert refine(world, "61.00", 10) == list_id

    assert price_of(world, 5) == D("62.1400")
    assert price_of(world, 10) == D("61.0000")
    changes = PriceChange.objects.filter(price_list_id=list_id)
    assert {(c.source, c.user_id) for c in changes} == {("live", world.people["buyer"].pk)}
    assert len(changes) == 3


def test_the_steps_add_up_and_end_with_1c(world):
    refine(world, "60.00", 10)
    price = book_of(world).price(world.products["lamp"].pk)

    steps = price.steps_at(D(10))

    assert (steps[-1].kind, steps[-1].day) == ("refined", timezone.localdate())
    assert sum(step.amount for step in steps) == price.unit_price_at(D(10)) == D("60.0000")
    assert price.is_refined_at(D(10))
    assert not price.is_refined_at(D(9))
    assert "refined" not in {step.kind for step in price.steps_at(D(9))}
    assert "refined" not in {step.kind for step in price.steps_at()}


def test_the_trace_names_it_and_says_where_it_does_not_hold(world):
    refine(world, "60.00", 10)
    lamp = world.products["lamp"].pk

    on = price_trace_for(context=world.context(), product_id=lamp, quantity=D(10))
    off = price_trace_for(context=world.context(), product_id=lamp, quantity=D(9))

    assert on.unit_price == on.entries[-1].price == D("60.0000")
    assert (on.entries[-1].kind, on.entries[-1].change) == ("refined", D("-2.1400"))
    assert (off.entries[-1].reason, off.unit_price) == ("quantity", D("62.1400"))


@pytest.mark.parametrize("mode", ["on_top", "included"])
def test_a_list_reads_as_its_contract_and_starts_anew_when_that_changes(world, mode):
    contract = world.contracts["own"]
    list_id = refine(world, "60.00")
    with scopes_disabled():
        Contract.objects.filter(pk=contract.pk).update(vat_mode=mode)

    refine(world, "70.00", product="cable")

    with scopes_disabled():
        found = Contract.objects.get(pk=contract.pk).refined_price_list
    assert (found.pk, found.includes_vat) == (list_id, mode == "included")
    assert price_of(world, product="cable") == D("70.0000")
    assert (price_of(world) == D("60.0000")) is (mode == "included")


@pytest.mark.parametrize("amount", ["62.14", "65"])
def test_the_next_price_from_1c_ends_it(world, amount):
    refine(world, "60.00")
    refine(world, "70.00", product="cable")
    lamp, dealer = world.products["lamp"], world.lists["dealer"]

    prices_load(
        rows=[PriceRow(dealer.pk, lamp.pk, D(amount))],
        source="exchange",
        replaces=Replaced([dealer.pk], [lamp.pk], undated=True, refined=True),
    )

    assert price_of(world) == D(amount)
    assert price_of(world, product="cable") == D("70.0000")


@pytest.mark.parametrize("refined", [False, True])
def test_queries_are_the_same_with_and_without(world, refined, django_assert_num_queries):
    if refined:
        refine(world, "60.00")
    context = world.context()

    with django_assert_num_queries(3):
        prices = basket_prices(
            context=context, quantities={p.pk: D(1) for p in world.products.values()}
        )
        total = prices.usual_sum

    assert total > 0
