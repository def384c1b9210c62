"""What an order would be with a change: docs/algorithms/amending.md. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from b2b_apps.amending.change import FIELDS, AddedGoods, Change
from b2b_apps.amending.models import Action, Who
from b2b_apps.amending.rules import ENDED, LEFT, ChangeRules
from b2b_apps.core.money import LineAmount, amount_shared, line_amount, unit_prices
from b2b_apps.delivery.models import DeliveryMethod
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.owed import line_owed
from b2b_apps.pricing.selectors import ProductPrice
from b2b_apps.purchasing.goods import article_of, packs_of, unit_of
from b2b_apps.purchasing.quantities import raised_to_pack

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is in the way, of a line or of goods to be added (``article``) or of a field (``name``).

    ``kind``: late (the rules forbid it by now), multiple (``take`` would do), short, no_price,
    terms (the contract's VAT or currency is another), unknown, ambiguous, gone, nowhere (no open
    shipment leaves from where it is), probed, came (what was awaited has come: it can't be so
    little), left (more of it has left already), day, hours (delivery has its hours on the old day),
    carried (it was reckoned for the old address), no_buyer, nothing.
    """

    kind: str
    article: str = ""
    name: str = ""
    action: str = ""
    take: Decimal = ZERO
    line_id: int = 0
    product_id: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Goods to be added as they were found: the product, the shipment and the balance that they
    leave with; ``trouble`` says why not.
    """

    asked: AddedGoods
    product: Any = None
    shipment: Any = None
    stock_record_id: int | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it was and would be. ``line`` is None of goods that are added; ``of`` is the line
    that an addition is more of. Prices are in the meaning of the order's VAT. ``why`` a price is
    another one: today (raised), step (a step of the price list was left), or "".
    """

    line: Any
    product: Any
    shipment: Any
    was: Decimal
    now: Decimal
    price_was: Decimal
    price: Decimal
    amount: LineAmount
    vat_percent: Decimal | None
    vat_label: str
    why: str = ""
    of: Any = None
    stock_record_id: int | None = None
    # Of what 1C put in and we do not sell: its article, name and unit there, and 1C's name of it.
    named: tuple[str, str, str] = ("", "", "")
    external_id: str = ""

    @property
    def kind(self) -> str:
        if self.line is None:
            return "added"
        if self.now == self.was:
            return "priced" if self.price != self.price_was else "same"
        if not self.now:
            return "removed"
        return "lowered" if self.now < self.was else "raised"

    @property
    def article(self) -> str:
        if self.line:
            return str(self.line.article)
        return article_of(self.product) if self.product else self.named[0]

    @property
    def title(self) -> str:
        if self.line:
            return str(self.line.title)
        return str(self.product.get_title()) if self.product else self.named[1]

    @property
    def unit_name(self) -> str:
        if self.line:
            return str(self.line.unit_name)
        if self.product is None:
            return self.named[2]
        unit = unit_of(self.product)
        return str(unit.short_name) if unit else ""


@dataclass(frozen=True)
class Planned:
    """All that a change would do. ``rows`` are those of shipments that go on, ``emptied`` are
    shipments that nothing is left of, ``closed`` those that left in part and have no rest any more.
    """

    order: Any
    rows: Sequence[Row]
    emptied: Sequence[Shipment] = ()
    closed: Sequence[Shipment] = ()
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    days: Sequence[tuple[Shipment, date | None, date]] = ()
    troubles: Sequence[Trouble] = ()
    is_ended: bool = False
    # Shipments whose delivery was free from a sum of goods that is no longer reached.
    unfree: Sequence[Shipment] = ()
    # What the deliveries cost of shipments that go on.
    carriage_incl_tax: Decimal = Decimal("0.00")
    carriage_excl_tax: Decimal = Decimal("0.00")

    @cached_property
    def changed(self) -> Sequence[Row]:
        return [row for row in self.rows if row.kind != "same"]

    @property
    def is_empty(self) -> bool:
        return not (self.changed or self.fields or self.days or self.emptied or self.closed)

    @cached_property
    def total_incl_tax(self) -> Decimal:
        """The order's sum with it; of an order that ends as a whole, what it was."""
        if self.is_ended:
            return Decimal(self.order.total_incl_tax)
        return sum((row.amount.incl_tax for row in self.rows if row.now), self.carriage_incl_tax)

    @cached_property
    def total_excl_tax(self) -> Decimal:
        if self.is_ended:
            return Decimal(self.order.total_excl_tax)
        return sum((row.amount.excl_tax for row in self.rows if row.now), self.carriage_excl_tax)


@dataclass
class Planner:
    """Reckons a change of an order. ``lines`` have their products; ``prices`` are today's at the
    quantities asked, by product, ``growing`` are lines whose hold may be raised.
    """

    order: Any
    shipments: Sequence[Shipment]
    lines: Sequence[Any]
    rules: ChangeRules
    change: Change
    prices: Mapping[int, ProductPrice]
    growing: Collection[int]
    awaited: Mapping[int, Decimal] = field(default_factory=dict)
    probed: Collection[int] = ()
    # From which sum of goods a delivery is free, of shipments that travel free of charge.
    free_from: Mapping[int, Decimal] = field(default_factory=dict)
    found: Sequence[Found] = ()
    may_price: bool = True
    is_cancel: bool = False
    troubles: list[Trouble] = field(default_factory=list)

    def planned(self) -> Planned:
        rows = [row for line in self._live_lines() for row in self._rows(line)]
        rows += [row for found in self.found if (row := self._added(found)) is not None]
        emptied, closed = self._emptied(rows), self._closed(rows)
        live = [s for s in self.shipments if s.status != Shipment.Status.CANCELLED]
        is_ended = bool(emptied) and len(emptied) == len(live)
        self._check_cancel([*emptied, *closed])
        gone = {shipment.pk for shipment in emptied}
        carried = [d for s in live if s.pk not in gone and (d := getattr(s, "delivery", None))]
        planned = Planned(
            order=self.order,
            rows=rows,
            emptied=emptied,
            closed=closed,
            fields=self._fields(),
            days=self._days(),
            is_ended=is_ended,
            unfree=[s for s in live if s.pk not in gone and self._is_unfree(s, rows)],
            carriage_incl_tax=sum((d.price_incl_tax for d in carried), Decimal("0.00")),
            carriage_excl_tax=sum((d.price_excl_tax for d in carried), Decimal("0.00")),
        )
        if planned.is_empty and not self.troubles:
            self.troubles.append(Trouble("nothing"))
        return replace(planned, troubles=tuple(self.troubles))

    def _is_unfree(self, shipment: Shipment, rows: Sequence[Row]) -> bool:
        """Whether its goods cost less now than its free delivery asks for. It stays free for what
        cost less before already: then the staff gave it so.
        """
        least = self.free_from.get(shipment.pk)
        if least is None or shipment.status in LEFT:
            return False
        mine = [row for row in rows if row.shipment and row.shipment.pk == shipment.pk]
        was = sum((row.line.line_price_incl_tax for row in mine if row.line), ZERO)
        now = sum((row.amount.incl_tax for row in mine if row.now), ZERO)
        return now < least <= was

    @cached_property
    def _by_id(self) -> Mapping[int, Shipment]:
        return {shipment.pk: shipment for shipment in self.shipments}

    def _live_lines(self) -> list[Any]:
        """Lines that the order still comes to; a cancelled shipment's are history."""
        return [
            line
            for line in self.lines
            if line.shipment_id is None
            or self._by_id[line.shipment_id].status != Shipment.Status.CANCELLED
        ]

    @cached_property
    def _totals(self) -> Mapping[int, tuple[Decimal, Decimal]]:
        """How much of each position was and would be ordered: its price is that of the whole."""
        totals: dict[int, tuple[Decimal, Decimal]] = {}
        for line in self._live_lines():
            was, now = totals.get(line.position, (ZERO, ZERO))
            totals[line.position] = (was + line.quantity, now + self._now(line))
        return totals

    def _now(self, line: Any) -> Decimal:
        return self.change.quantities.get(line.pk, line.quantity)

    def _price_was(self, line: Any) -> Decimal:
        is_on_top = self.order.vat_mode == "on_top"
        return Decimal((line.unit_price_excl_tax if is_on_top else line.unit_price_incl_tax) or 0)

    def _rows(self, line: Any) -> list[Row]:
        shipment, now = self._by_id.get(line.shipment_id), self._now(line)
        if now != line.quantity and not self._may(line, shipment, now):
            now = line.quantity
        price, why = self._price(line, shipment)
        if now > line.quantity and line.pk not in self.growing:
            more = self._row(line, shipment, line.quantity, price, why)
            return [more, self._more_of(line, shipment, now - line.quantity, price)]
        return [self._row(line, shipment, now, price, why)]

    def _row(self, line: Any, shipment: Any, now: Decimal, price: Decimal, why: str) -> Row:
        was = self._price_was(line)
        amount = line_owed(line, shipment)
        percent, label = line.vat_percent, line.vat_label
        if now and now != line.quantity and now == left_of(line, shipment):
            amount = amount_shared(amount, [now, line.quantity - now])[0]
        elif now and (now != line.quantity or price != was):
            amount = self._amount(price, now, percent)
        return Row(
            line, line.product, shipment, line.quantity, now, was, price, amount, percent, label,
            why if price != was else "", None, line.stockrecord_id,
        )  # fmt: skip

    def _more_of(self, line: Any, shipment: Any, more: Decimal, price: Decimal) -> Row:
        amount = self._amount(price, more, line.vat_percent)
        return Row(
            None, line.product, shipment, ZERO, more, ZERO, price, amount, line.vat_percent,
            line.vat_label, "", line, line.stockrecord_id,
        )  # fmt: skip

    def _amount(self, price: Decimal, quantity: Decimal, percent: Decimal | None) -> LineAmount:
        mode = self.order.vat_mode
        return line_amount(price=price, quantity=quantity, vat_percent=percent, vat_mode=mode)

    def _may(self, line: Any, shipment: Any, now: Decimal) -> bool:
        """Whether the quantity may be so; if not, a trouble is noted."""
        action = Action.REMOVE if not now else (
            Action.LOWER if now < line.quantity else Action.RAISE
        )  # fmt: skip
        kind, take, left = "", ZERO, left_of(line, shipment)
        if shipment is None or (not self.is_cancel and not self.rules.allows(action, shipment)):
            kind = "late"
        elif now < left:
            kind, take = "left", left
        elif now > left:
            kind, take = self._fit(line, now, is_more=now > line.quantity)
        if kind:
            self.troubles.append(
                Trouble(kind, line.article, action=action, take=take, line_id=line.pk)
            )
        return not kind

    def _fit(self, line: Any, now: Decimal, *, is_more: bool) -> tuple[str, Decimal]:
        """What is wrong with a new quantity: the packs; with more of it, the price."""
        if line.product is None:
            return ("gone", ZERO) if is_more else ("", ZERO)
        price = self.prices.get(line.product_id)
        if is_more and line.product_id in self.probed:
            return "probed", ZERO
        if is_more and (kind := self._price_trouble(price)):
            return kind, ZERO
        if line.pk in self.awaited and now <= self.awaited[line.pk]:
            return "came", ZERO
        multiple, minimum = packs_of(line.product, price)
        total = self._totals[line.position][1]
        if now % multiple or total < minimum:
            least = max(ZERO, minimum - (total - now))
            return "multiple", raised_to_pack(now, multiple=multiple, minimum=least)
        return "", ZERO

    def _price_trouble(self, price: ProductPrice | None) -> str:
        if not self.may_price:
            return "no_buyer"
        if price is None:
            return "no_price"
        is_ours = price.currency == self.order.currency and price.vat_mode == self.order.vat_mode
        return "" if is_ours else "terms"

    def _price(self, line: Any, shipment: Any) -> tuple[Decimal, str]:
        """The price of a line now: the agreed one, unless its position grows (today's) or leaves
        a step of the price list (today's, if dearer). What has left keeps its price.
        """
        agreed = self._price_was(line)
        was, now = self._totals[line.position]
        price = self.prices.get(line.product_id)
        if was == now or price is None or shipment is None or shipment.status in LEFT:
            return agreed, ""
        if self._price_trouble(price) or not self.may_price:
            return agreed, ""
        if now > was:
            return price.unit_price_at(now), "today"
        today = price.unit_price_at(now) if now else agreed
        if now and today > price.unit_price_at(was):
            return max(agreed, today), "step"
        return agreed, ""

    def _added(self, found: Found) -> Row | None:
        asked, product = found.asked, found.product
        kind, take = found.trouble, ZERO
        price = self.prices.get(product.pk) if product else None
        kind = kind or self._price_trouble(price)
        if not kind and product and price:
            multiple, minimum = packs_of(product, price)
            take = raised_to_pack(asked.quantity, multiple=multiple, minimum=minimum)
            kind = "multiple" if take != asked.quantity else ""
        if kind or price is None:
            known = product.pk if product else 0
            self.troubles.append(
                Trouble(kind, asked.article, action=Action.ADD, take=take, product_id=known)
            )
            return None
        unit = price.unit_price_at(asked.quantity)
        return Row(
            None, product, found.shipment, ZERO, asked.quantity, ZERO, unit,
            price.line_at(asked.quantity), price.vat_percent, price.vat_label, "", None,
            found.stock_record_id,
        )  # fmt: skip

    def _emptied(self, rows: Sequence[Row]) -> list[Shipment]:
        left = {row.shipment.pk for row in rows if row.shipment and row.now}
        return [s for s in self.shipments if s.status not in LEFT and s.pk not in left]

    def _closed(self, rows: Sequence[Row]) -> list[Shipment]:
        """Shipments that left in part and of which nothing is to come any more."""
        rest = {r.shipment.pk for r in rows if r.shipment and r.now > left_of(r.line, r.shipment)}
        return [s for s in self.shipments
                if s.status == Shipment.Status.PARTLY and s.pk not in rest]  # fmt: skip

    def _check_cancel(self, off: Sequence[Shipment]) -> None:
        """To empty all that is open is to cancel, and takes the right to cancel."""
        still_open = [s for s in self.shipments if s.status not in ENDED]
        if not off or (not self.is_cancel and len(off) < len(still_open)):
            return
        if not all(self.rules.allows(Action.CANCEL, shipment) for shipment in off):
            self.troubles.append(Trouble("late", action=Action.CANCEL))

    def _fields(self) -> dict[str, tuple[str, str]]:
        found = {}
        for name, value in self.change.fields.items():
            was = str(getattr(self.order, name))
            if value == was:
                continue
            found[name] = (was, value)
            if not self.rules.any_of(FIELDS[name], self.shipments):
                self.troubles.append(Trouble("late", name=name, action=FIELDS[name]))
            elif name == "delivery_address" and self._is_carried_to(was):
                self.troubles.append(Trouble("carried", name=name, action=FIELDS[name]))
        return found

    def _is_carried_to(self, address: str) -> bool:
        """Whether a price of delivery was agreed for an address: it may be dearer to another, or
        not be at all. The staff see to it themselves.
        """
        if self.rules.who == Who.STAFF:
            return False
        going = [
            getattr(shipment, "delivery", None)
            for shipment in self.shipments
            if shipment.status not in LEFT and shipment.consignee_address in {address, ""}
        ]
        return any(
            d.kind != DeliveryMethod.Kind.PICKUP and not (d.is_to_customer or d.is_told_later)
            for d in going
            if d
        )

    def _days(self) -> list[tuple[Shipment, date | None, date]]:
        found = []
        for pk, day in self.change.days.items():
            shipment = self._by_id.get(pk)
            if shipment is None or shipment.planned_date == day:
                continue
            found.append((shipment, shipment.planned_date, day))
            if not self.rules.allows(Action.DAY, shipment):
                self.troubles.append(Trouble("late", name=f"{shipment.sequence}", action="day"))
            elif shipment.ready_on and day < shipment.ready_on:
                self.troubles.append(Trouble("day", name=f"{shipment.sequence}", action="day"))
            elif self._has_hours(shipment):
                self.troubles.append(Trouble("hours", name=f"{shipment.sequence}", action="day"))
        return found

    def _has_hours(self, shipment: Any) -> bool:
        """Whether hours are taken for the day it leaves on: on another they may be full."""
        delivery = getattr(shipment, "delivery", None)
        return bool(delivery and delivery.load_id and self.rules.who != Who.STAFF)


def left_of(line: Any, shipment: Any) -> Decimal:
    """How much of a line has left already of a shipment that goes on; it can't be less."""
    is_partly = shipment is not None and shipment.status == Shipment.Status.PARTLY
    return Decimal(line.quantity_shipped) if line is not None and is_partly else ZERO


def row_prices(row: Row, vat_mode: str) -> tuple[Decimal, Decimal]:
    """The unit price of a row (excl. tax, incl. tax)."""
    return unit_prices(price=row.price, vat_percent=row.vat_percent, vat_mode=vat_mode)
