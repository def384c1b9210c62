"""A change on the portal and one in 1C at the same time, with real threads on PostgreSQL.

First shown to lose one of them without the lock of the order, then not with it.
"""

import threading
from decimal import Decimal

import pytest
from django.apps import apps
from django_scopes import scopes_disabled

from b2b_apps.amending.errors import OrderMovedOnError
from b2b_apps.amending.services import Told, changing, order_follow, told
from b2b_apps.amending.told_rows import ToldGoods
from b2b_apps.fulfilment.snapshots import goods_of, packed
from tests.amending.orders import actor, asked, broken, fresh, lines_of, revisions
from tests.concurrency.test_amending import BREAKER, CABLE, lowering
from tests.concurrency.test_orders import at_once
from tests.storefront.orders import place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def placed(world):
    """An order that 1C has as it is."""
    order = place(world, "buyer")
    with scopes_disabled():
        (shipment,) = order.shipments.all()
        shipment.known_1c = packed(goods_of(order, order.lines.all()), None)
        shipment.save()
    return order


def edited(order, quantities):
    """The work of 1C's document: quantities by article, the rest as it was placed."""
    goods = [
        ToldGoods(
            quantity=Decimal(q), amount=Decimal(q) * line.unit_price_incl_tax, product=line.product
        )
        for article, line in lines_of(order).items()
        for q in [quantities.get(article, line.quantity)]
    ]
    with scopes_disabled():
        (pk,) = order.shipments.values_list("pk", flat=True)

    def work():
        with scopes_disabled():
            return order_follow(order_id=order.pk, shipment_id=pk, told=Told(goods))

    return work


def quantities(order):
    with scopes_disabled():
        return {line.article: int(line.quantity) for line in order.lines.all()}


@pytest.mark.parametrize("time", range(3))
def test_neither_the_buyers_change_nor_1cs_is_lost(world, placed, time):
    """Who comes second sees the other: 1C's is merged in, the buyer is told and looks again."""
    works = [lowering(world, placed, {CABLE: 40}), edited(placed, {BREAKER: 12})]

    answers = at_once(works)

    cable = 100 if isinstance(answers[0], OrderMovedOnError) else 40
    assert not isinstance(answers[1], Exception)
    assert quantities(placed) == {BREAKER: 12, CABLE: cable}
    assert fresh(placed).revision == len(revisions(placed)) == (1 if cable == 100 else 2)
    assert broken() == []


def test_without_the_lock_one_of_them_is_lost(world, placed, monkeypatch):
    met = threading.Barrier(2)

    def plainly(*, order_id):
        found = apps.get_model("order", "Order").objects.get(pk=order_id)
        met.wait(timeout=10)
        return found

    works = [lowering(world, placed, {CABLE: 40}), edited(placed, {BREAKER: 12})]
    monkeypatch.setattr(changing, "order_locked", plainly)
    monkeypatch.setattr(told, "order_locked", plainly)
    answers = at_once(works)

    # Both took themselves for the first: the database alone refused the second revision.
    assert not any(isinstance(a, OrderMovedOnError) for a in answers)
    assert any(isinstance(a, Exception) for a in answers)
    assert len(revisions(placed)) == 1


def test_two_documents_at_once_are_one_change(placed):
    answers = at_once([edited(placed, {CABLE: 60}), edited(placed, {CABLE: 60})])

    assert not any(isinstance(a, Exception) for a in answers)
    assert [a.revision is None for a in answers].count(True) == 1
    assert quantities(placed) == {BREAKER: 24, CABLE: 60}
    assert broken() == []


def test_a_buyer_who_looked_before_1c_changed_it_is_told(world, placed):
    by, wanted = actor(world), asked(placed, {CABLE: 40})
    seen = changing.order_change(order_id=placed.pk, actor=by, change=wanted, is_trial=True).mark
    edited(placed, {CABLE: 80})()

    with pytest.raises(OrderMovedOnError) as moved:
        changing.order_change(order_id=placed.pk, actor=by, change=wanted, seen=seen)

    assert moved.value.revision.who == "1c"
    assert quantities(placed) == {BREAKER: 24, CABLE: 80}
