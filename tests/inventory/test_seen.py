"""What of stock is shown to whom: the most particular policy, words and their bounds."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from b2b_apps.contracts.context import trade_options_for
from b2b_apps.inventory.models import StockPolicy
from b2b_apps.inventory.seen import SeenStock, seen_stock, stock_rank

D = Decimal


def policy(world, region=None, role="", precision="exact", warehouses=(), **bounds):
    made = StockPolicy.objects.create(
        region=world.regions[region] if region else None, role=role, precision=precision, **bounds
    )
    made.warehouses.set([world.warehouses[key] for key in warehouses])


def test_without_any_policy_all_warehouses_and_figures_are_seen(world):
    context = world.context()

    assert (context.stock_precision, context.stock_few_below) == ("exact", 20)
    assert context.warehouse_ids == (
        world.warehouses["rostov"].pk,
        world.warehouses["moscow"].pk,
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(None, "", "words")], "words"),
        ([(None, "", "words"), (None, "buyer", "presence")], "presence"),
        ([("rostov", "", "words"), (None, "buyer", "presence")], "words"),
        ([("rostov", "", "words"), ("rostov", "buyer", "presence")], "presence"),
        ([("moscow", "", "words"), ("moscow", "buyer", "presence")], "exact"),
        ([(None, "head", "words")], "exact"),
    ],
)
def test_the_most_particular_policy_holds(world, rows, expected):
    for region, role, precision in rows:
        policy(world, region, role, precision)

    assert world.context().stock_precision == expected


def test_a_policy_goes_with_the_region_that_is_chosen_and_says_its_bounds(world):
    policy(world, "moscow", precision="words", few_below=5, many_from=D("50.5"))

    options = trade_options_for(
        user_id=world.people["buyer"].pk, region_id=world.regions["moscow"].pk
    )

    context = options.context
    assert (context.stock_precision, context.stock_few_below, context.stock_many_from) == (
        "words",
        5,
        D("50.5"),
    )


def test_hidden_warehouses_are_not_traded_from_but_their_region_can_still_be_chosen(world):
    policy(world, "rostov", warehouses=["rostov"])

    options = trade_options_for(user_id=world.people["buyer"].pk)

    assert options.context.warehouse_ids == (world.warehouses["rostov"].pk,)
    assert [w.pk for w in options.warehouses] == [world.warehouses["rostov"].pk]
    assert {r.pk for r in options.regions} == {r.pk for r in world.regions.values()}


def test_policies_cost_no_query_of_their_own(world):
    policy(world, "rostov", "buyer", "words", ["rostov", "moscow"])

    with CaptureQueriesContext(connection) as queries:
        world.context()

    assert len(queries) == 3


@pytest.mark.parametrize(
    ("precision", "quantity", "seen"),
    [
        ("exact", "0", SeenStock("none", D(0))),
        ("exact", "-3", SeenStock("none", D(0))),
        ("exact", "19.999", SeenStock("few", D("19.999"))),
        ("exact", "20", SeenStock("some", D(20))),
        ("exact", "100", SeenStock("many", D(100))),
        ("words", "0", SeenStock("none")),
        ("words", "0.001", SeenStock("few")),
        ("words", "99.999", SeenStock("some")),
        ("words", "100", SeenStock("many")),
        ("presence", "0", SeenStock("none")),
        ("presence", "0.001", SeenStock("some")),
        ("presence", "4127", SeenStock("some")),
    ],
)
def test_a_quantity_is_shown_as_the_policy_says(world, precision, quantity, seen):
    context = replace(world.context(), stock_precision=precision)

    assert seen_stock(context, D(quantity)) == seen
    assert bool(seen) == (D(quantity) > 0)


def test_goods_are_ordered_by_no_more_than_is_seen(world):
    quantities = [D(n) for n in (4127, 0, 7, 120, 8, 50)]

    def ranks(precision):
        context = replace(world.context(), stock_precision=precision)
        return [stock_rank(context, quantity) for quantity in quantities]

    assert ranks("exact") == quantities
    assert ranks("words") == [3, 0, 1, 3, 1, 2]
    assert ranks("presence") == [2, 0, 2, 2, 2, 2]
