"""What becomes of an order in 1C: confirmed, picked, shipped, paid, a step at a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from lxml import etree
from lxml.etree import _Element

from b2b_apps.sync1c.simulator.base import CONFIRMED, PAID, SHIPPED, Infobase, goods_of
from b2b_apps.sync1c.simulator.checks import SHIPPING_REQUEST, TakenOrder
from b2b_apps.sync1c.simulator.tree import add, add_requisites, file_of

STATUSES = ("", "Подтвержден", "Собирается", "Отгружен", "Отгружен")


def advance(base: Infobase, now: datetime) -> list[TakenOrder]:
    """Move orders a step on and return what the site must hear of.

    An order whose last step the site has not heard of yet waits with it, as do cancelled ones;
    one whose shipment is forbidden stays picked until the site allows it, one whose goods are on
    their way stays confirmed until the day on which they come, one that is to leave later than in
    two weeks stays so until then: there is time to ask for a part of it to be shipped.
    """
    for order in base.orders.values():
        if order.is_told and not order.is_cancelled and order.step < PAID:
            _step(base, order, now)
    return [order for order in base.orders.values() if not order.is_told]


def _step(base: Infobase, order: TakenOrder, now: datetime) -> None:
    if order.step + 1 == SHIPPED and order.is_held:
        return
    if order.step >= CONFIRMED and order.waits_on(now):
        return
    order.step += 1
    order.is_told = False
    moment = now.strftime("%Y-%m-%dT%H:%M:%S")
    if order.step == CONFIRMED:
        order.number_1c, order.date_1c = _next(base, "number_1c"), moment
        base.stale |= goods_of([order])
    elif order.step == SHIPPED:
        order.shipment_number, order.shipment_date = _next(base, "shipment_number"), moment
    elif order.step == PAID:
        order.payment_number, order.payment_date = _next(base, "payment_number"), moment


def _next(base: Infobase, field: str) -> str:
    """Each kind of document is numbered from 1 on: УТ-000001."""
    given = sum(1 for order in base.orders.values() if getattr(order, field))
    return f"УТ-{given + 1:06d}"


def documents_back(
    orders: Iterable[TakenOrder], *, client: str, now: datetime, encoding: str = "utf-8"
) -> bytes:
    """Return orders as 1C sends them back: 2.07 with requisites, or containers of 3.1."""
    root = file_of("3.1" if client == "b" else "2.07", now)
    for order in orders:
        if client == "b":
            _container(root, order)
        else:
            _order(root, order, requisites=[*_state(order), *_done(order)])
    body: bytes = etree.tostring(root, encoding=encoding, xml_declaration=True)
    return body


def _container(root: _Element, order: TakenOrder) -> None:
    box = add(root, "Контейнер")
    document = _order(box, order, requisites=_state(order))
    add(document, "Номер1С", order.number_1c)
    add(document, "Дата1С", order.date_1c)
    if order.step >= SHIPPED:
        shipment = _head(box, order, "Отпуск товара", order.shipment_number, order.shipment_date)
        _lines(shipment, order)
    if order.step >= PAID:
        money = "Выплата безналичных денег"
        _head(box, order, money, order.payment_number, order.payment_date)


def _head(
    box: _Element, order: TakenOrder, operation: str, number_1c: str, moment: str
) -> _Element:
    """A document that hangs on an order: shipment or payment."""
    document = add(box, "Документ")
    day, _, clock = moment.partition("T")
    for name, value in (
        ("Ид", _guid(operation, number_1c)), ("ПометкаУдаления", "false"), ("Номер", number_1c),
        ("Дата", day), ("Время", clock), ("ХозОперация", operation), ("Роль", "Продавец"),
        ("Валюта", order.currency), ("Курс", "1"), ("Сумма", order.amount),
        ("Номер1С", number_1c), ("Дата1С", moment),
    ):  # fmt: skip
        add(document, name, value)
    add_requisites(document, [("Проведен", "true")])
    return document


def _order(
    parent: _Element, order: TakenOrder, *, requisites: Sequence[tuple[str, str]]
) -> _Element:
    """The order with the site's number and date, and 1C's GUID."""
    document = add(parent, "Документ")
    for name, value in (
        ("Ид", _guid("order", order.key)), ("Номер", order.number), ("Дата", order.date),
        ("ХозОперация", "Заказ товара"), ("Роль", "Продавец"), ("Валюта", order.currency),
        ("Курс", "1"), ("Сумма", order.amount),
    ):  # fmt: skip
        add(document, name, value)
    party = add(add(document, "Контрагенты"), "Контрагент")
    for name, value in (
        ("Ид", order.party_id), ("Наименование", order.party_name), ("ИНН", order.party_inn),
        ("Роль", "Покупатель"),
    ):  # fmt: skip
        add(party, name, value)
    add(document, "Время", order.time)
    _lines(document, order)
    add_requisites(document, requisites)
    if order.asked:
        _answers(add(document, "ПодчиненныеДокументы"), order)
    return document


def _answers(parent: _Element, order: TakenOrder) -> None:
    """Every shipping request is accepted here."""
    for number in order.asked:
        row = add(parent, "ПодчиненныйДокумент")
        for name, value in (
            ("Ид", _guid("asked", f"{order.key}/{number}")), ("Номер", number),
            ("Дата", order.date), ("ХозОперация", SHIPPING_REQUEST), ("Роль", "Продавец"),
        ):  # fmt: skip
            add(row, name, value)
        add_requisites(row, [("Статус заявки", "Принята")])


def _lines(document: _Element, order: TakenOrder) -> None:
    goods = add(document, "Товары")
    for line in order.lines:
        row = add(goods, "Товар")
        add(row, "Ид", line.id)
        if line.article:
            add(row, "Артикул", line.article)
        add(row, "Наименование", line.name)
        rate = add(add(row, "СтавкиНалогов"), "СтавкаНалога")
        add(rate, "Наименование", "НДС")
        add(rate, "Ставка", line.vat)
        for name, value in (
            ("ЦенаЗаЕдиницу", line.price), ("Количество", line.quantity), ("Сумма", line.amount),
            ("Единица", line.unit), ("Коэффициент", line.factor),
        ):  # fmt: skip
            add(row, name, value)


def _state(order: TakenOrder) -> list[tuple[str, str]]:
    rows = [("ПометкаУдаления", "false"), ("Отменен", str(order.is_cancelled).lower())]
    if order.step >= CONFIRMED:
        rows = [("Номер по 1С", order.number_1c), ("Дата по 1С", order.date_1c[:10]),
                ("Проведен", "true"), *rows]  # fmt: skip
    status = "Отменен" if order.is_cancelled else STATUSES[order.step]
    return [*rows, ("Статус заказа", status)] if status else rows


def _done(order: TakenOrder) -> list[tuple[str, str]]:
    """Requisites that 1C adds once an order is shipped, or paid, in full."""
    rows = []
    if order.step >= SHIPPED:
        rows += [("Номер отгрузки по 1С", order.shipment_number),
                 ("Дата отгрузки по 1С", order.shipment_date)]  # fmt: skip
    if order.step >= PAID:
        rows += [("Номер оплаты по 1С", order.payment_number),
                 ("Дата оплаты по 1С", order.payment_date), ("Заказ оплачен", "true")]  # fmt: skip
    return rows


def _guid(kind: str, key: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"1c/{kind}/{key}"))
