"""Records of order documents, with the payments and shipments that hang on them."""

from collections.abc import Iterator
from decimal import Decimal

from lxml.etree import _Element

from b2b_apps.sync1c.commerceml.directories import currency_of
from b2b_apps.sync1c.commerceml.errors import BadValueError
from b2b_apps.sync1c.commerceml.fields import (
    child,
    children,
    is_deleted,
    number,
    requisites,
    text,
)
from b2b_apps.sync1c.commerceml.numbers import date_of, moment_of
from b2b_apps.sync1c.commerceml.parties import counterparty
from b2b_apps.sync1c.commerceml.records import BadRecord, DocumentLineRecord, DocumentRecord

BUYER = "Покупатель"


def document(element: _Element, order_number: str = "") -> Iterator[DocumentRecord | BadRecord]:
    """Read Документ and its ПодчиненныеДокументы, the order first.

    A date that can't be read is a BadRecord; the document is taken without it.
    """
    bad: list[BadRecord] = []
    own = text(element, "Номер")
    parties = list(children(child(element, "Контрагенты"), "Контрагент"))
    buyer = next((p for p in parties if text(p, "Роль") == BUYER), parties[0] if parties else None)
    record = DocumentRecord(
        line=element.sourceline or 0,
        external_id=text(element, "Ид"),
        number=own,
        order_number=order_number or own,
        date=_moment(element, "Дата", bad),
        time=text(element, "Время"),
        operation=text(element, "ХозОперация"),
        role=text(element, "Роль"),
        currency=currency_of(text(element, "Валюта")),
        amount=number(element, "Сумма"),
        comment=text(element, "Комментарий"),
        number_1c=text(element, "Номер1С"),
        date_1c=_moment(element, "Дата1С", bad),
        requisites=requisites(element),
        lines=tuple(_line(row) for row in children(child(element, "Товары"), "Товар")),
        counterparty=counterparty(buyer) if buyer is not None else None,
        is_deleted=is_deleted(element),
    )
    yield record
    yield from bad
    for more in children(child(element, "ПодчиненныеДокументы"), "ПодчиненныйДокумент"):
        yield from document(more, record.order_number)


def _moment(element: _Element, name: str, bad: list[BadRecord]) -> str:
    """Return an ISO date, with its time if one is given; "" where there is none."""
    value = text(element, name)
    try:
        date_of(value, name)
    except BadValueError as error:
        line, external_id = element.sourceline or 0, text(element, "Ид")
        bad.append(BadRecord(line, "document", external_id, error.code, error.params))
        return ""
    return moment_of(value)


def _line(element: _Element) -> DocumentLineRecord:
    price = number(element, "ЦенаЗаЕдиницу")
    rates = children(child(element, "СтавкиНалогов"), "СтавкаНалога")
    return DocumentLineRecord(
        external_id=text(element, "Ид"),
        name=" ".join(text(element, "Наименование").split()),
        article=text(element, "Артикул"),
        price=price if price is not None else number(element, "Цена"),
        quantity=number(element, "Количество"),
        amount=number(element, "Сумма"),
        unit=text(element, "Единица") or text(element, "Единица", "Ид"),
        factor=number(element, "Коэффициент") or Decimal(1),
        vat=next((text(rate, "Ставка") for rate in rates), ""),
        vat_on_top=_vat(element, is_inside="false"),
        vat_inside=_vat(element, is_inside="true"),
    )


def _vat(element: _Element, *, is_inside: str) -> Decimal:
    taxes = children(child(element, "Налоги"), "Налог")
    found = [number(tax, "Сумма") for tax in taxes if text(tax, "УчтеноВСумме") == is_inside]
    return sum((amount for amount in found if amount), Decimal(0))
