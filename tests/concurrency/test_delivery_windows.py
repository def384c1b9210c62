"""The last place of a window for twenty at once, with real threads; first without the condition."""

import threading
from datetime import date, time

import pytest
from django.db.models import F
from django_scopes import scopes_disabled

from b2b_apps.delivery.errors import WindowFullError
from b2b_apps.delivery.models import DeliveryMethod, DeliveryWindow, ShipmentDelivery, WindowLoad
from b2b_apps.delivery.services import windows, windows_release, windows_take
from b2b_apps.fulfilment.models import Shipment
from tests.concurrency.test_orders import at_once
from tests.inventory.stock import order_of

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 12, 1)


def a_window(capacity):
    method = DeliveryMethod.objects.create(kind="own", name="Наша машина")
    return DeliveryWindow.objects.create(
        method=method, starts=time(9), ends=time(12), capacity=capacity
    )


def taker(window):
    def take():
        try:
            windows_take(wanted=[(window.pk, DAY)])
        except WindowFullError:
            return "full"
        return "taken"

    return take


@pytest.mark.parametrize("is_first", [True, False])
def test_the_last_place_is_taken_once_by_twenty_at_once(db, is_first):
    window = a_window(1 if is_first else 3)
    if not is_first:
        WindowLoad.objects.create(window=window, day=DAY, taken=2)

    outcomes = at_once([taker(window) for _buyer in range(20)])

    assert sorted(outcomes) == ["full"] * 19 + ["taken"]
    assert WindowLoad.objects.get().taken == window.capacity


def test_without_the_condition_the_last_place_is_sold_many_times(db, monkeypatch):
    window = a_window(1)
    gate = threading.Barrier(20)

    def read_then_write(window_id, day, places):
        load, _new = WindowLoad.objects.get_or_create(window_id=window_id, day=day)
        gate.wait(timeout=20)
        if load.taken + places > 1:
            return None
        WindowLoad.objects.filter(pk=load.pk).update(taken=F("taken") + places)
        return load.pk

    monkeypatch.setattr(windows, "_taken", read_then_write)
    # The row stands already: inserting it would make them wait for one another.
    WindowLoad.objects.create(window=window, day=DAY)

    outcomes = at_once([taker(window) for _buyer in range(20)])

    assert outcomes.count("taken") == 20
    assert WindowLoad.objects.get().taken == 20


def test_a_place_is_let_go_once_by_ten_that_cancel_at_once(world):
    window = a_window(5)
    loads = windows_take(wanted=[(window.pk, DAY), (window.pk, DAY)])
    with scopes_disabled():
        order = order_of(world)
        shipment = Shipment.objects.create(
            order=order, warehouse=world.warehouses["rostov"], sequence=1
        )
        ShipmentDelivery.objects.create(
            shipment=shipment, kind="own", name="x", load_id=loads[window.pk, DAY]
        )

    def cancel():
        with scopes_disabled():
            return windows_release(shipment_ids=[shipment.pk])

    outcomes = at_once([cancel for _person in range(10)])

    assert sorted(outcomes) == [0] * 9 + [1]
    assert WindowLoad.objects.get().taken == 1
