"""The invoice of an order, as plain values. The sums are the order's own, never reckoned anew."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from b2b_apps.contracts.models import Contract
from b2b_apps.core.money import LineAmount
from b2b_apps.documents.invoice_data import (
    BankDetails,
    Basis,
    DueLine,
    InvoiceData,
    InvoiceLine,
    InvoiceTotals,
    Party,
)
from b2b_apps.documents.models import Document
from b2b_apps.documents.number_format import number_text, short_date
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.owed import line_owed, line_quantity_owed

ZERO = Decimal(0)
WITHOUT_VAT = "без НДС"
TERMS = (
    "Товар отпускается самовывозом или нашей доставкой, при наличии доверенности М-2 или по МЧД "
    "в ЭДО. Счёт действителен до указанного срока, после него цены пересчитываются."
)


class Charged(NamedTuple):
    """A line of the order, how much of it is asked to be paid, and what that comes to."""

    row: Any
    quantity: Decimal
    amount: LineAmount


def invoice_data_of(document: Document) -> InvoiceData:
    """Return what the invoice of ``document``'s order says. Two queries: lines, shipments."""
    order = document.order
    found = list(order.lines.select_related("product__parent").order_by("position", "pk"))
    shipments, rows = _counted(order, found)
    lines = tuple(_lines(order, shipments, rows))
    return InvoiceData(
        number=document.number,
        date=document.date,
        seller=_seller(order.organization),
        bank=_bank(order.organization),
        buyer=_party(order.counterparty),
        lines=lines,
        totals=_totals(order, _taxes(shipments, rows)),
        includes_vat=order.vat_mode != "on_top",
        currency=order.currency,
        basis=Basis(_contract(order.contract), order.number, order.customer_number),
        consignee=", ".join(filter(None, [order.consignee_name, order.delivery_address])),
        due=_due(order),
        cargo=_cargo(rows),
        terms=TERMS,
    )


def _counted(order: Any, rows: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Charged]]:
    """Shipments and lines that the order's sum is of: what was cancelled or will not leave is not
    in it, unless that is all of the order.
    """
    found = order.shipments.select_related("warehouse", "delivery").order_by("sequence")
    shipments = {shipment.pk: shipment for shipment in found}
    going = [s for s in shipments.values() if s.status != Shipment.Status.CANCELLED]
    if not going:
        whole = [Charged(row, row.quantity, line_owed(row, None)) for row in rows]
        return list(shipments.values()), whole
    left = []
    for row in rows:
        shipment = shipments.get(row.shipment_id)
        if quantity := line_quantity_owed(row, shipment):
            left.append(Charged(row, quantity, line_owed(row, shipment)))
    return going, left


def _lines(order: Any, shipments: Sequence[Any], rows: Sequence[Charged]) -> Sequence[InvoiceLine]:
    """Lines by shipment, its delivery last; headings only where there are several shipments."""
    is_on_top = order.vat_mode == "on_top"
    found: list[InvoiceLine] = []
    for shipment in shipments:
        group = _heading(shipment) if len(shipments) > 1 else ""
        for charged in rows:
            if charged.row.shipment_id == shipment.pk:
                found.append(_line(charged, len(found) + 1, group, is_on_top=is_on_top))
        if _is_charged(shipment):
            carriage = _carriage(shipment.delivery, len(found) + 1, group, is_on_top=is_on_top)
            found.append(carriage)
    return found


def _line(charged: Charged, number: int, group: str, *, is_on_top: bool) -> InvoiceLine:
    row, amount = charged.row, charged.amount
    return InvoiceLine(
        number=number,
        article=row.article,
        name=row.title,
        quantity=charged.quantity,
        unit=row.unit_name,
        price=row.unit_price_excl_tax if is_on_top else row.unit_price_incl_tax,
        amount=amount.excl_tax if is_on_top else amount.incl_tax,
        vat_label=_vat_label(row),
        vat_amount=amount.vat,
        group=group,
    )


def _is_charged(shipment: Any) -> bool:
    """Whether the delivery of a shipment is a line of its own; free of charge it is none."""
    delivery = getattr(shipment, "delivery", None)
    return bool(delivery and delivery.price_incl_tax)


def _carriage(delivery: Any, number: int, group: str, *, is_on_top: bool) -> InvoiceLine:
    price = delivery.price_excl_tax if is_on_top else delivery.price_incl_tax
    return InvoiceLine(
        number=number,
        article="",
        name=f"Доставка: {delivery.name}",
        quantity=Decimal(1),
        unit="усл",
        price=price,
        amount=price,
        vat_label=_vat_label(delivery) if delivery.vat_amount else WITHOUT_VAT,
        vat_amount=delivery.vat_amount,
        group=group,
    )


def _heading(shipment: Any) -> str:
    return f"Поставка {shipment.sequence}. {shipment.warehouse.name}"


def _vat_label(row: Any) -> str:
    return WITHOUT_VAT if row.vat_percent is None else f"{number_text(row.vat_percent)} %"


def _taxes(
    shipments: Sequence[Any], rows: Sequence[Charged]
) -> Iterator[tuple[Decimal | None, Decimal]]:
    """The rate and the VAT of each line and delivery."""
    for charged in rows:
        yield charged.row.vat_percent, charged.amount.vat
    for shipment in shipments:
        if _is_charged(shipment):
            yield shipment.delivery.vat_percent, shipment.delivery.vat_amount


def _totals(order: Any, taxes: Iterable[tuple[Decimal | None, Decimal]]) -> InvoiceTotals:
    by_rate: dict[Decimal, Decimal] = {}
    for percent, vat in taxes:
        if percent:
            by_rate[percent] = by_rate.get(percent, ZERO) + vat
    return InvoiceTotals(
        amount_excl_tax=order.total_excl_tax,
        vat_by_rate=tuple(
            (f"{number_text(percent)} %", vat)
            for percent, vat in sorted(by_rate.items(), reverse=True)
        ),
        total_incl_tax=order.total_incl_tax,
    )


def _party(entity: Any) -> Party:
    return Party(
        name=entity.name,
        full_name=entity.full_name,
        inn=entity.inn,
        kpp=entity.kpp,
        address=entity.legal_address,
        phone=entity.phone,
    )


def _seller(organization: Any) -> Party:
    return Party(
        name=organization.name,
        full_name=organization.full_name,
        inn=organization.inn,
        kpp=organization.kpp,
        address=organization.legal_address,
        phone=organization.phone,
        director=organization.director,
        accountant=organization.accountant,
    )


def _bank(organization: Any) -> BankDetails:
    return BankDetails(
        bank_name=organization.bank_name,
        bic=organization.bank_bic,
        correspondent_account=organization.bank_correspondent_account,
        account=organization.bank_account,
    )


def _contract(contract: Contract) -> str:
    day = f" от {short_date(contract.date)}" if contract.date else ""
    return f"Договор {contract}{day}"


def _due(order: Any) -> tuple[DueLine, ...]:
    if order.payment_due is None:
        return ()
    return (DueLine("Оплата до", short_date(order.payment_due)),)


def _cargo(rows: Sequence[Charged]) -> str:
    weight, volume = (_sum(rows, name) for name in ("weight_kg", "volume_m3"))
    parts = [
        f"вес {number_text(weight.quantize(Decimal('0.1')))} кг" if weight else "",
        f"объём {number_text(volume.quantize(Decimal('0.01')))} м³" if volume else "",
    ]
    text = ", ".join(filter(None, parts))
    return text[:1].upper() + text[1:]


def _sum(rows: Sequence[Charged], name: str) -> Decimal:
    total = ZERO
    for row, quantity, _amount in rows:
        product = row.product
        parent = product.parent if product else None
        own = getattr(product, name, None) or getattr(parent, name, None)
        total += (own or ZERO) * quantity
    return total
