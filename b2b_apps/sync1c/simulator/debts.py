"""What contracts owe: as the base began, and what has shipped and was paid since."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from lxml import etree
from lxml.etree import _Element

from b2b_apps.sync1c.simulator.base import PAID, SHIPPED, Infobase
from b2b_apps.sync1c.simulator.tree import add, file_of

SETTLEMENTS = "Взаиморасчеты"


def moved(base: Infobase) -> Mapping[str, Decimal]:
    """Return by how much the debt of each contract has grown since the base began."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for order in base.orders.values():
        if SHIPPED <= order.step < PAID and not order.is_cancelled:
            sums[order.requisites.get("ИдДоговора", "")] += Decimal(order.amount)
    return sums


def with_debts(base: Infobase, file: Path, now: datetime) -> bytes:
    """Return a file of the catalogue with the debts of this moment, if it speaks of any."""
    body = file.read_bytes()
    if SETTLEMENTS.encode() not in body:
        return body
    root, sums = etree.fromstring(body), moved(base)
    for contract in _settled(root):
        _write(contract, sums, now)
    result: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return result


def debts_file(base: Infobase, now: datetime) -> bytes | None:
    """Return counterparties whose debts the site has not heard of today, None if there are none.

    A counterparty is sent whole, as 1C does: what is left out would be taken for empty.
    """
    root = file_of("2.10", now)
    box = add(root, "Контрагенты")
    box.set("СодержитТолькоИзменения", "true")
    sums = moved(base)
    for file in base.catalogue():
        if SETTLEMENTS.encode() not in file.read_bytes():
            continue
        for party in etree.parse(file).iterfind(".//{*}Контрагент"):
            settled = _settled(party)
            words = {_id(c): f"{now:%Y-%m-%d} {sums.get(_id(c), Decimal(0))}" for c in settled}
            if words.items() <= base.told_debts.items():
                continue
            base.told_debts |= words
            for contract in settled:
                _write(contract, sums, now)
            box.append(_plain(party))
    if not len(box):
        return None
    body: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _settled(root: _Element) -> list[_Element]:
    return [
        contract
        for contract in root.iterfind(".//{*}Договор")
        if contract.find(f"{{*}}{SETTLEMENTS}") is not None
    ]


def _id(contract: _Element) -> str:
    return (contract.findtext("{*}Ид") or "").strip()


def _write(contract: _Element, sums: Mapping[str, Decimal], now: datetime) -> None:
    """Bring Взаиморасчеты to this moment; overdue grows no older in the demo."""
    box = contract.find(f"{{*}}{SETTLEMENTS}")
    if box is None:
        return
    owed = box.find("{*}Долг")
    if owed is not None:
        owed.text = f"{Decimal(owed.text or 0) + sums.get(_id(contract), Decimal(0)):.2f}"
    moment = box.find("{*}НаДату")
    if moment is None:
        moment = etree.SubElement(box, box.tag.replace(SETTLEMENTS, "НаДату"))
    moment.text = now.strftime("%Y-%m-%dT%H:%M:%S")


def _plain(element: _Element) -> _Element:
    """Return an element without its namespace, as the other files of the base are."""
    for row in element.iter():
        if isinstance(row.tag, str):
            row.tag = row.tag.rpartition("}")[2]
    return element
