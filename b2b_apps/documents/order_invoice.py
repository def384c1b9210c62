"""The invoice of an order, as plain values. The sums are the order's own, never reckoned anew."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from b2b_apps.contracts.models import Contract
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

ZERO = Decimal(0)
WITHOUT_VAT = "без НДС"
TERMS = (
    "Товар отпускается самовывозом или нашей доставкой, при наличии доверенности М-2 или по МЧД "
    "в ЭДО. Счёт действителен до указанного срока, после него цены пересчитываются."
)


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
        totals=_totals(order, [*rows, *(s.delivery for s in shipments if _is_charged(s))]),
        includes_vat=order.vat_mode != "on_top",
        currency=order.currency,
        basis=Basis(_contract(order.contract), order.number, order.customer_number),
        consignee=", ".join(filter(None, [order.consignee_name, order.delivery_address])),
        due=_due(order),
        cargo=_cargo(rows),
        terms=TERMS,
    )


def _counted(order: Any, rows: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """Shipments and lines that the order's sum is of. A change leaves out of it what was cancelled
    by then; what is cancelled later stays in it until the next change.
    """
    found = order.shipments.select_related("warehouse", "delivery").order_by("sequence")
    shipments = list(found)
    going = [s for s in shipments if s.status != Shipment.Status.CANCELLED]
    ids = {shipment.pk for shipment in going}
    left = [row for row in rows if row.shipment_id in ids]
    charged = [*left, *(s.delivery for s in going if _is_charged(s))]
    if sum((_sum_of(x) for x in charged), ZERO) == order.total_incl_tax:
        return going, left
    return shipments, rows


def _sum_of(charged: Any) -> Decimal:
    """What a line or a delivery costs with VAT."""
    is_goods = hasattr(charged, "line_price_incl_tax")
    return Decimal(charged.line_price_incl_tax if is_goods else charged.price_incl_tax)


def _lines(order: Any, shipments: Sequence[Any], rows: Sequence[Any]) -> Sequence[InvoiceLine]:
    """Lines by shipment, its delivery last; headings only where there are several shipments."""
    is_on_top = order.vat_mode == "on_top"
    found: list[InvoiceLine] = []
    for shipment in shipments:
        group = _heading(shipment) if len(shipments) > 1 else ""
        for row in rows:
            if row.shipment_id == shipment.pk:
                found.append(_line(row, len(found) + 1, group, is_on_top=is_on_top))
        if _is_charged(shipment):
            carriage = _carriage(shipment.delivery, len(found) + 1, group, is_on_top=is_on_top)
            found.append(carriage)
    return found


def _line(row: Any, number: int, group: str, *, is_on_top: bool) -> InvoiceLine:
    return InvoiceLine(
        number=number,
        article=row.article,
        name=row.title,
        quantity=row.quantity,
        unit=row.unit_name,
        price=row.unit_price_excl_tax if is_on_top else row.unit_price_incl_tax,
        amount=row.line_price_excl_tax if is_on_top else row.line_price_incl_tax,
        vat_label=_vat_label(row),
        vat_amount=row.vat_amount,
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


def _totals(order: Any, rows: Sequence[Any]) -> InvoiceTotals:
    by_rate: dict[Decimal, Decimal] = {}
    for row in rows:
        if row.vat_percent:
            by_rate[row.vat_percent] = by_rate.get(row.vat_percent, ZERO) + row.vat_amount
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


def _cargo(rows: Sequence[Any]) -> str:
    weight, volume = (_sum(rows, name) for name in ("weight_kg", "volume_m3"))
    parts = [
        f"вес {number_text(weight.quantize(Decimal('0.1')))} кг" if weight else "",
        f"объём {number_text(volume.quantize(Decimal('0.01')))} м³" if volume else "",
    ]
    text = ", ".join(filter(None, parts))
    return text[:1].upper() + text[1:]


def _sum(rows: Sequence[Any], name: str) -> Decimal:
    total = ZERO
    for row in rows:
        product = row.product
        parent = product.parent if product else None
        own = getattr(product, name, None) or getattr(parent, name, None)
        total += (own or ZERO) * row.quantity
    return total
