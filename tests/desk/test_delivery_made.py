"""Methods, zones, prices, hours and days of delivery, made on the desk."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from b2b_apps.delivery.models import CalendarDay, DeliveryMethod, DeliveryWindow, DeliveryZone
from tests.delivery.conftest import Methods

BACK = reverse("dashboard:delivery")


@pytest.fixture
def methods(world):
    return Methods(world)


def url(name, *args):
    return reverse(f"dashboard:{name}", args=args)


METHOD = {"name": "Новый", "weekdays": [*"12345"], "lead_days": "1", "position": "9",
          "markup_percent": "0", "is_active": "on"}  # fmt: skip


def test_a_method_of_a_carrier_is_made_with_its_tariff(staff, world):
    answer = staff.post(
        url("delivery-method-new"),
        METHOD | {"kind": "carrier", "tariff_code": "483", "is_to_point": "on"},
    )

    assert answer["Location"] == BACK
    found = DeliveryMethod.objects.get(name="Новый")
    assert (found.carrier, found.tariff_code, found.is_to_point) == ("cdek", 483, True)


def test_a_carrier_without_a_tariff_is_refused(staff, world):
    answer = staff.post(url("delivery-method-new"), METHOD | {"kind": "carrier"})

    assert answer.status_code == 422
    assert not DeliveryMethod.objects.filter(name="Новый").exists()


def test_our_transport_has_no_tariff_whatever_was_typed(staff, world):
    staff.post(url("delivery-method-new"), METHOD | {"kind": "own", "tariff_code": "483"})

    found = DeliveryMethod.objects.get(name="Новый")
    assert (found.carrier, found.tariff_code) == ("", None)


def test_a_zone_with_hours_is_made(staff, methods):
    zone = {"name": "Шахты", "cities": "Шахты", "weekdays": ["3"], "lead_days": "1",
            "position": "5", "is_active": "on"}  # fmt: skip
    staff.post(url("delivery-zone-new", methods.own.pk), zone)
    found = DeliveryZone.objects.get(name="Шахты")
    hours = {"weekdays": ["3"], "starts": "09:00", "ends": "12:00", "capacity": "4",
             "is_active": "on"}  # fmt: skip

    staff.post(url("delivery-window-new", found.pk), hours)

    window = DeliveryWindow.objects.get()
    assert (window.zone, window.method, window.capacity) == (found, methods.own, 4)


def test_hours_of_a_zone_are_offered_on_its_weekdays_and_ticks_stay_after_an_error(staff, methods):
    DeliveryZone.objects.filter(pk=methods.city.pk).update(weekdays="135")
    page = url("delivery-window-new", methods.city.pk)
    hours = {"weekdays": ["3", "5"], "starts": "12:00", "ends": "09:00", "capacity": "4"}

    forms = [staff.get(page).context["form"], staff.post(page, hours).context["form"]]

    ticked = [[b.data["value"] for b in f["weekdays"] if b.data["selected"]] for f in forms]
    assert ticked == [["1", "3", "5"], ["3", "5"]]
    drawn = staff.get(page).content.decode()
    assert 'name="weekdays" value="5" checked' in drawn
    assert 'name="weekdays" value="2">' in drawn
    assert staff.post(page, hours | {"weekdays": []}).context["form"].errors["weekdays"]


def test_a_method_of_ours_without_zones_says_that_nobody_is_offered_it(staff):
    staff.post(url("delivery-method-new"), METHOD | {"kind": "own"})

    assert "без зон способ никому не предлагается" in staff.get(url("delivery")).content.decode()


def test_pick_up_has_hours_of_a_warehouse_and_no_zones(staff, world, methods):
    hours = {"weekdays": [*"12345"], "starts": "09:00", "ends": "12:00", "capacity": "4",
             "is_active": "on", "warehouse": world.warehouses["rostov"].pk}  # fmt: skip

    staff.post(url("delivery-pickup-window-new", methods.pickup.pk), hours)

    assert DeliveryWindow.objects.get().warehouse == world.warehouses["rostov"]
    assert staff.get(url("delivery-zone-new", methods.pickup.pk)).status_code == 404
    assert staff.get(url("delivery-pickup-window-new", methods.own.pk)).status_code == 404


def prices(staff, zone, *rows, **more):
    page = staff.get(url("delivery-zone-prices", zone.pk))
    form = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 2, "seen": page.context["seen"]}
    for n, row in enumerate(rows):
        names = ("up_to_kg", "up_to_m3", "price")
        form |= {f"form-{n}-{name}": value for name, value in zip(names, row, strict=True)}
    return staff.post(url("delivery-zone-prices", zone.pk), form | more)


def kept(zone):
    return [(s.up_to_kg, s.up_to_m3, s.price) for s in zone.steps.all()]


def test_prices_by_weight_and_volume_are_saved_together(staff, methods):
    prices(staff, methods.city, ("50", "0,5", "500"), ("", "", "1 200,50"), ("", "", ""))

    assert kept(methods.city) == [
        (Decimal(50), Decimal("0.5"), Decimal(500)),
        (None, None, Decimal("1200.50")),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [("50", "", "")], [("50", "", "-1")], [("0", "", "5")], [("NaN", "", "5")],
        [("50", "", "1e99")], [("50", "", "1"), ("50", "", "2")],
    ],
)  # fmt: skip
def test_prices_that_are_none_change_nothing(staff, methods, rows):
    before = kept(methods.city)

    assert prices(staff, methods.city, *rows).status_code == 422
    assert kept(methods.city) == before


def test_prices_that_a_colleague_has_changed_are_not_written_over(staff, methods):
    before = kept(methods.city)

    answer = prices(staff, methods.city, ("", "", "1"), seen="another")

    assert answer.status_code == 422
    assert kept(methods.city) == before


def test_a_day_off_is_made_changed_and_deleted(staff, world):
    staff.post(url("calendar-day-new"), {"day": "2027-05-10", "name": "Перенос"})
    row = CalendarDay.objects.get()
    assert (row.day, row.is_working) == (date(2027, 5, 10), False)
    assert "10.05.2027" in staff.get(BACK).content.decode()

    twice = staff.post(url("calendar-day-new"), {"day": "2027-05-10", "name": "Ещё"})
    asked = staff.get(url("calendar-day-remove", row.pk))
    staff.post(url("calendar-day-remove", row.pk))

    assert twice.status_code == 422
    assert asked.status_code == 200
    assert not CalendarDay.objects.exists()
