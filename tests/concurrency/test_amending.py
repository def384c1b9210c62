"""Races of changing orders, with real threads on PostgreSQL.

Each is first shown to happen without the lock of the order, then not with it.
"""

import threading
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django_scopes import scopes_disabled

from b2b_apps.amending import reading
from b2b_apps.amending.errors import ChangeRefusedError, OrderMovedOnError
from b2b_apps.amending.services import changing, order_change, order_withdraw
from b2b_apps.contracts.models import CreditHold
from b2b_apps.fulfilment.partly import Waybill, shipment_ship_part
from b2b_apps.fulfilment.services import shipment_cancel, shipment_ship
from tests.amending.orders import actor, asked, broken, fresh, held, lines_of, revisions
from tests.concurrency.test_orders import at_once
from tests.storefront.orders import place

pytestmark = pytest.mark.django_db(transaction=True)
BREAKER, CABLE = "MVA20-1-016-C", "VVG3X25LS"
POLITE = (ChangeRefusedError, OrderMovedOnError)


@pytest.fixture
def placed(world):
    return place(world, "buyer")


def lowering(world, order, quantities):
    """Look at a change, and return the work that makes it."""
    by, wanted = actor(world), asked(order, quantities)
    seen = order_change(order_id=order.pk, actor=by, change=wanted, is_trial=True).mark
    return lambda: order_change(order_id=order.pk, actor=by, change=wanted, seen=seen)


def polite(answers):
    return all(not isinstance(a, Exception) or isinstance(a, POLITE) for a in answers)


def test_of_two_changes_at_once_one_is_made_and_the_other_is_told(world, placed):
    works = [lowering(world, placed, {CABLE: n}) for n in (40, 50)]

    answers = at_once(works)

    assert [isinstance(a, OrderMovedOnError) for a in answers].count(True) == 1
    assert polite(answers)
    assert (fresh(placed).revision, len(revisions(placed))) == (1, 1)
    assert held(placed)[CABLE] == lines_of(placed)[CABLE].quantity
    assert broken() == []


def test_without_the_lock_two_changes_meet(world, placed, monkeypatch):
    works = [lowering(world, placed, {CABLE: n}) for n in (40, 50)]
    met = threading.Barrier(2)

    def plainly(*, order_id):
        found = apps.get_model("order", "Order").objects.get(pk=order_id)
        met.wait(timeout=10)
        return found

    monkeypatch.setattr(changing, "order_locked", plainly)
    answers = at_once(works)

    # Nobody was told that the other had been there: the database alone let one revision be.
    assert not any(isinstance(a, OrderMovedOnError) for a in answers)
    assert any(isinstance(a, Exception) and not isinstance(a, POLITE) for a in answers)


def shipping(order):
    def work():
        with scopes_disabled():
            (pk,) = order.shipments.values_list("pk", flat=True)
            return shipment_ship(shipment_id=pk)

    return work


def cancelling(order):
    def work():
        with scopes_disabled():
            (pk,) = order.shipments.values_list("pk", flat=True)
            return shipment_cancel(shipment_id=pk)

    return work


@pytest.mark.parametrize("other", [shipping, cancelling])
def test_a_change_and_1c_do_not_mix(world, placed, other):
    change = lowering(world, placed, {CABLE: 40})

    answers = at_once([change, other(placed)])

    assert polite(answers)
    order = fresh(placed)
    with scopes_disabled():
        (shipment,) = order.shipments.all()
        lines = list(order.lines.all())
    if shipment.status == "shipped":
        assert all(line.quantity_shipped == line.quantity for line in lines)
    assert sum(line.line_price_incl_tax for line in lines) == order.total_incl_tax
    assert broken() == []


def test_without_the_lock_a_line_is_changed_after_it_has_left(world, placed, monkeypatch):
    with scopes_disabled():
        # Without credit: its books would not let less be taken than has left.
        CreditHold.objects.all().delete()
    change = lowering(world, placed, {CABLE: 40})
    read, shipped = reading.order_read, threading.Event()

    def read_then_wait(order, by):
        found = read(order, by)
        shipped.wait(timeout=10)
        return found

    def plainly(*, order_id):
        return apps.get_model("order", "Order").objects.get(pk=order_id)

    def shipping_first():
        try:
            return shipping(placed)()
        finally:
            shipped.set()

    monkeypatch.setattr(changing, "order_locked", plainly)
    monkeypatch.setattr(changing, "order_read", read_then_wait)
    monkeypatch.setattr(
        reading, "shipments_locked", lambda order: list(order.shipments.select_related("warehouse"))
    )
    at_once([change, shipping_first])

    line = lines_of(placed)[CABLE]
    with scopes_disabled():
        (status,) = placed.shipments.values_list("status", flat=True)
    assert status == "shipped"
    assert line.quantity_shipped != line.quantity


@pytest.fixture
def leaving(world, placed):
    """An order of which 10 m of the cable have left, and its staff may lower the rest."""
    waybill(placed, "РТ-1", 10)()
    return placed


def waybill(order, number, metres):
    def work():
        with scopes_disabled():
            line = lines_of(order)[CABLE]
            return shipment_ship_part(
                shipment_id=line.shipment_id,
                waybill=Waybill(number),
                quantities={line.pk: Decimal(metres)},
            )

    return work


def lowering_the_rest(world, order, metres):
    by, wanted = actor(world, "manager", "staff"), asked(order, {CABLE: metres})
    seen = order_change(order_id=order.pk, actor=by, change=wanted, is_trial=True).mark
    return lambda: order_change(order_id=order.pk, actor=by, change=wanted, seen=seen)


def test_a_rest_is_not_lowered_below_what_leaves_meanwhile(world, leaving):
    change = lowering_the_rest(world, leaving, 40)

    answers = at_once([change, waybill(leaving, "РТ-2", 50)])

    assert polite(answers)
    line = lines_of(leaving)[CABLE]
    assert line.quantity_shipped <= line.quantity
    assert (int(line.quantity), int(line.quantity_shipped)) in {(100, 60), (40, 40)}
    assert broken() == []


def test_without_the_lock_a_rest_is_lowered_below_what_has_left(world, leaving, monkeypatch):
    with scopes_disabled():
        CreditHold.objects.all().delete()
    change = lowering_the_rest(world, leaving, 40)
    read, left = reading.order_read, threading.Event()

    def read_then_wait(order, by):
        found = read(order, by)
        left.wait(timeout=10)
        return found

    def plainly(*, order_id):
        return apps.get_model("order", "Order").objects.get(pk=order_id)

    def leaving_first():
        try:
            return waybill(leaving, "РТ-2", 50)()
        finally:
            left.set()

    monkeypatch.setattr(changing, "order_locked", plainly)
    monkeypatch.setattr(changing, "order_read", read_then_wait)
    monkeypatch.setattr(
        reading, "shipments_locked", lambda order: list(order.shipments.select_related("warehouse"))
    )
    at_once([change, leaving_first])

    line = lines_of(leaving)[CABLE]
    assert (int(line.quantity), int(line.quantity_shipped)) == (40, 60)


def test_of_six_withdrawals_one_frees(world, placed):
    by = actor(world)
    works = [lambda: order_withdraw(order_id=placed.pk, actor=by, revision=0)] * 6

    answers = at_once(works)

    assert polite(answers)
    assert sum(not isinstance(a, Exception) for a in answers) == 1
    records = apps.get_model("partner", "StockRecord").objects.filter(num_allocated__gt=0)
    assert (fresh(placed).status, records.count()) == ("cancelled", 0)
    assert broken() == []


def test_two_orders_that_grow_by_the_last_goods(world):
    """Two orders ask more of the same balance: one gets it, neither more than there is."""
    orders = [place(world, "buyer"), place(world, "head")]
    record = apps.get_model("partner", "StockRecord").objects.get(
        product=world.products["cable"], partner=world.warehouses["rostov"]
    )
    record.num_in_stock = Decimal(260)
    record.save()
    works = []
    for order, person in zip(orders, ["buyer", "head"], strict=True):
        by, wanted = actor(world, person), asked(order, {CABLE: 150})
        seen = order_change(order_id=order.pk, actor=by, change=wanted, is_trial=True).mark
        works.append(
            lambda o=order, b=by, w=wanted, s=seen: order_change(
                order_id=o.pk, actor=b, change=w, seen=s
            )
        )

    answers = at_once(works)

    assert polite(answers)
    assert sum(isinstance(a, ChangeRefusedError) for a in answers) == 1
    record.refresh_from_db()
    assert record.num_allocated == 250
    assert broken() == []
    connection.close()
