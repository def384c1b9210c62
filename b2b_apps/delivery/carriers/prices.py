"""What carriers ask for parcels: read from what is kept, or asked of them first.

Inside a transaction only ``carrier_prices`` may be called: it asks nobody.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils import timezone

from b2b_apps.delivery.carriers.cities import cities_known, city_of
from b2b_apps.delivery.carriers.interface import (
    Carrier,
    CarrierError,
    Route,
    Tariff,
    carrier_of,
    pieces_of,
)
from b2b_apps.delivery.models import CarrierCity, DeliveryMethod, KeptTariffs
from b2b_apps.delivery.quoting import Book, CarrierPrice, Parcel, is_offered

# So long a price is not asked for again; and so long it stands in for one that can't be had.
FRESH = timedelta(minutes=10)
USABLE = timedelta(hours=1)
# A page of the checkout waits for all carriers together no longer than this.
PATIENCE_SECONDS = 3.0
KEEP = timedelta(days=1)
Prices = Mapping[str, Mapping[int, CarrierPrice]]


@dataclass(frozen=True)
class Wanted:
    """A price that is looked for: of a method for a parcel. Without a ``route``, ``note`` why."""

    parcel: str
    method: DeliveryMethod
    carrier: Carrier
    route: Route | None = None
    to_city: CarrierCity | None = None
    note: str = ""


@dataclass
class Answers:
    """What is known of each (carrier, route): its tariffs and when; and why not more."""

    tariffs: dict[tuple[str, str], tuple[datetime, Mapping[int, Tariff]]] = field(
        default_factory=dict
    )
    problems: dict[tuple[str, str], CarrierError] = field(default_factory=dict)


def carrier_prices(book: Book, parcels: Mapping[str, Parcel]) -> Prices:
    """Return what is known of carriers' prices, by parcel and method. Asks nobody.

    No query where no method is a carrier's, else three for each carrier and one.
    """
    wanted = _wanted(book, parcels)
    return _prices(wanted, _kept(wanted))


def carrier_prices_asked(book: Book, parcels: Mapping[str, Parcel]) -> Prices:
    """Ask carriers for what is not kept, and return all that is known then, by parcel and method.

    Waits ``PATIENCE_SECONDS`` at most, all carriers together: what has not come by then has no
    price, and says why. Outside a transaction only.
    """
    wanted = _wanted(book, parcels)
    answers, deadline = _kept(wanted), time.monotonic() + PATIENCE_SECONDS
    fresh = timezone.now() - FRESH
    for one in wanted:
        if one.route is None:
            continue
        key = (one.method.carrier, one.route.key)
        asked_at, _known = answers.tariffs.get(key, (None, {}))
        if key in answers.problems or (asked_at and asked_at >= fresh):
            continue
        try:
            answers.tariffs[key] = _ask(one, one.route, deadline - time.monotonic())
        except CarrierError as error:
            answers.problems[key] = error
    return _prices(wanted, answers)


def kept_tariffs_purge() -> None:
    """Delete what is too old to be used. One query."""
    KeptTariffs.objects.filter(asked_at__lt=timezone.now() - KEEP).delete()


def _wanted(book: Book, parcels: Mapping[str, Parcel]) -> Sequence[Wanted]:
    methods = [m for m in book.methods if m.kind == DeliveryMethod.Kind.CARRIER]
    found: list[Wanted] = []
    for code in sorted({method.carrier for method in methods}):
        if carrier := carrier_of(code):
            of_carrier = [m for m in methods if m.carrier == code]
            found += _of_carrier(book, of_carrier, carrier, parcels)
    return found


def _of_carrier(
    book: Book, methods: Sequence[DeliveryMethod], carrier: Carrier, parcels: Mapping[str, Parcel]
) -> Sequence[Wanted]:
    sources = _sources({parcel.warehouse_id for parcel in parcels.values()})
    goals = {parcel.address_of(m) for parcel in parcels.values() for m in methods} - {""}
    known = cities_known(carrier=methods[0].carrier, addresses={*sources.values(), *goals})
    found = []
    for key, parcel in parcels.items():
        pieces = pieces_of(parcel.weight_kg, parcel.volume_m3, kg_per_piece=carrier.kg_per_piece)
        source, _why = city_of(sources.get(parcel.warehouse_id, ""), known)
        for method in methods:
            address = parcel.address_of(method)
            if not address or not is_offered(book, method, parcel.warehouse_id):
                continue
            goal, note = city_of(address, known)
            if source is None:
                note = "sender"
            elif goal and not (pieces and parcel.is_weighed):
                note = "weight"
            route = None
            if source and goal and not note:
                route = Route(source.code, goal.code, pieces)
            found.append(Wanted(key, method, carrier, route, goal, note))
    return found


def _sources(warehouse_ids: set[int]) -> Mapping[int, str]:
    rows: Any = apps.get_model("partner", "Partner").objects
    return dict(rows.filter(pk__in=warehouse_ids).values_list("pk", "address_text"))


def _kept(wanted: Sequence[Wanted]) -> Answers:
    routes = {one.route.key for one in wanted if one.route}
    answers = Answers()
    if not routes:
        return answers
    rows = KeptTariffs.objects.filter(route__in=routes, asked_at__gte=timezone.now() - USABLE)
    for row in rows:
        tariffs = [Tariff(c, Decimal(price), low, high) for c, price, low, high in row.tariffs]
        answers.tariffs[row.carrier, row.route] = (row.asked_at, {t.code: t for t in tariffs})
    return answers


def _ask(one: Wanted, route: Route, seconds: float) -> tuple[datetime, Mapping[int, Tariff]]:
    if seconds <= 0:
        raise CarrierError("silent", "deadline")
    tariffs = one.carrier.tariffs(route, seconds=seconds)
    now = timezone.now()
    KeptTariffs.objects.update_or_create(
        carrier=one.method.carrier,
        route=route.key,
        defaults={
            "tariffs": [[t.code, str(t.price), t.min_days, t.max_days] for t in tariffs],
            "asked_at": now,
        },
    )
    return now, {tariff.code: tariff for tariff in tariffs}


def _prices(wanted: Sequence[Wanted], answers: Answers) -> Prices:
    found: dict[str, dict[int, CarrierPrice]] = {}
    for one in wanted:
        found.setdefault(one.parcel, {})[one.method.pk] = _price(one, answers)
    return found


def _price(one: Wanted, answers: Answers) -> CarrierPrice:
    city = one.to_city.code if one.to_city else None
    about = CarrierPrice(None, carrier=one.carrier.name, city=city, note=one.note)
    if one.note == "city":
        return replace(about, problem="city")
    if one.route is None:
        return about
    key = (one.method.carrier, one.route.key)
    if key not in answers.tariffs:
        error = answers.problems.get(key)
        if error and error.code == "refused":
            return replace(about, problem="refused", note=error.detail)
        return replace(about, note="silent" if error else "")
    tariff = answers.tariffs[key][1].get(one.method.tariff_code or 0)
    if tariff is None:
        return replace(about, problem="tariff")
    return replace(about, price=tariff.price, min_days=tariff.min_days, max_days=tariff.max_days)
