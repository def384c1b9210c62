"""Which methods a parcel can take, on which days, for how much, and why not. Pure.

The rules in words: docs/algorithms/delivery.md.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from b2b_apps.core.money import LineAmount, line_amount, round_sum
from b2b_apps.delivery.calendar import Calendar, days_of, is_past_cut_off
from b2b_apps.delivery.models import (
    DeliveryMethod,
    DeliveryStep,
    DeliveryWindow,
    DeliveryZone,
)
from b2b_apps.delivery.places import Place, nearness, place_of

HUNDRED = Decimal(100)
# So many days to choose from are told.
DAYS_TOLD = 20
# What zones and carriers charge is in roubles.
ROUBLE = "RUB"
Kind = DeliveryMethod.Kind


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment as what carries it sees it. Addresses are one line of text each;
    ``customer_address`` is where a method to the buyer's own customer goes.
    """

    warehouse_id: int
    address: str
    customer_address: str
    weight_kg: Decimal
    volume_m3: Decimal
    goods_incl_tax: Decimal
    ready_on: date
    # Whether the weight of all its goods is known.
    is_weighed: bool = True

    def address_of(self, method: DeliveryMethod) -> str:
        """Where it goes by a method."""
        return self.customer_address if method.is_to_customer else self.address


@dataclass(frozen=True, slots=True)
class CarrierPrice:
    """What a carrier asks for a parcel by a tariff, VAT inside, and how many days it takes.

    ``price`` None: not known by now, ``note`` says why: silent, cities (which of several the
    address means), weight, sender (our warehouse has no city of the carrier's), or "" if nobody
    is asked. ``problem`` says why a parcel is not taken at all: city (the carrier has none of that
    name), tariff (not offered for it), refused (``note`` in the carrier's words). ``city`` is the
    carrier's code of where it goes.
    """

    price: Decimal | None
    min_days: int = 0
    max_days: int = 0
    problem: str = ""
    note: str = ""
    carrier: str = ""
    city: int | None = None


@dataclass(frozen=True, slots=True)
class WindowPlaces:
    """A window on a day, and how many places are left in it."""

    window: DeliveryWindow
    left: int


@dataclass(frozen=True)
class Book:
    """All methods with their zones, steps and windows, the calendar, what of windows is taken."""

    methods: Sequence[DeliveryMethod]
    now: datetime
    calendar: Calendar = field(default_factory=Calendar)
    # Taken, and the day's own capacity if it has one; by window and day.
    loads: Mapping[tuple[int, date], tuple[int, int | None]] = field(default_factory=dict)
    pickup_points: Collection[int] = ()

    def windows_on(self, windows: Sequence[DeliveryWindow], day: date) -> Sequence[WindowPlaces]:
        """Windows that are open on a day, full ones too."""
        found = []
        for window in windows:
            if not self.calendar.is_served(day, window.weekdays):
                continue
            taken, own = self.loads.get((window.pk, day), (0, None))
            capacity = window.capacity if own is None else own
            found.append(WindowPlaces(window, max(0, capacity - taken)))
        return found


@dataclass(frozen=True)
class Quote:
    """A method for a parcel. ``amount`` None: the manager names the price. ``refusal``: zone,
    address, weight, volume, days, carrier; empty if it can be.
    """

    method: DeliveryMethod
    book: Book
    zone: DeliveryZone | None = None
    amount: LineAmount | None = None
    days: Sequence[date] = ()
    windows: Sequence[DeliveryWindow] = ()
    refusal: str = ""
    limit: Decimal | None = None
    detail: str = ""
    is_past_cut_off: bool = False
    weekdays: str = ""
    min_days: int = 0
    max_days: int = 0
    # Of a carrier: who it is, the code of the city there, and why it has named no price.
    carrier: str = ""
    city: int | None = None
    note: str = ""

    @property
    def value(self) -> str:
        """Names it in a form."""
        return f"m{self.method.pk}"

    @property
    def is_possible(self) -> bool:
        return not self.refusal

    @property
    def is_free(self) -> bool:
        return self.amount is not None and not self.amount.incl_tax

    @property
    def takes_window(self) -> bool:
        return bool(self.windows)

    def windows_on(self, day: date) -> Sequence[WindowPlaces]:
        return self.book.windows_on(self.windows, day)

    def serves(self, day: date) -> bool:
        """Whether it can be on a day; those after the ones that are told go by the weekdays."""
        last = self.days[-1]
        return day in self.days or (day > last and self.book.calendar.is_served(day, self.weekdays))

    def nearest(self, day: date) -> date:
        """The day itself if it can be, else the first after it, else the last that is told."""
        if self.serves(day):
            return day
        return next((known for known in self.days if known >= day), self.days[-1])

    def arrives(self, day: date) -> tuple[date, date]:
        """When what leaves on ``day`` is there."""
        calendar = self.book.calendar
        return calendar.after(day, self.min_days), calendar.after(day, self.max_days)


def quotes_for(
    book: Book,
    parcel: Parcel,
    *,
    vat_mode: str,
    currency: str = ROUBLE,
    carrier_prices: Mapping[int, CarrierPrice] | None = None,
) -> Sequence[Quote]:
    """Return a quote for each method that is offered at the parcel's warehouse, refused ones too.

    ``carrier_prices`` by method; of a carrier whose price is not there the manager names it.
    """
    found = []
    for method in book.methods:
        if not is_offered(book, method, parcel.warehouse_id):
            continue
        address = parcel.address_of(method)
        if method.kind == Kind.PICKUP:
            quote = _pickup(book, method, parcel)
        elif not address:
            quote = _Priced(method, book, refusal="address")
        elif method.kind == Kind.OWN:
            quote = _own(book, method, parcel, place_of(address))
        else:
            price = (carrier_prices or {}).get(method.pk, CarrierPrice(None))
            quote = _carried(book, method, parcel, price)
        found.append(_charged(quote, vat_mode=vat_mode, currency=currency))
    return found


@dataclass(frozen=True)
class _Priced(Quote):
    """A quote whose price is not yet divided into sum and VAT."""

    price: Decimal | None = None


def is_offered(book: Book, method: DeliveryMethod, warehouse_id: int) -> bool:
    """Whether a method is there at a warehouse at all."""
    own = {warehouse.pk for warehouse in method.warehouses.all()}
    if own and warehouse_id not in own:
        return False
    return method.kind != Kind.PICKUP or warehouse_id in book.pickup_points


def _pickup(book: Book, method: DeliveryMethod, parcel: Parcel) -> _Priced:
    windows = [
        w
        for w in method.windows.all()
        if w.is_active and w.warehouse_id in {None, parcel.warehouse_id}
    ]
    return _with_days(_Priced(method, book, windows=windows, price=Decimal(0)), method, parcel)


def _own(book: Book, method: DeliveryMethod, parcel: Parcel, place: Place) -> _Priced:
    zone = _zone(method, parcel.warehouse_id, place)
    if zone is None:
        return _Priced(method, book, refusal="zone", detail=place.city)
    refusal, limit, price = _step_price(zone, parcel)
    if limit_of_method := _too_heavy(method, parcel):
        refusal, limit = "weight", limit_of_method
    if refusal:
        return _Priced(method, book, zone, refusal=refusal, limit=limit)
    windows = [w for w in method.windows.all() if w.is_active and w.zone_id in {None, zone.pk}]
    quote = _Priced(method, book, zone, windows=windows, price=price)
    return _with_days(quote, zone, parcel)


def _carried(book: Book, method: DeliveryMethod, parcel: Parcel, price: CarrierPrice) -> _Priced:
    if limit := _too_heavy(method, parcel):
        return _Priced(method, book, refusal="weight", limit=limit)
    quote = _Priced(
        method, book, min_days=price.min_days, max_days=price.max_days, carrier=price.carrier,
        city=price.city, note=price.note,
    )  # fmt: skip
    if price.problem:
        return replace(quote, refusal="carrier", detail=price.problem)
    asked = price.price
    if asked is not None:
        asked = round_sum(asked * (HUNDRED + method.markup_percent) / HUNDRED)
    return _with_days(replace(quote, price=asked), method, parcel)


def _zone(method: DeliveryMethod, warehouse_id: int, place: Place) -> DeliveryZone | None:
    best, score = None, 0
    for zone in method.zones.all():
        if not zone.is_active or zone.warehouse_id not in {None, warehouse_id}:
            continue
        near = nearness(place, cities=zone.cities, postcodes=zone.postcodes, regions=zone.regions)
        if near > score:
            best, score = zone, near
    return best


def _step_price(zone: DeliveryZone, parcel: Parcel) -> tuple[str, Decimal | None, Decimal | None]:
    """Return (refusal, limit, price): the cheapest step that the parcel fits in."""
    steps = list(zone.steps.all())
    fitting = [step for step in steps if _fits(step, parcel)]
    if fitting:
        is_free = zone.free_from is not None and parcel.goods_incl_tax >= zone.free_from
        return "", None, Decimal(0) if is_free else min(step.price for step in fitting)
    if not steps:
        return "", None, None
    weights = [step.up_to_kg for step in steps]
    if all(weight is not None and weight < parcel.weight_kg for weight in weights):
        return "weight", max(weight for weight in weights if weight is not None), None
    volumes = [step.up_to_m3 for step in steps if step.up_to_m3 is not None]
    return "volume", max(volumes, default=None), None


def _fits(step: DeliveryStep, parcel: Parcel) -> bool:
    fits_weight = step.up_to_kg is None or parcel.weight_kg <= step.up_to_kg
    return fits_weight and (step.up_to_m3 is None or parcel.volume_m3 <= step.up_to_m3)


def _too_heavy(method: DeliveryMethod, parcel: Parcel) -> Decimal | None:
    limit: Decimal | None = method.max_weight_kg
    return limit if limit is not None and parcel.weight_kg > limit else None


def _with_days(quote: _Priced, schedule: DeliveryMethod | DeliveryZone, parcel: Parcel) -> _Priced:
    book = quote.book
    served = days_of(schedule, book.calendar, ready_on=parcel.ready_on, now=book.now)
    # A day without a window that is open is none where windows are kept.
    days = islice(
        (d for d in served if not quote.windows or book.windows_on(quote.windows, d)), DAYS_TOLD
    )
    told = tuple(days)
    return replace(
        quote,
        days=told,
        refusal="" if told else "days",
        is_past_cut_off=is_past_cut_off(schedule, book.now),
        weekdays=schedule.weekdays,
    )


def _charged(quote: _Priced, *, vat_mode: str, currency: str) -> Quote:
    """The price as sums: it has VAT inside, whatever prices of goods have."""
    amount = None
    price = quote.price
    if price is not None and not (price and currency != ROUBLE):
        amount = line_amount(
            price=price,
            quantity=Decimal(1),
            vat_percent=quote.method.vat_percent,
            vat_mode="none" if vat_mode == "none" else "included",
        )
    values = {known.name: getattr(quote, known.name) for known in fields(Quote)}
    return Quote(**{**values, "amount": amount})
