"""What the page of an order and the thank-you page show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from b2b_apps.companies.roles import SEE_DEBTS, SEE_PRICES
from b2b_apps.core.context import ReadContext
from b2b_apps.delivery.models import ShipmentDelivery
from b2b_apps.documents.models import Document
from b2b_apps.documents.selectors import invoice_of
from b2b_apps.fulfilment.models import Shipment, StatusLook
from b2b_apps.fulfilment.reading import lines_read
from b2b_apps.fulfilment.statuses import StatusBook, status_book, worn_of
from b2b_apps.pricing.frozen import thawed
from b2b_apps.purchasing.orders import placed_together
from b2b_apps.storefront.order_stop import OrderStop, order_stop
from b2b_apps.storefront.order_words import STOPPED, order_word, shipment_word
from b2b_apps.storefront.price_chain import kept_sentence

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Station:
    """A station of a route: ``state`` is done, now, late or empty for what is to come."""

    state: str
    title: str
    at: datetime | None = None
    plan: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShipmentBlock:
    """A shipment with its lines; one that was cancelled says what it would have come to."""

    shipment: Shipment
    lines: Sequence[Any]
    kind: str
    word: str
    route: Sequence[Station]
    # What the staff tell of its status.
    about: str = ""

    @property
    def delivery(self) -> ShipmentDelivery | None:
        """What was agreed of its delivery; None where no methods were kept."""
        return getattr(self.shipment, "delivery", None)

    @property
    def total_incl_tax(self) -> Decimal:
        carriage = self.delivery.price_incl_tax if self.delivery else ZERO
        return sum((line.owed_incl_tax for line in self.lines), carriage)

    @property
    def weight_kg(self) -> Decimal:
        return sum((_measure(line, "weight_kg") for line in self.lines), ZERO)


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order with everything that hangs on it."""

    order: Any
    shipments: Sequence[ShipmentBlock]
    documents: Sequence[Document]
    payments: Sequence[Any]
    route: Sequence[Station]
    vat_by_rate: Sequence[tuple[Decimal, Decimal]]
    kind: str
    word: str
    may_see_prices: bool
    # What the staff tell of its status.
    about: str = ""
    stop: OrderStop | None = None
    together: Sequence[Any] = ()

    @property
    def invoice(self) -> Document | None:
        return invoice_of(self.documents)

    @property
    def weight_kg(self) -> Decimal:
        return sum((block.weight_kg for block in self.shipments), ZERO)

    @property
    def volume_m3(self) -> Decimal:
        return sum((_measure(x, "volume_m3") for b in self.shipments for x in b.lines), ZERO)

    @property
    def num_lines(self) -> int:
        return sum(len(block.lines) for block in self.shipments)

    @property
    def is_overdue(self) -> bool:
        due: date | None = self.order.payment_due
        return bool(self.order.unpaid and due and due < timezone.localdate())

    @property
    def paid_percent(self) -> Decimal:
        total = self.order.total_incl_tax
        return self.order.paid * 100 / total if total else ZERO


def order_page(*, context: ReadContext, order: Any) -> OrderPage:
    """Load what hangs on an order. Eight queries at most, whatever its length; ten if it was
    stopped. ``together`` are the other orders of its group.
    """
    book = status_book()
    found = order.shipments.select_related("warehouse", "delivery").order_by("sequence")
    of_order = {shipment.pk: shipment for shipment in found}
    lines: dict[int | None, list[Any]] = {}
    rows = order.lines.select_related("product__parent", "awaited").order_by("position", "pk")
    may_see_prices = context.may(SEE_PRICES, counterparty_id=order.counterparty_id)
    # A cancelled shipment says what it would have come to.
    owing = {pk: s for pk, s in of_order.items() if not _is_cancelled(s)}
    for line in lines_read(rows, owing):
        if may_see_prices:
            steps = thawed(line.price_steps, order.price_terms)
            line.why = kept_sentence(steps, order.currency)
        lines.setdefault(line.shipment_id, []).append(line)
    shipments = [_block(s, lines.get(s.pk, []), book) for s in of_order.values()]
    worn = worn_of(of_order.values())
    kind, word = order_word(order, book, worn)
    look = book.of_order(order.status, worn)
    sees_debts = may_see_prices and context.may(SEE_DEBTS, counterparty_id=order.counterparty_id)
    documents = list(order.documents.all()) if may_see_prices else []
    return OrderPage(
        order=order,
        shipments=shipments,
        documents=documents,
        payments=list(order.payments.all()) if may_see_prices else [],
        route=_route(order, shipments, documents, book, may_see_prices=may_see_prices),
        vat_by_rate=_vat(shipments),
        kind=kind,
        word=word,
        may_see_prices=may_see_prices,
        # Of a status of the staff's own each shipment that wears it tells.
        about=look.about if look.of == StatusLook.Of.ORDER else "",
        stop=order_stop(order=order, sees_prices=may_see_prices, sees_debts=sees_debts),
        together=placed_together(context=context, order=order),
    )


def _block(shipment: Shipment, lines: Sequence[Any], book: StatusBook) -> ShipmentBlock:
    kind, word = shipment_word(shipment, book)
    route = _shipment_route(shipment, book)
    return ShipmentBlock(shipment, lines, kind, word, route, book.worn(shipment).about)


def _shipment_route(shipment: Shipment, book: StatusBook) -> Sequence[Station]:
    if shipment.status == Shipment.Status.CANCELLED:
        return []
    stations = [
        (Shipment.Status.CONFIRMED, _("Confirmed"), shipment.confirmed_at),
        (Shipment.Status.PICKING, _("Being picked"), shipment.picking_at),
        (Shipment.Status.SHIPPED, _("Shipped"), shipment.shipped_at),
    ]
    stations = [(code, book.shipment(code).own_name or usual, at) for code, usual, at in stations]
    to_come = {
        Shipment.Status.CONFIRMED: _("Confirmation"),
        Shipment.Status.PICKING: _("Picking"),
        Shipment.Status.SHIPPED: _("Dispatch"),
    }
    order = [Shipment.Status.PLANNED, *(status for status, _t, _at in stations)]
    if is_partly := shipment.status == Shipment.Status.PARTLY:
        stations[-1] = (
            Shipment.Status.SHIPPED,
            book.shipment(shipment.status).own_name or _("Partly shipped"),
            shipment.shipped_at,
        )
        reached = order.index(Shipment.Status.PICKING)
    else:
        reached = order.index(Shipment.Status(shipment.status))
    planned = f"{shipment.planned_date:%d.%m}" if shipment.planned_date else ""
    return [
        Station(
            _state(place, reached, len(stations), is_partly=is_partly),
            title
            if is_partly
            else _title(status, title, to_come, is_reached=place <= reached, is_first=not reached),
            at,
            planned if status == Shipment.Status.SHIPPED and not at else "",
        )
        for place, (status, title, at) in enumerate(stations, start=1)
    ]


def _title(
    status: str, title: str, to_come: dict[Any, str], *, is_reached: bool, is_first: bool
) -> str:
    """What was done is told as done, what is to come as a thing to come."""
    if is_reached:
        return title
    waits = is_first and status == Shipment.Status.CONFIRMED
    return _("Waits for confirmation") if waits else to_come[status]


def _state(place: int, reached: int, last: int, *, is_partly: bool) -> str:
    if is_partly:
        return "now" if place == last else "done"
    if place < reached or reached == last:
        return "done"
    if place == reached:
        return "now"
    return "now" if place == 1 and reached == 0 else ""


def _route(
    order: Any,
    blocks: Sequence[ShipmentBlock],
    documents: Sequence[Any],
    book: StatusBook,
    *,
    may_see_prices: bool,
) -> Sequence[Station]:
    """Placed, invoiced, confirmed, shipped, paid: the invoice is made at once."""
    active = [b.shipment for b in blocks if b.shipment.status != Shipment.Status.CANCELLED]
    confirmed = [s.confirmed_at for s in active if s.confirmed_at]
    shipped = [s for s in active if s.status == Shipment.Status.SHIPPED]
    stations = [Station("done", book.order("placed").own_name or _("Placed"), order.date_placed)]
    if order.status == "cancelled":
        return [*stations, Station("late", book.order("cancelled").name)]
    if order.credit_state in STOPPED:
        stations.append(Station("late", str(STOPPED[order.credit_state][1])))
    invoice = next((d for d in documents if d.kind == Document.Kind.INVOICE), None)
    if invoice:
        is_ready = invoice.state == Document.State.READY
        stations.append(Station("done", _("Invoiced")) if is_ready else Station("", _("Invoice")))
    is_confirmed = bool(active) and len(confirmed) == len(active)
    is_partly = any(s.status == Shipment.Status.PARTLY for s in active)
    is_past = is_confirmed or bool(shipped) or is_partly
    stations.append(
        Station(
            "done" if is_past else "now",
            book.order("confirmed").name if is_past else _("Confirmation"),
            max(confirmed) if is_confirmed else None,
        )
    )
    stations.append(_shipped_station(active, shipped, is_partly=is_partly))
    if may_see_prices:
        stations.append(_paid_station(order))
    return stations


def _shipped_station(
    active: Sequence[Shipment], shipped: Sequence[Shipment], *, is_partly: bool
) -> Station:
    if active and len(shipped) == len(active):
        return Station("done", _("Shipped"), max(s.shipped_at for s in shipped if s.shipped_at))
    if shipped:
        values = {"done": len(shipped), "all": len(active)}
        return Station("now", _("Being shipped, %(done)d of %(all)d") % values)
    if is_partly:
        return Station("now", _("Partly shipped"))
    planned = [s.planned_date for s in active if s.planned_date]
    return Station("", _("Dispatch"), plan=f"{max(planned):%d.%m}" if planned else "")


def _paid_station(order: Any) -> Station:
    if not order.unpaid:
        return Station("done", _("Paid"))
    due = order.payment_due
    is_late = bool(due and due < timezone.localdate())
    note = _("until %(day)s") % {"day": f"{due:%d.%m.%Y}"} if due else ""
    return Station("late" if is_late else "", _("Payment"), note=note)


def _is_cancelled(shipment: Shipment | None) -> bool:
    return shipment is not None and shipment.status == Shipment.Status.CANCELLED


def _vat(blocks: Sequence[ShipmentBlock]) -> Sequence[tuple[Decimal, Decimal]]:
    """The VAT of what the order's sum is of, by rate."""
    sums: dict[Decimal, Decimal] = {}
    for block in [b for b in blocks if not _is_cancelled(b.shipment)] or blocks:
        taxes = [(line.vat_percent, line.owed_vat) for line in block.lines]
        if block.delivery:
            taxes.append((block.delivery.vat_percent, block.delivery.vat_amount))
        for percent, vat in taxes:
            if percent and vat:
                sums[percent] = sums.get(percent, ZERO) + vat
    return sorted(sums.items(), reverse=True)


def _measure(line: Any, name: str) -> Decimal:
    product = line.product
    if product is None:
        return ZERO
    own = getattr(product, name) or (getattr(product.parent, name) if product.parent else None)
    return (own or ZERO) * line.quantity
