"""Twenty orders of twice the free limit, while payments come and the limit moves, over HTTP."""

from decimal import Decimal

import pytest
from django.apps import apps
from django_scopes import scopes_disabled

from b2b_apps.contracts.models import CreditAccount, CreditEntry
from b2b_apps.contracts.services import credit_limit_set
from b2b_apps.finance.services import payment_record
from b2b_apps.fulfilment.services import shipment_ship
from b2b_apps.inventory.models import StockHold
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, order_place
from tests.races import witness
from tests.races.cast import ROUNDS, fill, goods_of_plenty, racers, statuses
from tests.races.site import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
NUM_ORDERS, TRIES = 20, 50
QUANTITY = 100


def debt_of(world, racer, product):
    """Ship one order of the contract: money that payments can bring back. Return order and sum."""
    fill(racer, {product: QUANTITY}, world)
    basket = basket_for(racer.context)
    offer = offer_token(basket_sheet(context=racer.context, basket=basket))
    order = order_place(
        context=racer.context, basket_id=basket.pk, details=OrderDetails(), offer=offer
    )
    for pk in order.shipments.values_list("pk", flat=True):
        shipment_ship(shipment_id=pk)
    return order, order.total_incl_tax


def reset(world, owed, one):
    """Room for half of the orders: the debt stands, nothing is held."""
    apps.get_model("order", "Order").objects.exclude(pk=owed.pk).delete()
    StockHold.objects.exclude(order_line__order=owed).delete()
    contract = world.contracts["own"]
    account = CreditAccount.objects.get(contract=contract)
    CreditAccount.objects.filter(pk=account.pk).update(
        held=0, debt=one, limit=one * (1 + NUM_ORDERS // 2)
    )
    return contract, account


def one_round(world, people, goods, owed, one, number):
    contract, account = reset(world, owed, one)
    forms = [
        fill(racer, {product: QUANTITY}, world)[1]
        for racer, product in zip(people, goods, strict=True)
    ]
    part = one / 4

    def pay(place):
        payment_record(order_id=owed.pk, number_1c=f"P{number}-{place}", date=None, amount=part)

    def move(more):
        limit = one * (1 + NUM_ORDERS // 2)
        credit_limit_set(contract=contract, limit=limit + more)

    def in_scope(work):
        # A thread has no scope of its own.
        def run():
            with scopes_disabled():
                return work()

        return run

    orders = [
        lambda racer=racer, form=form: racer.browser.order(form)
        for racer, form in zip(people, forms, strict=True)
    ]
    moves = [lambda place=place: pay(place) for place in range(3)]
    moves += [lambda: move(one), lambda: move(-one), lambda: move(Decimal(0))]
    answers = at_once([*orders, *(in_scope(work) for work in moves)])
    assert not [a for a in answers[NUM_ORDERS:] if isinstance(a, Exception)]
    account.refresh_from_db()
    return statuses(answers[:NUM_ORDERS]), account


@pytest.fixture
def goods(world):
    """A product per buyer: on a shared one they would queue up before they come to the credit."""
    return goods_of_plenty(world, NUM_ORDERS)


def test_twenty_orders_of_twice_the_free_limit_never_go_over(world, goods, watched, serve):
    with serve() as site, scopes_disabled():
        people = racers(world, site, NUM_ORDERS)
        owed, one = debt_of(world, people[0], goods[0])
        for number in range(ROUNDS):
            answered, account = one_round(world, people, goods, owed, one, number)

            # Nine fit whatever the moves of the limit; the payments make no room for a twelfth.
            assert answered.keys() <= {302, 409}
            assert 9 <= answered[302] <= 12
            assert account.held == one * answered[302]

    assert witness.faults() == []
    assert CreditEntry.objects.filter(kind="payment").count() == 3 * ROUNDS


def test_without_the_lock_the_limit_is_broken(world, goods, watched, serve):
    with serve(off="credit") as site, scopes_disabled():
        people = racers(world, site, NUM_ORDERS)
        owed, one = debt_of(world, people[0], goods[0])
        for number in range(TRIES):
            one_round(world, people, goods, owed, one, number)
            if seen := witness.faults():
                break

    assert {what for what, _id, _note in seen} == {"overdrawn"}
