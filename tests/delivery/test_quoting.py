"""Which methods a parcel can take, when, for how much, and why not."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from b2b_apps.delivery.calendar import Calendar, days_of
from b2b_apps.delivery.models import CalendarDay, DeliveryMethod, DeliveryZone
from b2b_apps.delivery.places import nearness, place_of
from b2b_apps.delivery.quoting import CarrierPrice, Parcel, quotes_for
from b2b_apps.delivery.selectors import delivery_book
from tests.delivery.conftest import AZOV, ROSTOV

# A Thursday, ten in the morning.
NOW = datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Europe/Moscow"))
FRIDAY, MONDAY, TUESDAY = date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 1)


def parcel(world, address=ROSTOV, weight="50", goods="1000", customer=""):
    return Parcel(
        world.warehouses["rostov"].pk, address, customer,
        Decimal(weight), Decimal("0.1"), Decimal(goods), FRIDAY,
    )  # fmt: skip


def quotes(what, *, now=NOW, vat_mode="included", **more):
    found = quotes_for(delivery_book(now=now), what, vat_mode=vat_mode, **more)
    return {quote.method.name: quote for quote in found}


@pytest.mark.parametrize(
    ("weight", "goods", "price"),
    [("50", "1000", "650"), ("100", "1000", "650"), ("100.001", "1000", "1200"),
     ("500", "49999.99", "1200"), ("500", "50000", "0")],
)  # fmt: skip
def test_own_transport_is_priced_by_weight_and_free_from_a_sum(
    world, methods, weight, goods, price
):
    quote = quotes(parcel(world, weight=weight, goods=goods))["Наша машина"]

    assert (quote.zone, quote.amount.incl_tax) == (methods.city, Decimal(price))
    assert quote.amount.incl_tax == quote.amount.excl_tax + quote.amount.vat


@pytest.mark.parametrize(
    ("vat_mode", "excl", "vat"), [("included", "532.79", "117.21"), ("on_top", "532.79", "117.21"),
                                  ("none", "650.00", "0.00")]
)  # fmt: skip
def test_the_price_of_a_zone_has_vat_inside_whatever_prices_of_goods_have(
    world, methods, vat_mode, excl, vat
):
    amount = quotes(parcel(world), vat_mode=vat_mode)["Наша машина"].amount

    assert (amount.excl_tax, amount.vat, amount.incl_tax) == (
        Decimal(excl), Decimal(vat), Decimal("650.00"),
    )  # fmt: skip


def test_why_a_method_cannot_be_is_told(world, methods):
    heavy = quotes(parcel(world, weight="500.001"))["Наша машина"]
    far = quotes(parcel(world, address="620000, г. Екатеринбург, ул. Мира, 1"))["Наша машина"]
    nowhere = quotes(parcel(world, address=""))["Наша машина"]

    assert (heavy.refusal, heavy.limit) == ("weight", 500)
    assert (far.refusal, far.detail) == ("zone", "Екатеринбург")
    assert nowhere.refusal == "address"


def test_days_go_by_weekdays_lead_and_cut_off(world, methods):
    def first(hour):
        found = quotes(parcel(world, AZOV), now=NOW.replace(hour=hour))["Наша машина"]
        return found.days[0], found.is_past_cut_off

    methods.region.lead_days = 2
    methods.region.save()

    # Thursday and two working days are Monday, and Tuesday is served; from noon on Friday counts.
    assert first(11) == (TUESDAY, False)
    assert first(12) == (TUESDAY, True)
    methods.region.weekdays = "14"
    methods.region.save()
    assert first(11) == (MONDAY, False)
    assert first(12) == (date(2026, 12, 3), True)


def test_a_holiday_is_not_served_and_a_worked_saturday_is(world, methods):
    CalendarDay.objects.create(day=FRIDAY, is_working=False)
    CalendarDay.objects.create(day=date(2026, 11, 28), is_working=True)

    days = quotes(parcel(world))["Наша машина"].days

    assert days[:2] == (date(2026, 11, 28), MONDAY)


def test_pick_up_is_offered_at_pick_up_points_only(world, methods):
    assert quotes(parcel(world))["Самовывоз"].is_free
    world.warehouses["rostov"].is_pickup_point = False
    world.warehouses["rostov"].save()

    assert "Самовывоз" not in quotes(parcel(world))


def test_a_carrier_takes_its_markup_and_is_told_later_without_a_price(world, methods):
    method = DeliveryMethod.objects.create(
        kind="carrier", name="Перевозчик", carrier="x", tariff_code=1, markup_percent=5
    )

    def quote(price):
        return quotes(parcel(world), carrier_prices={method.pk: price})["Перевозчик"]

    assert quote(CarrierPrice(Decimal("333.33"), 2, 4)).amount.incl_tax == Decimal("350.00")
    assert quote(CarrierPrice(None)).amount is None
    assert quote(CarrierPrice(None, problem="не возит")).refusal == "carrier"


def test_roubles_are_not_charged_under_a_contract_in_another_currency(world, methods):
    found = quotes(parcel(world), currency="EUR")

    assert found["Наша машина"].amount is None
    assert found["Самовывоз"].is_free


@pytest.mark.parametrize(
    ("address", "cities", "postcodes", "regions", "near"),
    [
        ("344090, г. Ростов-на-Дону, ул. Мира", "Ростов-на-Дону", "", "", 100),
        ("г Орел, ул. Мира", "Орёл", "", "", 100),
        ("344090, г. Ростов-на-Дону, Московская ул., 1", "Москва\nМосковская", "", "", 0),
        ("344090, ул. Мира", "", "3440, 344", "", 14),
        ("346780, Ростовская обл., г. Азов", "", "", "Ростовская область", 1),
        ("д. 344090, г. Азов", "", "34409", "", 15),
        ("тел. 83440901234, г. Азов", "", "3440", "", 0),
        ("", "Москва", "1", "Московская", 0),
    ],
)
def test_a_zone_is_named_by_whole_parts_of_an_address(address, cities, postcodes, regions, near):
    found = nearness(place_of(address), cities=cities, postcodes=postcodes, regions=regions)

    assert found == near


def test_the_most_exact_zone_holds_and_of_like_ones_the_first(world, methods):
    DeliveryZone.objects.filter(pk=methods.region.pk).update(position=0)
    methods.zone("По индексу", postcodes="3440")

    assert quotes(parcel(world))["Наша машина"].zone == methods.city


def test_the_first_day_is_when_the_goods_are_ready():
    zone = DeliveryZone(weekdays="12345", cut_off=time(14), lead_days=0)

    days = list(days_of(zone, Calendar(), ready_on=date(2026, 12, 10), now=NOW))

    assert days[0] == date(2026, 12, 10)
    assert all(day.isoweekday() < 6 for day in days)
