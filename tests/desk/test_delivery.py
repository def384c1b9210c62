"""Delivery on the desk: what is offered, how full the hours are, what a shipment has."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from b2b_apps.delivery.models import CalendarDay, ShipmentDelivery, WindowLoad
from b2b_apps.delivery.selectors import delivery_book
from b2b_apps.desk.selectors.delivery import loads_ahead, methods_kept
from b2b_apps.fulfilment.models import Shipment
from tests.delivery.conftest import Methods

PAGE = reverse("dashboard:delivery")


@pytest.fixture
def methods(world):
    return Methods(world)


def text(response):
    return " ".join(response.content.decode().split())


def test_the_page_makes_as_many_queries_for_many_zones(staff, methods):
    def count():
        with CaptureQueriesContext(connection) as found:
            assert staff.get(PAGE).status_code == 200
        return len(found)

    methods.window(5)
    few = count()
    for place in range(20):
        zone = methods.zone(f"Зона {place}", cities="Х")
        methods.step(zone, 10, "1")
        methods.window(5, zone)

    assert count() == few <= 13
    assert "Зона 19" in text(staff.get(PAGE))


def test_hours_say_what_is_taken_of_each_day_and_nothing_of_holidays(staff, methods):
    today = timezone.localdate()
    window = methods.window(2)
    WindowLoad.objects.create(window=window, day=today + timedelta(days=1), taken=2)
    CalendarDay.objects.create(day=today + timedelta(days=2), name="Праздник")
    WindowLoad.objects.create(window=window, day=today + timedelta(days=3), taken=1, capacity=4)

    table = loads_ahead(methods_kept())

    assert today + timedelta(days=2) not in table.days
    [row] = table.rows
    found = [(c.taken, c.capacity, c.is_full) for c in row.cells[:3]]
    assert found == [(0, 2, False), (2, 2, True), (1, 4, False)]
    assert "2 / 2" in text(staff.get(PAGE))


def test_hours_of_a_pick_up_are_of_their_warehouse(world, staff, methods):
    hours = {"starts": time(8), "ends": time(18), "capacity": 40, "weekdays": "1234567"}
    methods.pickup.windows.create(warehouse=world.warehouses["rostov"], **hours)
    methods.pickup.windows.create(**hours)

    assert [row.place for row in loads_ahead(methods_kept()).rows] == [
        world.warehouses["rostov"],
        None,
    ]
    assert "08:00–18:00" in text(staff.get(PAGE))


def test_hours_that_are_changed_are_those_of_the_checkout(staff, methods):
    window = methods.window(2)
    url = reverse("dashboard:delivery-window", args=[window.pk])
    form = {"weekdays": [*"12345"], "starts": "10:00", "ends": "13:00", "capacity": "7",
            "is_active": "on"}  # fmt: skip

    assert staff.post(url, form | {"ends": "09:00"}).status_code == 422
    assert staff.post(url, form | {"weekdays": "пн"}).status_code == 422
    assert staff.post(url, form).status_code == 302

    [own] = [m for m in delivery_book().methods if m.pk == methods.own.pk]
    [kept] = own.windows.all()
    assert (str(kept), kept.capacity, kept.weekdays) == ("10:00–13:00", 7, "12345")


def test_a_zone_and_a_method_are_changed(staff, methods):
    zone = {"name": "Город", "position": "0", "cities": "Ростов-на-Дону", "lead_days": "1",
            "weekdays": [*"135"], "cut_off": "", "free_from": "20 000,50",
            "is_active": "on"}  # fmt: skip
    method = {"name": "Машина", "position": "1", "weekdays": [*"12345"], "lead_days": "0",
              "markup_percent": "0"}  # fmt: skip

    answers = [
        staff.post(reverse("dashboard:delivery-zone", args=[methods.city.pk]), zone),
        staff.post(reverse("dashboard:delivery-method-edit", args=[methods.own.pk]), method),
    ]

    assert [a.status_code for a in answers] == [302, 302]
    methods.city.refresh_from_db()
    methods.own.refresh_from_db()
    assert (methods.city.free_from, methods.city.weekdays) == (Decimal("20000.50"), "135")
    assert (methods.own.name, methods.own.is_active) == ("Машина", False)


def test_the_order_says_what_was_agreed_of_each_shipment(desk, staff):
    own = desk.owned["own"]
    shipment = Shipment.objects.filter(order_id=own.order_id).first()
    ShipmentDelivery.objects.create(
        shipment=shipment, kind="own", name="Наша машина", zone_name="Ростов-на-Дону",
        price_incl_tax="650", price_excl_tax="532.79", vat_amount="117.21", vat_percent=22,
        window_text="09:00–12:00", is_to_customer=True, recipient_name="Иван Петров",
    )  # fmt: skip

    page = text(staff.get(reverse("dashboard:order", args=[own.order_number])))

    assert "Наша машина, Ростов-на-Дону" in page
    assert "09:00–12:00" in page
    assert "Иван Петров" in page
