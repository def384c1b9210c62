"""What becomes of an order in 1C: confirmed, picked, shipped, paid, a step at a time."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from lxml import etree
from lxml.etree import _Element

STEPS = ("Подтвержден", "Собирается", "Отгружен", "Отгружен")
CONFIRMED, SHIPPED, PAID = 1, 3, 4


def advance(journal: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Move every order one step on; return the rows that moved."""
    moved = [row for row in journal.values() if row["step"] < PAID]
    for row in moved:
        row["step"] += 1
    return moved


def returned(rows: Sequence[dict[str, Any]], *, client: str) -> bytes:
    """Return the documents of these rows as 1C sends them back."""
    root = etree.Element("КоммерческаяИнформация")
    root.set("ВерсияСхемы", "3.1" if client == "b" else "2.07")
    root.set("ДатаФормирования", dt.datetime.now().strftime("%Y-%m-%dT%H:%M:%S"))  # noqa: DTZ005 - 1C has local time
    for row in rows:
        if client == "b":
            _container(root, row)
        else:
            _order(root, row, with_requisites=True)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _container(root: _Element, row: dict[str, Any]) -> None:
    box = etree.SubElement(root, "Контейнер")
    _order(box, row, with_requisites=False)
    if row["step"] >= SHIPPED:
        _child(box, row, "Отпуск товара", _number("РТ", row))
    if row["step"] >= PAID:
        _child(box, row, "Выплата безналичных денег", _number("ПП", row))


def _order(parent: _Element, row: dict[str, Any], *, with_requisites: bool) -> None:
    sent = row["document"]
    element = etree.SubElement(parent, "Документ")
    guid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"1c/{sent['number']}/{sent['date']}"))
    for name, value in (
        ("Ид", guid), ("Номер", sent["number"]), ("Дата", sent["date"]),
        ("ХозОперация", "Заказ товара"), ("Роль", "Продавец"), ("Валюта", sent["currency"]),
        ("Сумма", sent["amount"]), ("Время", sent["time"]),
    ):  # fmt: skip
        etree.SubElement(element, name).text = value
    goods = etree.SubElement(element, "Товары")
    for line in sent["lines"]:
        item = etree.SubElement(goods, "Товар")
        names = ("Ид", "Наименование", "ЦенаЗаЕдиницу", "Количество", "Сумма")
        for name, value in zip(names, line, strict=True):
            etree.SubElement(item, name).text = value
    _requisites(element, _state_of(row, with_requisites=with_requisites))


def _state_of(row: dict[str, Any], *, with_requisites: bool) -> list[tuple[str, str]]:
    today = dt.date.today().isoformat()  # noqa: DTZ011 - 1C has local dates
    step = row["step"]
    found = [
        ("Номер по 1С", _number("УТ", row)), ("Дата по 1С", today), ("Проведен", "true"),
        ("ПометкаУдаления", "false"), ("Отменен", "false"), ("Статус заказа", STEPS[step - 1]),
    ]  # fmt: skip
    if with_requisites and step >= SHIPPED:
        found += [("Номер отгрузки по 1С", _number("РТ", row)), ("Дата отгрузки по 1С", today)]
    if with_requisites and step >= PAID:
        found += [("Номер оплаты по 1С", _number("ПП", row)), ("Дата оплаты по 1С", today)]
        found.append(("Заказ оплачен", "true"))
    return found


def _child(box: _Element, row: dict[str, Any], operation: str, number: str) -> None:
    element = etree.SubElement(box, "Документ")
    today = dt.date.today().isoformat()  # noqa: DTZ011 - 1C has local dates
    for name, value in (
        ("Ид", str(uuid.uuid5(uuid.NAMESPACE_URL, number))), ("Номер", number), ("Дата", today),
        ("ХозОперация", operation), ("Роль", "Продавец"),
        ("Валюта", row["document"]["currency"]), ("Сумма", row["document"]["amount"]),
    ):  # fmt: skip
        etree.SubElement(element, name).text = value


def _requisites(element: _Element, rows: Sequence[tuple[str, str]]) -> None:
    box = etree.SubElement(element, "ЗначенияРеквизитов")
    for name, value in rows:
        row = etree.SubElement(box, "ЗначениеРеквизита")
        etree.SubElement(row, "Наименование").text = name
        etree.SubElement(row, "Значение").text = value


def _number(prefix: str, row: dict[str, Any]) -> str:
    return f"{prefix}-{row['place']:06d}"
