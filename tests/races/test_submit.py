"""One basket submitted twenty times at once, over HTTP."""

import pytest
from django.apps import apps
from django_scopes import scopes_disabled

from b2b_apps.inventory.models import StockHold
from tests.races.cast import fill, racers, statuses, stock_only
from tests.races.site import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
NUM_CLICKS, ROUNDS = 20, 10


def num_orders():
    with scopes_disabled():
        return apps.get_model("order", "Order").objects.count()


def test_twenty_submits_are_one_order_and_equal_answers(world, serve):
    lamp = world.products["lamp"]
    record = stock_only(world, lamp, 1000)

    with serve() as site, scopes_disabled():
        racer = racers(world, site, 1)[0]
        browsers = [site.buyer(racer.user) for _ in range(NUM_CLICKS)]
        for done in range(1, ROUNDS + 1):
            _basket, form = fill(racer, {lamp: 3}, world)

            answers = at_once([lambda b=browser, f=form: b.order(f) for browser in browsers])

            assert statuses(answers) == {302: NUM_CLICKS}
            assert len({answer.headers["Location"] for answer in answers}) == 1
            assert num_orders() == done

    record.refresh_from_db()
    assert record.num_allocated == 3 * ROUNDS
    assert StockHold.objects.count() == ROUNDS


def test_without_the_lock_a_second_submit_fails(world, serve):
    lamp = world.products["lamp"]
    stock_only(world, lamp, 1000)
    seen = set()

    with serve(off="basket") as site, scopes_disabled():
        racer = racers(world, site, 1)[0]
        browsers = [site.buyer(racer.user) for _ in range(NUM_CLICKS)]
        for _round in range(ROUNDS):
            _basket, form = fill(racer, {lamp: 3}, world)
            answers = at_once([lambda b=browser, f=form: b.order(f) for browser in browsers])
            seen |= statuses(answers).keys()
            if 500 in seen:
                break

    # Only the unique constraint behind the lock keeps the second order out, and rudely.
    assert 500 in seen
