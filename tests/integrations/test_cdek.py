"""СДЭК: tokens, prices kept and asked, silence, the directory of cities and points."""

import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.delivery.carriers import prices as prices_module
from b2b_apps.delivery.carriers.cities import cities_known, city_of, points_in
from b2b_apps.delivery.carriers.interface import Piece, pieces_of
from b2b_apps.delivery.carriers.prices import carrier_prices, carrier_prices_asked
from b2b_apps.delivery.models import CarrierCity, CarrierPoint, DeliveryMethod, KeptTariffs
from b2b_apps.delivery.quoting import Parcel
from b2b_apps.delivery.selectors import delivery_book
from b2b_apps.integrations.cdek.directory import directory_load
from b2b_apps.integrations.cdek.stub import MODES
from b2b_apps.integrations.models import CarrierAccount

MOSCOW = "125009, г. Москва, ул. Тверская, д. 7"
SILENT = {"error", "slow", "broken", "html", "busy", "negative", "locked"}


@pytest.fixture
def method(world):
    warehouse = world.warehouses["rostov"]
    warehouse.address_text = "344000, г. Ростов-на-Дону, ул. Шолохова, д. 1"
    warehouse.save()
    return DeliveryMethod.objects.create(
        kind="carrier", name="СДЭК до двери", carrier="cdek", tariff_code=480
    )


@pytest.fixture
def parcel(world):
    return Parcel(
        warehouse_id=world.warehouses["rostov"].pk,
        address=MOSCOW,
        customer_address="",
        weight_kg=Decimal(20),
        volume_m3=Decimal("0.05"),
        goods_incl_tax=Decimal(10_000),
        ready_on=date(2026, 11, 27),
    )


def ask(method, parcel):
    return carrier_prices_asked(delivery_book(), {"1": parcel})["1"][method.pk]


def age(minutes):
    KeptTariffs.objects.update(asked_at=timezone.now() - timedelta(minutes=minutes))


def test_the_price_is_that_of_the_tariff_for_weight_and_way(account, method, parcel):
    price = ask(method, parcel)

    assert (price.price, price.min_days, price.max_days) == (Decimal("1374.00"), 2, 4)
    assert (price.problem, price.note, price.city, price.carrier) == ("", "", 44, "СДЭК")


def test_a_price_is_kept_for_some_minutes_and_one_token_serves_all(account, stub, method, parcel):
    ask(method, parcel)
    before = stub.behave("ok")

    ask(method, parcel)
    assert stub.behave("ok") == before
    age(11)
    ask(method, replace(parcel, weight_kg=Decimal(21)))
    ask(method, parcel)
    after = stub.behave("ok")

    assert after["asked"] == before["asked"] + 2
    assert after["tokens"] == before["tokens"]


def test_a_token_that_was_withdrawn_is_asked_for_anew_once(account, stub, method, parcel):
    ask(method, parcel)
    ask(method, replace(parcel, weight_kg=Decimal(3)))
    CarrierAccount.objects.update(token="not sealed by us")
    stub.behave("expired")

    assert ask(method, replace(parcel, weight_kg=Decimal(5))).price


@pytest.mark.parametrize("mode", sorted(SILENT))
def test_a_carrier_that_does_not_answer_has_no_price_and_says_so(
    account, stub, method, parcel, mode, monkeypatch
):
    monkeypatch.setattr(prices_module, "PATIENCE_SECONDS", 0.5)
    stub.behave(mode)

    price = ask(method, parcel)

    assert (price.price, price.note, price.problem) == (None, "silent", "")
    account.refresh_from_db()
    assert account.problem
    assert account.failed_at
    assert not KeptTariffs.objects.exists()


@pytest.mark.parametrize(("mode", "problem"), [("unknown", "refused"), ("nothing", "tariff")])
def test_what_the_carrier_does_not_take_is_no_silence(account, stub, method, parcel, mode, problem):
    stub.behave(mode)

    assert ask(method, parcel).problem == problem
    account.refresh_from_db()
    assert account.rests_until is None


def test_every_way_to_misbehave_is_tried():
    assert SILENT | {"ok", "expired", "unknown", "nothing"} == MODES.keys()


def test_a_slow_carrier_holds_a_page_once_and_rests(account, stub, method, parcel, monkeypatch):
    monkeypatch.setattr(prices_module, "PATIENCE_SECONDS", 0.6)
    stub.behave("slow")
    started = time.monotonic()
    ask(method, parcel)
    first = time.monotonic() - started
    started = time.monotonic()
    book = delivery_book()
    parcels = {str(n): replace(parcel, weight_kg=Decimal(n + 1)) for n in range(6)}
    found = carrier_prices_asked(book, parcels)
    rest = time.monotonic() - started

    assert first < 1.5
    assert rest < 0.5
    assert {prices[method.pk].note for prices in found.values()} == {"silent"}


def test_a_price_of_half_an_hour_ago_stands_in_for_silence_an_older_one_does_not(
    account, stub, method, parcel
):
    known = ask(method, parcel).price
    stub.behave("error")

    age(30)
    assert ask(method, parcel).price == known
    age(61)
    assert ask(method, parcel).price is None


def test_reading_what_is_known_asks_nobody(account, stub, method, parcel):
    before = stub.behave("ok")

    found = carrier_prices(delivery_book(), {"1": parcel})["1"][method.pk]

    assert (found.price, found.note) == (None, "")
    assert stub.behave("ok") == before


def test_a_carrier_switched_off_is_not_asked(account, stub, method, parcel):
    CarrierAccount.objects.update(is_active=False)
    before = stub.behave("ok")

    assert carrier_prices_asked(delivery_book(), {"1": parcel}) == {}
    assert stub.behave("ok") == before


@pytest.mark.parametrize(
    ("change", "problem", "note"),
    [
        ({"address": "г. Нетакогогорода, ул. 1"}, "city", "city"),
        ({"address": "г. Киров, ул. Ленина, 1"}, "", "cities"),
        ({"weight_kg": Decimal(0)}, "", "weight"),
        ({"is_weighed": False}, "", "weight"),
    ],
)
def test_what_cannot_be_asked_is_told_without_asking(
    account, stub, method, parcel, change, problem, note
):
    before = stub.behave("ok")

    price = ask(method, replace(parcel, **change))

    assert (price.price, price.problem, price.note) == (None, problem, note)
    assert stub.behave("ok") == before


def test_a_warehouse_without_a_city_leaves_the_price_to_the_manager(account, world, method, parcel):
    world.warehouses["rostov"].address_text = ""
    world.warehouses["rostov"].save()

    assert ask(method, parcel).note == "sender"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("Москва, ул. Тверская, 7", 44),
        ("Тверская область, Москва, ул. Лесная, 1", 430101),
        ("Кировская обл., г. Киров, ул. Ленина, 1", 430102),
        ("610000, г. Киров", None),
        ("", None),
    ],
)
def test_which_of_several_cities_is_told_by_the_region(account, address, code):
    city, _why = city_of(address, cities_known(carrier="cdek", addresses=[address]))

    assert (city.code if city else None) == code


def test_pieces_are_like_cubes_none_heavier_than_allowed():
    assert pieces_of(Decimal(0), Decimal(1), kg_per_piece=Decimal(30)) == ()
    assert pieces_of(Decimal(20), Decimal("0.008"), kg_per_piece=Decimal(30)) == (
        Piece(20_000, 20, 20, 20),
    )
    three = pieces_of(Decimal(61), Decimal("0.003"), kg_per_piece=Decimal(30))
    assert three == (Piece(20_334, 10, 10, 10),) * 3
    assert pieces_of(Decimal(200), Decimal(0), kg_per_piece=Decimal(200))[0].length_cm == 100
    assert len(pieces_of(Decimal(10**9), Decimal(1), kg_per_piece=Decimal(1))) == 200


def test_points_of_a_city_are_found_by_any_words_and_by_weight(account):
    all_of, num = points_in(carrier="cdek", city_code=438)
    found, num_found = points_in(carrier="cdek", city_code=438, text="гагарина")
    light, num_heavy = points_in(carrier="cdek", city_code=438, weight_kg=Decimal(20))

    assert (len(all_of), num) == (24, 24)
    assert num_found == len(found) == 3
    assert num_heavy == len(light) == 20
    many, num_many = points_in(carrier="cdek", city_code=44)
    assert (len(many), num_many) == (40, 60)


def test_a_directory_that_fails_halfway_closes_no_point(account, stub):
    gone = CarrierPoint.objects.create(
        carrier="cdek", code="OLD", city_code=438, address="x", loaded_at=account.directory_at
    )
    num = CarrierCity.objects.count()
    stub.behave("broken")

    assert not directory_load(account=account)
    gone.refresh_from_db()
    assert gone.is_active
    assert CarrierCity.objects.count() == num
    account.refresh_from_db()
    assert account.directory_state == "failed"
    stub.behave("ok")
    CarrierPoint.objects.filter(code="OLD").update(loaded_at=timezone.now() - timedelta(days=2))
    assert directory_load(account=account)
    gone.refresh_from_db()
    assert not gone.is_active
