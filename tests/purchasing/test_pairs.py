"""Goods bought together: what is mined, of how many buyers, and that nobody is told by it."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Counterparty, Holding
from b2b_apps.purchasing.models import GoodsPair
from b2b_apps.purchasing.pairs import MIN_BUYERS, MOST_LINES, pairs_mine, together_with


@pytest.fixture(autouse=True)
def _all_companies():
    with scopes_disabled():
        yield


def buyers(world, number, **more):
    return [
        Counterparty.objects.create(name=f"Покупатель {n}", inn=f"61{n:08d}", **more)
        for n in range(number)
    ]


def order(world, counterparty, *products, **more):
    contract = world.contracts["own"]
    made = apps.get_model("order", "Order").objects.create(
        number=f"T-{apps.get_model('order', 'Order').objects.count()}",
        counterparty=counterparty, contract=contract, organization=contract.organization,
        total_incl_tax=1, total_excl_tax=1,
        **{"date_placed": timezone.now(), "status": "placed", **more},
    )  # fmt: skip
    line = apps.get_model("order", "Line")
    for position, product in enumerate(products):
        line.objects.create(
            order=made, product=product, title="т", position=position, quantity=1, partner_sku="т",
            line_price_incl_tax=1, line_price_excl_tax=1,
            line_price_before_discounts_incl_tax=1, line_price_before_discounts_excl_tax=1,
        )  # fmt: skip
    return made


def pairs():
    rows = GoodsPair.objects.order_by("pk")
    return {(p.product_id, p.other_id): (p.num_orders, p.num_buyers) for p in rows}


def goods(world):
    return [world.products[key] for key in ("cable", "breaker", "lamp")]


def test_a_pair_is_kept_both_ways_once_enough_buyers_have_it(world):
    cable, breaker, lamp = goods(world)
    for buyer in buyers(world, MIN_BUYERS):
        order(world, buyer, cable, breaker)
    order(world, world.companies["own"], cable, lamp)

    assert pairs_mine() == 2

    assert pairs() == {
        (cable.pk, breaker.pk): (MIN_BUYERS, MIN_BUYERS),
        (breaker.pk, cable.pk): (MIN_BUYERS, MIN_BUYERS),
    }


def test_what_two_buyers_have_together_however_often_is_not_told(world):
    cable, breaker, _lamp = goods(world)
    for buyer in buyers(world, MIN_BUYERS - 1):
        for _time in range(20):
            order(world, buyer, cable, breaker)

    assert pairs_mine() == 0


def test_companies_of_one_holding_are_one_buyer(world):
    cable, breaker, _lamp = goods(world)
    holding = Holding.objects.create(name="Холдинг")
    for buyer in buyers(world, 10, holding=holding):
        order(world, buyer, cable, breaker)

    assert pairs_mine() == 0


@pytest.mark.parametrize(
    "more", [{"status": "cancelled"}, {"date_placed": timezone.now() - timedelta(days=400)}]
)
def test_cancelled_and_old_orders_do_not_count(world, more):
    cable, breaker, _lamp = goods(world)
    for buyer in buyers(world, MIN_BUYERS):
        order(world, buyer, cable, breaker, **more)

    assert pairs_mine() == 0


def test_a_long_order_says_nothing_of_what_goes_together(world):
    cable, breaker, _lamp = goods(world)
    model = apps.get_model("catalogue", "Product")
    many = [
        model.objects.create(
            title=f"т{n}", article=f"LONG-{n}", product_class=cable.product_class,
            slug=f"long-{n}", code=f"long-{n}",
        )
        for n in range(MOST_LINES)
    ]  # fmt: skip
    for buyer in buyers(world, MIN_BUYERS):
        order(world, buyer, cable, breaker, *many)

    assert pairs_mine() == 0


def test_mined_again_it_is_what_orders_say_by_then(world):
    cable, breaker, _lamp = goods(world)
    made = [order(world, buyer, cable, breaker) for buyer in buyers(world, MIN_BUYERS)]
    assert pairs_mine() == pairs_mine() == 2

    made[0].__class__.objects.filter(pk=made[0].pk).update(status="cancelled")

    assert pairs_mine() == 0


def test_accessories_come_first_and_nothing_that_was_asked_for(world):
    cable, breaker, lamp = goods(world)
    for buyer in buyers(world, MIN_BUYERS):
        order(world, buyer, cable, breaker)
    pairs_mine()
    recommended = apps.get_model("catalogue", "ProductRecommendation").objects
    recommended.create(primary=cable, recommendation=lamp, ranking=1)

    found = together_with(product_ids=[cable.pk], most=5)

    assert [(f.product_id, f.is_accessory) for f in found] == [(lamp.pk, True), (breaker.pk, False)]
    assert [f.product_id for f in together_with(product_ids=[cable.pk, lamp.pk], most=5)] == [
        breaker.pk
    ]
