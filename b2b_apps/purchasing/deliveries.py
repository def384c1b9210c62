"""How each shipment of a plan travels, decided anew when it is placed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from b2b_apps.core.context import TradeContext
from b2b_apps.core.money import LineAmount
from b2b_apps.delivery.carriers.cities import points_named
from b2b_apps.delivery.carriers.prices import carrier_prices
from b2b_apps.delivery.models import (
    CarrierPoint,
    DeliveryMethod,
    DeliveryWindow,
    ShipmentDelivery,
)
from b2b_apps.delivery.quoting import Parcel, Quote, quotes_for
from b2b_apps.delivery.selectors import delivery_book, last_methods_for
from b2b_apps.purchasing.details import OrderDetails, ShipmentWish
from b2b_apps.purchasing.errors import OfferChangedError
from b2b_apps.purchasing.offers import Difference
from b2b_apps.purchasing.plan import OrderPlan, ShipmentPlan

Kind = DeliveryMethod.Kind
NOTHING = LineAmount(Decimal("0.00"), Decimal("0.00"), Decimal("0.00"))
# Of a method as shipments and 1C know it.
KINDS = {Kind.PICKUP: "pickup", Kind.OWN: "delivery", Kind.CARRIER: "carrier"}
Wanted = tuple[int, date]


class Fitted(NamedTuple):
    """The method of a shipment, the day and the hours; ``full`` where all hours are taken."""

    quote: Quote
    day: date
    window: DeliveryWindow | None = None
    full: bool = False


@dataclass(frozen=True)
class Decided:
    """What holds for a shipment. Without a ``quote`` it is arranged with the manager; not even
    that is noted (``is_kept``) where no methods are kept.
    """

    kind: str
    day: date | None
    wish: ShipmentWish
    quote: Quote | None = None
    window: DeliveryWindow | None = None
    is_kept: bool = False
    point: CarrierPoint | None = None

    @property
    def amount(self) -> LineAmount:
        return (self.quote.amount if self.quote else None) or NOTHING

    @property
    def wanted(self) -> Wanted | None:
        """The window and day in which a place is needed."""
        return (self.window.pk, self.day) if self.window and self.day else None

    def row(self, shipment_id: int) -> ShipmentDelivery:
        """The row that keeps it with its shipment."""
        quote, customer = self.quote, self.wish.customer
        if quote is None:
            return ShipmentDelivery(
                shipment_id=shipment_id, kind=Kind.OWN, name="", is_told_later=True
            )
        method, amount = quote.method, self.amount
        arrives = quote.arrives(self.day) if self.day and quote.max_days else (None, None)
        to_customer = method.is_to_customer
        return ShipmentDelivery(
            shipment_id=shipment_id,
            method=method,
            kind=method.kind,
            name=method.name,
            zone_name=quote.zone.name if quote.zone else "",
            price_excl_tax=amount.excl_tax,
            price_incl_tax=amount.incl_tax,
            vat_amount=amount.vat,
            vat_percent=method.vat_percent,
            is_told_later=quote.amount is None,
            arrives_from=arrives[0],
            arrives_to=arrives[1],
            window_text=str(self.window) if self.window else "",
            is_to_customer=to_customer,
            recipient_name=customer.name[:255] if to_customer else "",
            recipient_phone=customer.phone[:100] if to_customer else "",
            recipient_address=customer.address[:500] if to_customer else "",
            carrier=method.carrier,
            tariff_code=method.tariff_code,
            point_code=self.point.code if self.point else "",
            point_address=self.point.address if self.point else "",
        )


def parcel_of(shipment: ShipmentPlan, *, address: str, customer_address: str) -> Parcel:
    """A shipment of a plan as what carries it sees it."""
    return Parcel(
        warehouse_id=shipment.warehouse_id,
        address=address,
        customer_address=customer_address,
        weight_kg=shipment.weight_kg,
        volume_m3=shipment.volume_m3,
        goods_incl_tax=shipment.total_incl_tax,
        ready_on=shipment.day,
        is_weighed=shipment.is_weighed,
    )


def usual_quote(
    quotes: Sequence[Quote], *, last: int | None = None, prefers: str = ""
) -> Quote | None:
    """What is offered first: the method used last for this consignee, else the first that can
    be; ``prefers`` is "pickup" or "delivery".
    """
    possible = [quote for quote in quotes if quote.is_possible]
    for quote in possible:
        if quote.method.pk == last:
            return quote
    if prefers:
        is_pickup = prefers == "pickup"
        suits = [q for q in possible if (q.method.kind == Kind.PICKUP) == is_pickup]
        possible = suits or possible
    plain = [quote for quote in possible if not quote.method.is_to_customer]
    return next(iter(plain or possible), None)


def deliveries_decide(
    *, context: TradeContext, details: OrderDetails, plan: OrderPlan, is_strict: bool
) -> Mapping[str, Decided]:
    """Return how each shipment travels, by its key: as wished, reckoned anew.

    Raises OfferChangedError where that is no longer as it was shown: another price, a method or
    a day that cannot be, hours that are taken. Not ``is_strict`` (an order that was approved
    days later) the next day and free hours stand in for those. Carriers are not asked here: what
    they said a moment ago counts. Ten queries at most, one where no methods are kept; of each
    carrier that is switched on four more.
    """
    book = delivery_book()
    if not book.methods:
        return {s.key: _without_methods(s, details) for s in plan.shipments}
    last = _last(context, details, plan)
    parcels = {s.key: _parcel(s, details) for s in plan.shipments}
    prices = carrier_prices(book, parcels)
    points = points_named({details.wish(s.key).point for s in plan.shipments})
    decided: dict[str, Decided] = {}
    taken: Counter[Wanted] = Counter()
    differences: list[Difference] = []
    for shipment in plan.shipments:
        key = shipment.key
        quotes = quotes_for(
            book,
            parcels[key],
            vat_mode=context.vat_mode,
            currency=context.currency,
            carrier_prices=prices.get(key),
        )
        found = _decide(details, shipment, quotes, last, points, taken=taken)
        decided[shipment.key] = found
        if found.window and found.day:
            taken[found.window.pk, found.day] += 1
        if is_strict:
            differences += _differences(found, details.wish(shipment.key), shipment)
    if differences:
        raise OfferChangedError(differences)
    return decided


def addresses_of(plan: OrderPlan, details: OrderDetails) -> Sequence[str]:
    """Return where an order goes, each address once, its own first: a shipment goes to its
    consignee or to the buyer's customer. Raises ConsigneeUnknownError. No query.
    """
    found = [details.delivery_address]
    for shipment in plan.shipments:
        own = details.receiver(shipment.consignee_id).address
        found.append(details.wish(shipment.key).customer.address or own)
    return list(dict.fromkeys(address for address in found if address))


def _without_methods(shipment: ShipmentPlan, details: OrderDetails) -> Decided:
    wish = details.wish(shipment.key)
    kind = wish.method if wish.method in {"pickup", "delivery"} else "delivery"
    return Decided(kind, wish.planned_date, wish)


def _last(context: TradeContext, details: OrderDetails, plan: OrderPlan) -> Mapping[str, int]:
    """Methods used last, by address; asked only where a shipment has none chosen."""
    undecided = [s for s in plan.shipments if not details.wish(s.key).method.startswith("m")]
    if not undecided:
        return {}
    addresses = {details.receiver(s.consignee_id).address for s in undecided}
    return last_methods_for(counterparty_id=context.counterparty_id, addresses=addresses)


def _parcel(shipment: ShipmentPlan, details: OrderDetails) -> Parcel:
    return parcel_of(
        shipment,
        address=details.receiver(shipment.consignee_id).address,
        customer_address=details.wish(shipment.key).customer.address,
    )


def _decide(  # noqa: PLR0913 - what a decision rests on
    details: OrderDetails,
    shipment: ShipmentPlan,
    quotes: Sequence[Quote],
    last: Mapping[str, int],
    points: Sequence[CarrierPoint],
    *,
    taken: Mapping[Wanted, int],
) -> Decided:
    wish, address = details.wish(shipment.key), details.receiver(shipment.consignee_id).address
    if wish.method.startswith("m"):
        chosen = next((q for q in quotes if q.value == wish.method and q.is_possible), None)
    else:
        chosen = usual_quote(quotes, last=last.get(address), prefers=wish.method)
    if chosen is None:
        return Decided("delivery", wish.planned_date, wish, is_kept=True)
    fitted = fit(chosen, wish.planned_date or shipment.day, wish.window, taken)
    kind = KINDS[Kind(chosen.method.kind)]
    point = next((p for p in points if _takes(p, wish, chosen, shipment)), None)
    return Decided(kind, fitted.day, wish, chosen, fitted.window, is_kept=True, point=point)


def _takes(point: CarrierPoint, wish: ShipmentWish, quote: Quote, shipment: ShipmentPlan) -> bool:
    """Whether a delivery point is the one wished, in the right city, and takes the weight."""
    return (
        quote.method.is_to_point
        and (point.carrier, point.code) == (quote.method.carrier, wish.point)
        and point.city_code == quote.city
        and (point.max_kg is None or point.max_kg >= shipment.weight_kg)
    )


def fit(
    quote: Quote, day: date, window_id: int | None, taken: Mapping[Wanted, int] | None = None
) -> Fitted:
    """Return the day nearest to the one wished, and hours that are free on it. ``taken`` is what
    other shipments of the same order take.
    """
    day = quote.nearest(day)
    if not quote.windows:
        return Fitted(quote, day)
    places, others = quote.windows_on(day), taken or {}
    free = [p.window for p in places if p.left > others.get((p.window.pk, day), 0)]
    wished = (window for window in free if window.pk == window_id)
    found = next(wished, None) or next(iter(free), None)
    return Fitted(quote, day, found, full=found is None)


def _differences(
    decided: Decided, wish: ShipmentWish, shipment: ShipmentPlan
) -> Sequence[Difference]:
    """What is not as it was shown; an order without a choice of his takes what there is."""
    number, quote = shipment.number, decided.quote
    if not wish.method.startswith("m"):
        return []
    if quote is None:
        return [Difference("delivery_gone", None, shipment=number)]
    found = []
    if wish.planned_date and decided.day != wish.planned_date:
        found.append(Difference("delivery_day", None, shipment=number))
    elif quote.windows and (
        decided.window is None or (wish.window and decided.window.pk != wish.window)
    ):
        found.append(Difference("window_full", None, shipment=number))
    if quote.method.is_to_point and wish.point and decided.point is None:
        found.append(Difference("delivery_point", None, shipment=number))
    now = "" if quote.amount is None else f"{quote.amount.incl_tax:.2f}"
    if wish.price_seen is not None and wish.price_seen != now:
        was = Decimal(wish.price_seen or 0)
        kind = "delivery_price" if now else "delivery_unpriced"
        found.append(Difference(kind, None, was, decided.amount.incl_tax, shipment=number))
    return found
