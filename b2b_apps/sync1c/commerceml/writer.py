"""Orders as CommerceML that 1C accepts. Rules and their sources: docs/algorithms/exchange.md.

Without a namespace, because with one 1C reads into strictly typed objects. VAT and the unit
with its factor stand on every line, because 1C carries them over from the line before.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from lxml import etree
from lxml.etree import _Element

from b2b_apps.sync1c.commerceml.outgoing import (
    OutgoingLine,
    OutgoingOrder,
    OutgoingParty,
    OutgoingRequest,
    OutgoingWarehouse,
)

Schema = Literal["2.07", "2.09", "3.1"]
Encoding = Literal["windows-1251", "utf-8", "utf-8-sig"]
MAX_NUMBER, MAX_NAME, MAX_VALUE, MAX_COMMENT = 11, 255, 1000, 3000
# XML 1.0 has no way to write these, escaped or not.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
WITHOUT_VAT = "Без НДС"
SHIPPING_REQUEST = "Заявка на отгрузку"


class NumberTooLongError(ValueError):
    """1C's column for a site's number has 11 characters; a longer one would make doubles."""


def write_orders(
    orders: Sequence[OutgoingOrder],
    *,
    schema: Schema = "2.07",
    encoding: Encoding = "windows-1251",
    now: datetime | None = None,
) -> bytes:
    """Return the file that ``mode=query`` answers; no orders give a root without documents.

    Characters outside windows-1251 become references. Raises NumberTooLongError.
    """
    root = etree.Element("КоммерческаяИнформация")
    root.set("ВерсияСхемы", schema)
    root.set("ДатаФормирования", (now or datetime.now()).strftime("%Y-%m-%dT%H:%M:%S"))  # noqa: DTZ005 - 1C has local time
    for order in orders:
        if len(order.number) > MAX_NUMBER:
            raise NumberTooLongError(order.number)
        parent = etree.SubElement(root, "Контейнер") if schema == "3.1" else root
        _document(parent, order, schema)
    declared = "windows-1251" if encoding == "windows-1251" else "utf-8"
    body: bytes = etree.tostring(root, encoding=declared, xml_declaration=True)
    return b"\xef\xbb\xbf" + body if encoding == "utf-8-sig" else body


def _document(parent: _Element, order: OutgoingOrder, schema: Schema) -> None:
    document = etree.SubElement(parent, "Документ")
    _add(document, "Ид", order.id)
    if schema == "3.1":
        _add(document, "НомерВерсии", str(order.version))
        _add(document, "ПометкаУдаления", "false")
    _add(document, "Номер", order.number)
    _add(document, "Дата", order.placed_at.strftime("%Y-%m-%d"))
    _add(document, "ХозОперация", "Заказ товара")
    _add(document, "Роль", "Продавец")
    _add(document, "Валюта", order.currency)
    _add(document, "Курс", "1")
    _add(document, "Сумма", _money(order.amount))
    _party(etree.SubElement(document, "Контрагенты"), order.party)
    _add(document, "Время", order.placed_at.strftime("%H:%M:%S"))
    if order.comment:
        _add(document, "Комментарий", order.comment, MAX_COMMENT)
    _document_vat(document, order)
    if order.warehouse and order.warehouse.address and order.warehouse.phone:
        _warehouse(etree.SubElement(document, "Склады"), order.warehouse)
    goods = etree.SubElement(document, "Товары")
    for line in order.lines:
        _line(goods, line, order.vat_included)
    _requisites(document, order.requisites)
    if order.requests:
        below = etree.SubElement(document, "ПодчиненныеДокументы")
        for request in order.requests:
            _request(etree.SubElement(below, "ПодчиненныйДокумент"), request, order)


def _request(element: _Element, request: OutgoingRequest, order: OutgoingOrder) -> None:
    """A shipping request hangs on the order; a 1C that does not know such leaves it unread."""
    for name, value in (
        ("Ид", request.id),
        ("Номер", request.number),
        ("Дата", request.asked_at.strftime("%Y-%m-%d")),
        ("Время", request.asked_at.strftime("%H:%M:%S")),
        ("ХозОперация", SHIPPING_REQUEST),
        ("Роль", "Продавец"),
        ("Валюта", order.currency),
        ("Курс", "1"),
        ("Сумма", _money(sum((line.amount for line in request.lines), Decimal(0)))),
    ):
        _add(element, name, value)
    if request.comment:
        _add(element, "Комментарий", request.comment, MAX_COMMENT)
    goods = etree.SubElement(element, "Товары")
    for line in request.lines:
        _line(goods, line, order.vat_included)
    _requisites(element, request.requisites)


def _party(parent: _Element, party: OutgoingParty) -> None:
    element = etree.SubElement(parent, "Контрагент")
    _add(element, "Ид", party.id)
    _add(element, "Наименование", party.name, MAX_NAME)
    _add(element, "ОфициальноеНаименование", party.official_name or party.name, MAX_NAME)
    if party.legal_address:
        address = etree.SubElement(element, "ЮридическийАдрес")
        _add(address, "Представление", party.legal_address)
    for name, value in (("ИНН", party.inn), ("КПП", party.kpp), ("ОКПО", party.okpo)):
        if value:
            _add(element, name, value)
    if party.delivery_address:
        _add(etree.SubElement(element, "Адрес"), "Представление", party.delivery_address)
    contacts = [("Почта", party.email), ("Телефон рабочий", party.phone)]
    _contacts(element, [(kind, value) for kind, value in contacts if value])
    _add(element, "Роль", "Покупатель")


def _contacts(element: _Element, contacts: Sequence[tuple[str, str]]) -> None:
    if contacts:
        parent = etree.SubElement(element, "Контакты")
        for kind, value in contacts:
            contact = etree.SubElement(parent, "Контакт")
            _add(contact, "Тип", kind)
            _add(contact, "Значение", value)


def _warehouse(parent: _Element, warehouse: OutgoingWarehouse) -> None:
    element = etree.SubElement(parent, "Склад")
    _add(element, "Ид", warehouse.id)
    _add(element, "Наименование", warehouse.name, MAX_NAME)
    address = etree.SubElement(element, "Адрес")
    _add(address, "Представление", warehouse.address)
    field = etree.SubElement(address, "АдресноеПоле")
    _add(field, "Тип", "Улица")
    _add(field, "Значение", warehouse.address)
    _contacts(element, [("Телефон рабочий", warehouse.phone)])


def _document_vat(document: _Element, order: OutgoingOrder) -> None:
    """Write VAT by rate; left out, 1C would put VAT on top of prices that have it inside."""
    if order.vat_included is None:
        return
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in order.lines:
        sums[line.vat_label or WITHOUT_VAT] += line.vat_amount
    taxes = etree.SubElement(document, "Налоги")
    for label, amount in sums.items():
        _tax(taxes, label, amount, included=order.vat_included)


def _tax(parent: _Element, label: str, amount: Decimal, *, included: bool) -> None:
    tax = etree.SubElement(parent, "Налог")
    _add(tax, "Наименование", "НДС")
    _add(tax, "УчтеноВСумме", "true" if included else "false")
    _add(tax, "Сумма", _money(amount))
    _add(tax, "Ставка", label)


def _line(parent: _Element, line: OutgoingLine, vat_included: bool | None) -> None:
    element = etree.SubElement(parent, "Товар")
    _add(element, "Ид", line.product_id)
    if line.article:
        _add(element, "Артикул", line.article, MAX_NAME)
    _add(element, "Наименование", line.name, MAX_NAME)
    unit = _add(element, "БазоваяЕдиница", line.unit_name or "шт")
    unit.set("Код", line.unit_code or "796")
    unit.set("НаименованиеПолное", line.unit_name or "шт")
    rates = etree.SubElement(etree.SubElement(element, "СтавкиНалогов"), "СтавкаНалога")
    _add(rates, "Наименование", "НДС")
    _add(rates, "Ставка", line.vat_label or WITHOUT_VAT)
    kind = "Услуга" if line.is_service else "Товар"
    _requisites(element, [("ВидНоменклатуры", kind), ("ТипНоменклатуры", kind)])
    _add(element, "ЦенаЗаЕдиницу", _price(line.price))
    _add(element, "Количество", f"{line.quantity.normalize():f}")
    _add(element, "Сумма", _money(line.amount))
    _add(element, "Единица", line.unit_code or "796")
    _add(element, "Коэффициент", f"{line.factor.normalize():f}")
    if vat_included is not None:
        taxes = etree.SubElement(element, "Налоги")
        _tax(taxes, line.vat_label or WITHOUT_VAT, line.vat_amount, included=vat_included)


def _requisites(parent: _Element, rows: Iterable[tuple[str, str]]) -> None:
    found = [(name, value) for name, value in rows if value]
    if found:
        element = etree.SubElement(parent, "ЗначенияРеквизитов")
        for name, value in found:
            row = etree.SubElement(element, "ЗначениеРеквизита")
            _add(row, "Наименование", name)
            _add(row, "Значение", value, MAX_VALUE)


def _add(parent: _Element, name: str, value: str, limit: int = MAX_VALUE) -> _Element:
    element = etree.SubElement(parent, name)
    element.text = FORBIDDEN.sub("", value)[:limit]
    return element


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _price(price: Decimal) -> str:
    """Two decimals, or as many as the price has (up to four)."""
    plain = price.normalize()
    exponent = plain.as_tuple().exponent
    return f"{price:.2f}" if not isinstance(exponent, int) or exponent >= -2 else f"{plain:f}"
