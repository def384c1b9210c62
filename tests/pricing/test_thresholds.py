"""Thresholds of a basket's sum: which is reached, what the basket costs then, what is missing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from b2b_apps.pricing.models import Price, PriceList, PriceThreshold
from b2b_apps.pricing.selectors import basket_prices
from tests.pricing.making import add_list, add_rate, add_rule
from tests.pricing.tables import table

ROWS = table("usual sum", "prices of", "next", "missing")


@pytest.fixture
def steps(world):
    """Thresholds of the buyer's price type: list A from 1000, list B from 5000, at a half and
    a third of the lamp's 62.14."""
    lamp = world.products["lamp"]
    lists = {
        "A": add_list(lamp, "31.07", name="A"),
        "B": add_list(lamp, "20.71", name="B"),
    }
    for name, minimum in [("A", 1000), ("B", 5000)]:
        PriceThreshold.objects.create(
            price_list=world.lists["dealer"], minimum_sum=minimum, target=lists[name]
        )
    return lists


def prices_of(world, contract="own", **quantities):
    named = {world.products[key].pk: Decimal(n) for key, n in quantities.items()}
    return basket_prices(context=world.context("buyer", contract), quantities=named)


def test_the_document_has_its_table():
    assert len(ROWS) == 4


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_the_table_of_the_document_holds(world, steps, row):
    Price.objects.filter(product=world.products["lamp"], price_list=world.lists["dealer"]).update(
        amount="0.01"
    )

    found = prices_of(world, lamp=Decimal(row[0]) * 100)

    assert [
        f"{found.usual_sum}",
        found.reached.target_name if found.reached else "—",
        found.next.target_name if found.next else "—",
        f"{found.missing}" if found.next else "—",
    ] == row


def test_the_target_takes_the_price_types_place_and_no_other(world, steps):
    found = prices_of(world, lamp=16, cable=1, breaker=12)

    lamp, cable, breaker = (world.products[k].pk for k in ("lamp", "cable", "breaker"))
    assert found.reached.target_name == "A"
    assert found.book[lamp].amount == Decimal("31.0700")
    assert found.book[cable].price_list_id == world.lists["own"].pk
    assert found.book[breaker].price_list_id == world.lists["dealer"].pk
    assert found.usual[lamp].amount == Decimal("62.1400")


def test_a_threshold_once_reached_is_not_undone_by_its_own_prices(world, steps):
    # 20 lamps are 1242.80 at usual prices and 621.40 at the target's.
    found = prices_of(world, lamp=20)

    assert found.reached.target_name == "A"
    assert found.book[world.products["lamp"].pk].line_at(Decimal(20)).incl_tax < 1000


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"valid_to": "2020-01-01"}, {"currency": "CNY"}, {"is_cost": True}],
)
def test_a_target_that_gives_no_prices_counts_for_nothing(world, steps, change):
    PriceList.objects.filter(pk=steps["A"].pk).update(**change)

    found = prices_of(world, lamp=20)

    assert found.reached is None
    assert found.next.target_name == "B"


def test_a_threshold_that_is_off_or_of_another_price_type_counts_for_nothing(world, steps):
    assert prices_of(world, contract="own_wholesale", lamp=100).thresholds == []
    PriceThreshold.objects.update(is_active=False)

    assert prices_of(world, lamp=100).thresholds == []


def test_the_sum_is_in_the_price_types_currency(world, steps):
    add_rate("EUR", 100)
    PriceList.objects.filter(pk=world.lists["dealer"].pk).update(currency="EUR")
    Price.objects.filter(price_list=world.lists["dealer"]).update(amount=1)

    assert prices_of(world, lamp=999).reached is None
    assert prices_of(world, lamp=1000).reached.minimum_sum == Decimal("100000.00")


def test_the_saving_of_a_promo_code_is_told(world, steps):
    add_rule(-10, promo_code="X")

    context = world.context()
    quantities = {world.products["lamp"].pk: Decimal(10)}
    plain = basket_prices(context=context, quantities=quantities)
    with_code = basket_prices(context=replace(context, promo_code="x"), quantities=quantities)

    assert (plain.promo_saving, plain.is_promo_working) == (0, False)
    assert (with_code.promo_saving, with_code.is_promo_working) == (Decimal("62.14"), True)


def test_thresholds_cost_no_query_more(world, steps, django_assert_num_queries):
    context = world.context()

    with django_assert_num_queries(3):
        found = basket_prices(context=context, quantities={world.products["lamp"].pk: Decimal(100)})
        assert found.book[world.products["lamp"].pk].amount == Decimal("20.7100")
