"""Lines of an order as 1C has made them. Pure but for the balances of goods that are new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.apps import apps

from b2b_apps.amending.planning import Row, left_of
from b2b_apps.core.money import LineAmount, line_amount, round_unit_price, shared_out
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.snapshots import PRICE_ROUNDED, Goods, key_of

ZERO = Decimal(0)
WHY = "1c"


@dataclass(frozen=True, slots=True)
class ToldGoods:
    """Goods in a document of 1C: ``quantity`` in base units, ``amount`` in the meaning of the
    order's VAT. ``product`` is None of what we do not sell; then ``article``, ``title``, ``unit``
    and 1C's name of it say what it is.
    """

    quantity: Decimal
    amount: Decimal
    product: Any = None
    external_id: str = ""
    article: str = ""
    title: str = ""
    unit: str = ""
    vat_percent: Decimal | None = None
    vat_label: str = ""

    @property
    def key(self) -> str:
        return key_of(self.product.pk if self.product else None, self.external_id)


def rows_for(
    *,
    order: Any,
    shipment: Shipment,
    lines: Sequence[Any],
    edits: Mapping[str, Goods | None],
    told: Sequence[ToldGoods],
) -> list[Row]:
    """Return the rows of goods that 1C changed: ``lines`` are theirs. One query if some are new."""
    rows: list[Row] = []
    for key, now in edits.items():
        mine = [x for x in lines if key_of(x.product_id, x.partner_line_reference) == key]
        if mine:
            rows += _changed(order, shipment, mine, now)
        elif now is not None:
            first = next(row for row in told if row.key == key)
            rows.append(_added(order, shipment, first, now))
    return _with_records(rows, shipment)


def _changed(order: Any, shipment: Shipment, lines: Sequence[Any], now: Goods | None) -> list[Row]:
    """Less is taken from the last line of the product, never what has left of it; more is a line of
    its own: 1C has its stock already, and a hold that 1C knows can't grow.
    """
    if now is None:
        return [_row(order, shipment, line, ZERO, _price(order, line)) for line in lines]
    was = sum((line.quantity for line in lines), ZERO)
    gone = [left_of(line, shipment) for line in lines]
    rest, quantities = now.quantity - sum(gone, ZERO), []
    for line, left in zip(lines, gone, strict=True):
        quantities.append(min(line.quantity, left + rest))
        rest -= quantities[-1] - left
    price = _new_price(order, lines, now)
    rows = [
        _row(order, shipment, line, quantity, price or _price(order, line))
        for line, quantity in zip(lines, quantities, strict=True)
    ]
    if now.quantity > was:
        last = lines[-1]
        rows.append(_more(order, shipment, last, now.quantity - was, price or _price(order, last)))
    return _costing(order, rows, now.amount) if price else rows


def _price(order: Any, line: Any) -> Decimal:
    is_on_top = order.vat_mode == "on_top"
    return Decimal((line.unit_price_excl_tax if is_on_top else line.unit_price_incl_tax) or 0)


def _new_price(order: Any, lines: Sequence[Any], now: Goods) -> Decimal | None:
    """The price that 1C gave, None if it is that of the lines but for rounding."""
    prices = [_price(order, line) for line in lines]
    least, most = min(prices) - PRICE_ROUNDED, max(prices) + PRICE_ROUNDED
    slack = Decimal("0.01") / now.quantity
    return None if least - slack <= now.price <= most + slack else round_unit_price(now.price)


def _row(order: Any, shipment: Shipment, line: Any, now: Decimal, price: Decimal) -> Row:
    was = _price(order, line)
    amount = LineAmount(line.line_price_excl_tax, line.vat_amount, line.line_price_incl_tax)
    if now and (now != line.quantity or price != was):
        amount = _amount(order, price, now, line.vat_percent)
    return Row(
        line, line.product, shipment, line.quantity, now, was, price, amount, line.vat_percent,
        line.vat_label, WHY if price != was else "", None, line.stockrecord_id,
    )  # fmt: skip


def _more(order: Any, shipment: Shipment, line: Any, more: Decimal, price: Decimal) -> Row:
    amount = _amount(order, price, more, line.vat_percent)
    named = (line.article, line.title, line.unit_name)
    return Row(
        None, line.product, shipment, ZERO, more, ZERO, price, amount, line.vat_percent,
        line.vat_label, "", line, line.stockrecord_id, named, line.partner_line_reference,
    )  # fmt: skip


def _added(order: Any, shipment: Shipment, told: ToldGoods, now: Goods) -> Row:
    amount = _amount(order, now.amount, Decimal(1), told.vat_percent)
    return Row(
        None, told.product, shipment, ZERO, now.quantity, ZERO, round_unit_price(now.price), amount,
        told.vat_percent, told.vat_label, "", None, None,
        (told.article, told.title, told.unit), "" if told.product else told.external_id,
    )  # fmt: skip


def _amount(order: Any, price: Decimal, quantity: Decimal, percent: Decimal | None) -> LineAmount:
    return line_amount(price=price, quantity=quantity, vat_percent=percent, vat_mode=order.vat_mode)


def _costing(order: Any, rows: Sequence[Row], amount: Decimal) -> list[Row]:
    """Rows that come to 1C's sum exactly: a price of four decimals may miss it."""
    shares = shared_out(part=amount, amounts=[row.now for row in rows])
    return [
        replace(row, amount=_amount(order, share, Decimal(1), row.vat_percent)) if row.now else row
        for row, share in zip(rows, shares, strict=True)
    ]


def _with_records(rows: list[Row], shipment: Shipment) -> list[Row]:
    """Rows of new goods with the balance of the shipment's warehouse, if there is one."""
    ids = {row.product.pk for row in rows if row.line is None and row.product and not row.of}
    if not ids:
        return rows
    records = apps.get_model("partner", "StockRecord").objects.filter(
        product_id__in=ids, partner_id=shipment.warehouse_id
    )
    found = dict(records.values_list("product_id", "pk"))
    return [
        replace(row, stock_record_id=found.get(row.product.pk))
        if row.line is None and row.product and not row.of
        else row
        for row in rows
    ]
