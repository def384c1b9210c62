"""The last pieces, over HTTP: fifty buyers, ten pieces, fifty rounds."""

import pytest
from django.apps import apps
from django_scopes import scopes_disabled

from b2b_apps.inventory.models import StockHold
from tests.races import witness
from tests.races.cast import ROUNDS, fill, racers, statuses, stock_only
from tests.races.site import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
NUM_BUYERS, LEFT = 50, 10
TRIES = 50


def one_round(world, people, lamp, left):
    """Everybody wants one of the last; return the statuses of the answers and the balance."""
    record = stock_only(world, lamp, left)
    forms = [fill(racer, {lamp: 1}, world)[1] for racer in people]
    answers = at_once(
        [
            lambda racer=racer, form=form: racer.browser.order(form)
            for racer, form in zip(people, forms, strict=True)
        ]
    )
    record.refresh_from_db()
    return statuses(answers), record


def forget_orders():
    with scopes_disabled():
        apps.get_model("order", "Order").objects.all().delete()
        StockHold.objects.all().delete()


def test_fifty_buyers_of_the_last_ten_get_ten_in_every_round(world, watched, serve):
    lamp = world.products["lamp"]

    with serve() as site, scopes_disabled():
        people = racers(world, site, NUM_BUYERS)
        for _round in range(ROUNDS):
            answered, record = one_round(world, people, lamp, LEFT)

            assert answered == {302: LEFT, 409: NUM_BUYERS - LEFT}
            assert (record.num_in_stock, record.num_allocated) == (LEFT, LEFT)
            assert StockHold.objects.filter(released_at__isnull=True).count() == LEFT
            forget_orders()

    assert witness.faults() == []


def test_without_the_lock_the_last_ten_are_sold_to_more(world, watched, serve):
    lamp = world.products["lamp"]

    with serve(off="stock") as site, scopes_disabled():
        people = racers(world, site, NUM_BUYERS)
        for _round in range(TRIES):
            one_round(world, people, lamp, LEFT)
            forget_orders()
            if seen := witness.faults():
                break

    assert {what for what, _id, _note in seen} == {"oversold"}
