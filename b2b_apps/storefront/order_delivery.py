"""What the checkout shows of delivery: the methods of each shipment, days, hours, why not."""

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
from b2b_apps.delivery.models import DeliveryMethod
from b2b_apps.delivery.quoting import Book, Quote, WindowPlaces, quotes_for
from b2b_apps.delivery.selectors import delivery_book, last_methods_for
from b2b_apps.purchasing.deliveries import NOTHING, fit, parcel_of, usual_quote
from b2b_apps.storefront.order_split import PlanRow, SplitView

SALT = "storefront.delivery"
DATE_FORMATS = ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d")


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
        return self.chosen.windows_on(self.day) if self.chosen else ()

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

    Nine queries, one where no methods are kept; with a ``book`` one.
    """
    book = delivery_book() if book is None else book
    if not book.methods:
        return Deliveries()
    addresses = {address, *(row.consignee.address for row in split.rows if row.consignee)}
    last = last_methods_for(counterparty_id=context.counterparty_id, addresses=addresses)
    offers = {row.key: _offer(context, book, row, address, typed, last) for row in split.rows}
    return Deliveries(offers)


def _offer(  # noqa: PLR0913, PLR0917 - what an offer is made of
    context: TradeContext,
    book: Book,
    row: PlanRow,
    address: str,
    typed: Mapping[str, str],
    last: Mapping[str, int],
) -> ShipmentOffer:
    key = row.key
    goes_to = row.consignee.address if row.consignee else address
    parcel = parcel_of(
        row.shipment, address=goes_to, customer_address=typed.get(f"to_address-{key}", "").strip()
    )
    quotes = quotes_for(book, parcel, vat_mode=context.vat_mode, currency=context.currency)
    wanted = typed.get(f"method-{key}", "")
    chosen = next((q for q in quotes if q.value == wanted and q.is_possible), None)
    chosen = chosen or _waiting_for_address(quotes, wanted)
    chosen = chosen or usual_quote(quotes, last=last.get(goes_to))
    typed_day = day_typed(typed.get(f"date-{key}", ""), DATE_FORMATS)
    if chosen is None or not chosen.days:
        return ShipmentOffer(row, quotes, chosen, typed_day or row.day)
    window = typed.get(f"window-{key}", "")
    fitted = fit(chosen, typed_day or row.day, row_id(window))
    return ShipmentOffer(
        row,
        quotes,
        chosen,
        fitted.day,
        fitted.window.pk if fitted.window else None,
        is_moved=typed_day is not None and fitted.day != typed_day,
    )


def _waiting_for_address(quotes: Sequence[Quote], wanted: str) -> Quote | None:
    """A method to the buyer's customer that was chosen and lacks but the customer's address."""
    for quote in quotes:
        if quote.value == wanted and quote.method.is_to_customer:
            return quote
    return None
