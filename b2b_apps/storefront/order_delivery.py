"""What the checkout shows of delivery: the methods of each shipment, days, hours, why not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core import signing

from b2b_apps.core.context import TradeContext
from b2b_apps.core.days import day_typed
from b2b_apps.core.money import LineAmount
from b2b_apps.core.row_ids import row_id
from b2b_apps.delivery.carriers.cities import points_in, points_named
from b2b_apps.delivery.carriers.prices import carrier_prices_asked
from b2b_apps.delivery.models import CarrierPoint, DeliveryMethod
from b2b_apps.delivery.quoting import Book, Parcel, Quote, WindowPlaces, quotes_for
from b2b_apps.delivery.selectors import delivery_book, last_methods_for
from b2b_apps.purchasing.deliveries import NOTHING, Wanted, fit, parcel_of, usual_quote
from b2b_apps.storefront.order_split import PlanRow, SplitView

SALT = "storefront.delivery"
DATE_FORMATS = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d")


@dataclass(frozen=True)
class PointChoice:
    """Delivery points to choose of: those that ``text`` finds, ``num`` in all; ``chosen`` is
    among them even if the text does not find it.
    """

    points: Sequence[CarrierPoint]
    num: int
    text: str
    chosen: CarrierPoint | None

    @property
    def shown(self) -> Sequence[CarrierPoint]:
        if self.chosen is None or self.chosen in self.points:
            return self.points
        return [self.chosen, *self.points]

    @property
    def num_more(self) -> int:
        return self.num - len(self.points)


@dataclass(frozen=True)
class ShipmentOffer:
    """A shipment with the methods that there are for it; ``chosen`` None: by arrangement."""

    row: PlanRow
    quotes: Sequence[Quote]
    chosen: Quote | None
    day: date
    window_id: int | None = None
    # Another day than the one that was typed.
    is_moved: bool = False
    # Of a method to a carrier's delivery point, where the city there is known.
    points: PointChoice | None = None
    # What the shipments before it take, and whether the hours that were typed are so gone.
    others: Mapping[Wanted, int] = field(default_factory=dict)
    is_hours_gone: bool = False

    @property
    def amount(self) -> LineAmount:
        return (self.chosen.amount if self.chosen else None) or NOTHING

    @property
    def arrives(self) -> tuple[date, date]:
        """When it is there, of a method that takes days."""
        return self.chosen.arrives(self.day) if self.chosen else (self.day, self.day)

    @property
    def possible(self) -> Sequence[Quote]:
        return [quote for quote in self.quotes if quote.is_possible]

    @property
    def choices(self) -> Sequence[Quote]:
        """What can be chosen: a method to the buyer's customer before his address is known too."""
        return [q for q in self.quotes if q.is_possible or q.method.is_to_customer]

    @property
    def refused(self) -> Sequence[Quote]:
        return [q for q in self.quotes if not q.is_possible and not q.method.is_to_customer]

    @property
    def windows(self) -> Sequence[WindowPlaces]:
        """Windows of the day with what the shipments before it leave of them."""
        places = self.chosen.windows_on(self.day) if self.chosen else ()
        taken = [self.others.get((place.window.pk, self.day), 0) for place in places]
        return [
            WindowPlaces(place.window, max(0, place.left - num))
            for place, num in zip(places, taken, strict=True)
        ]

    @property
    def has_customer(self) -> bool:
        """Whether a method to the buyer's own customer is among the methods."""
        return any(quote.method.is_to_customer for quote in self.quotes)

    @property
    def asks_customer(self) -> bool:
        return bool(self.chosen and self.chosen.method.is_to_customer)

    def quote(self, value: str) -> Quote | None:
        return next((q for q in self.choices if q.value == value), None)


@dataclass(frozen=True)
class Deliveries:
    """The offers of all shipments by their keys; none where no methods are kept."""

    offers: Mapping[str, ShipmentOffer] = field(default_factory=dict)

    @property
    def total_incl_tax(self) -> Decimal:
        return sum((offer.amount.incl_tax for offer in self.offers.values()), Decimal("0.00"))

    @property
    def total_excl_tax(self) -> Decimal:
        return sum((offer.amount.excl_tax for offer in self.offers.values()), Decimal("0.00"))

    @property
    def is_told_later(self) -> bool:
        """Whether a price is still to be named by the manager."""
        return any(o.chosen is None or o.chosen.amount is None for o in self.offers.values())

    @property
    def methods(self) -> Sequence[DeliveryMethod]:
        """Methods that have conditions to read."""
        found = {q.method.pk: q.method for o in self.offers.values() for q in o.quotes}
        return [m for m in found.values() if m.conditions or m.papers or m.hours]

    def vat_by_rate(self, goods: Sequence[tuple[Decimal, Decimal]]) -> Sequence[Any]:
        """VAT of goods and deliveries together, by rate, the highest first."""
        sums = dict(goods)
        for offer in self.offers.values():
            if offer.chosen and offer.amount.vat:
                percent = offer.chosen.method.vat_percent or Decimal(0)
                sums[percent] = sums.get(percent, Decimal(0)) + offer.amount.vat
        return sorted(sums.items(), reverse=True)

    @property
    def token(self) -> str:
        """What each method was shown to cost, signed; for ``prices_seen``."""
        shown = {
            key: {
                quote.value: "" if quote.amount is None else f"{quote.amount.incl_tax:.2f}"
                for quote in offer.possible
            }
            for key, offer in self.offers.items()
        }
        return signing.dumps(shown, salt=SALT, compress=True)


def prices_seen(token: str) -> Mapping[str, Mapping[str, str]]:
    """Return what was shown, by shipment and method; nothing if it is not ours."""
    try:
        found: Mapping[str, Mapping[str, str]] = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return {}
    return found


def deliveries_offered(
    *,
    context: TradeContext,
    split: SplitView,
    address: str,
    typed: Mapping[str, str],
    book: Book | None = None,
) -> Deliveries:
    """Return what each shipment can choose of, and what is chosen by what was typed so far.

    Nine queries, one where no methods are kept; with a ``book`` one. Where a carrier is switched
    on five more for each, and it is asked for prices that are not kept; three more for each
    shipment to a delivery point.
    """
    book = delivery_book() if book is None else book
    if not book.methods:
        return Deliveries()
    addresses = {address, *(row.consignee.address for row in split.rows if row.consignee)}
    last = last_methods_for(counterparty_id=context.counterparty_id, addresses=addresses)
    parcels = {row.key: _parcel(row, address, typed) for row in split.rows}
    prices = carrier_prices_asked(book, parcels)
    offers: dict[str, ShipmentOffer] = {}
    taken: Counter[Wanted] = Counter()
    for row in split.rows:
        parcel = parcels[row.key]
        quotes = quotes_for(
            book,
            parcel,
            vat_mode=context.vat_mode,
            currency=context.currency,
            carrier_prices=prices.get(row.key),
        )
        offer = _offer(row, parcel, quotes, typed, last.get(parcel.address), others=dict(taken))
        offers[row.key] = offer
        if offer.window_id:
            taken[offer.window_id, offer.day] += 1
    return Deliveries(offers)


def _parcel(row: PlanRow, address: str, typed: Mapping[str, str]) -> Parcel:
    return parcel_of(
        row.shipment,
        address=row.consignee.address if row.consignee else address,
        customer_address=typed.get(f"to_address-{row.key}", "").strip(),
    )


def _offer(  # noqa: PLR0913 - what an offer rests on
    row: PlanRow,
    parcel: Parcel,
    quotes: Sequence[Quote],
    typed: Mapping[str, str],
    last: int | None,
    *,
    others: Mapping[Wanted, int],
) -> ShipmentOffer:
    key = row.key
    wanted = typed.get(f"method-{key}", "")
    chosen = next((q for q in quotes if q.value == wanted and q.is_possible), None)
    chosen = chosen or _waiting_for_address(quotes, wanted)
    chosen = chosen or usual_quote(quotes, last=last)
    typed_day = day_typed(typed.get(f"date-{key}", ""), DATE_FORMATS)
    if chosen is None or not chosen.days:
        return ShipmentOffer(row, quotes, chosen, typed_day or row.day)
    wished = row_id(typed.get(f"window-{key}", ""))
    fitted = fit(chosen, typed_day or row.day, wished, others)
    found = fitted.window.pk if fitted.window else None
    return ShipmentOffer(
        row,
        quotes,
        chosen,
        fitted.day,
        found,
        is_moved=typed_day is not None and fitted.day != typed_day,
        points=_points(key, parcel, chosen, typed),
        others=others,
        is_hours_gone=found != wished and (wished, fitted.day) in others,
    )


def _points(key: str, parcel: Parcel, quote: Quote, typed: Mapping[str, str]) -> PointChoice | None:
    method, city = quote.method, quote.city
    if not method.is_to_point or city is None:
        return None
    text = typed.get(f"find-{key}", "").strip()[:100]
    points, num = points_in(
        carrier=method.carrier, city_code=city, text=text, weight_kg=parcel.weight_kg
    )
    code = typed.get(f"point-{key}", "")[:32]
    named = [p for p in points if p.code == code] or points_named({code})
    mine = [p for p in named if (p.carrier, p.city_code) == (method.carrier, city)]
    fits = [p for p in mine if p.max_kg is None or p.max_kg >= parcel.weight_kg]
    return PointChoice(points, num, text, next(iter(fits), None))


def _waiting_for_address(quotes: Sequence[Quote], wanted: str) -> Quote | None:
    """A method to the buyer's customer that was chosen and lacks but the customer's address."""
    for quote in quotes:
        if quote.value == wanted and quote.method.is_to_customer:
            return quote
    return None
