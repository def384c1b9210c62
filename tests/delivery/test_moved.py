"""A shipment that staff move to another day: its hours, and when it arrives."""

from datetime import timedelta

import pytest
from django_scopes import scopes_disabled

from b2b_apps.amending.services import order_change
from b2b_apps.delivery.models import CalendarDay, ShipmentDelivery, WindowLoad
from tests.amending.orders import actor, asked, change
from tests.delivery.test_orders import delivery_of, filled, place  # noqa: F401


@pytest.fixture
def order(world, methods, filled):  # noqa: F811
    """An order whose shipment has hours taken."""
    methods.window(5)
    return place(world, filled, methods.own)


def shipment_of(order):
    with scopes_disabled():
        return order.shipments.get()


def taken():
    with scopes_disabled():
        return {load.day: load.taken for load in WindowLoad.objects.all() if load.taken}


def move(world, order, day):
    by = actor(world, "manager", "staff")
    with scopes_disabled():
        change(world, order, by=by, days={shipment_of(order).pk: day})


def test_the_hours_of_the_old_day_are_free_and_the_same_of_the_new_one_taken(world, order):
    was = shipment_of(order).planned_date
    day = was + timedelta(days=7)

    move(world, order, day)

    assert taken() == {day: 1}
    assert delivery_of(order).window_text == "09:00–12:00"


@pytest.mark.parametrize("why", ["full", "holiday"])
def test_where_there_is_no_room_the_shipment_has_no_hours(world, order, why):
    day = shipment_of(order).planned_date + timedelta(days=7)
    with scopes_disabled():
        window_id = delivery_of(order).load.window_id
        if why == "full":
            WindowLoad.objects.create(window_id=window_id, day=day, taken=5)
        else:
            CalendarDay.objects.create(day=day, name="Праздник")

    move(world, order, day)

    assert taken() == ({day: 5} if why == "full" else {})
    assert (delivery_of(order).window_text, delivery_of(order).load_id) == ("", None)


def test_a_trial_of_the_move_takes_nothing(world, order):
    before, was = taken(), shipment_of(order)
    wanted = asked(order, days={was.pk: was.planned_date + timedelta(days=7)})
    with scopes_disabled():
        order_change(
            order_id=order.pk, actor=actor(world, "manager", "staff"), change=wanted, is_trial=True
        )

    assert taken() == before


def test_what_a_carrier_takes_days_for_arrives_so_much_later(world, order):
    was = shipment_of(order).planned_date
    with scopes_disabled():
        ShipmentDelivery.objects.update(arrives_from=was, arrives_to=was + timedelta(days=2))

    move(world, order, was + timedelta(days=7))

    found = delivery_of(order)
    assert (found.arrives_from, found.arrives_to) == (
        was + timedelta(days=7), was + timedelta(days=9),
    )  # fmt: skip
