"""The infobase: files to send in a folder, and a journal of the orders it has accepted."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from b2b_apps.sync1c.commerceml.reader import read
from b2b_apps.sync1c.commerceml.records import (
    CounterpartyRecord,
    DocumentRecord,
    OfferRecord,
    ProductRecord,
)

MAX_NUMBER = 11
ORDER = "Заказ товара"


@dataclass
class Accepted:
    """What a reading of the site's orders came to."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Infobase:
    """A folder: ``catalogue/*.xml``, ``import_files/``, ``journal.json``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal_path = folder / "journal.json"
        self.journal: dict[str, dict[str, Any]] = (
            json.loads(self.journal_path.read_text()) if self.journal_path.exists() else {}
        )
        self.sent_pictures: set[Path] = set()

    def catalogue(self) -> list[Path]:
        """Files to send, in their order."""
        return sorted((self.folder / "catalogue").glob("*.xml"))

    def pictures_of(self, file: Path) -> list[Path]:
        """Pictures that a file's goods refer to and that have not been sent yet."""
        found = []
        for record in read(file):
            for name in record.pictures if isinstance(record, ProductRecord) else ():
                path = self.folder / name
                if path not in self.sent_pictures and path.exists():
                    self.sent_pictures.add(path)
                    found.append(path)
        return found

    def accept(self, data: bytes) -> Accepted:
        """Write the orders of an answer into the journal; a bad one is an error, others stay."""
        accepted = Accepted()
        known = self._known()
        for order in documents_in(data):
            if order.operation != ORDER:
                continue
            faults = faults_of(order, *known)
            if faults:
                accepted.errors += [f"{order.number}: {fault}" for fault in faults]
                continue
            key = f"{order.number} {order.date}"
            (accepted.updated if key in self.journal else accepted.new).append(order.number)
            row = self.journal.setdefault(key, {"step": 0, "place": len(self.journal) + 1})
            row["document"] = _plain(order)
        self.save()
        return accepted

    def save(self) -> None:
        """Write the journal; a half-written one is never seen."""
        draft = self.journal_path.with_suffix(".tmp")
        draft.write_text(json.dumps(self.journal, ensure_ascii=False, indent=1))
        draft.replace(self.journal_path)

    def _known(self) -> tuple[set[str], set[str]]:
        """Names of goods and of counterparties in the base's own files."""
        cached = self.folder / "known.json"
        if cached.exists():
            goods, parties = json.loads(cached.read_text())
            return set(goods), set(parties)
        goods_found, parties_found = set(), set()
        for file in self.catalogue():
            for record in read(file):
                if isinstance(record, ProductRecord | OfferRecord):
                    goods_found.add(record.external_id)
                elif isinstance(record, CounterpartyRecord):
                    parties_found.add(record.external_id)
        cached.write_text(json.dumps([sorted(goods_found), sorted(parties_found)]))
        return goods_found, parties_found


def documents_in(data: bytes) -> Iterable[DocumentRecord]:
    """Yield the documents of an answer to ``query``."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(data)
        file.flush()
        yield from (r for r in read(Path(file.name)) if isinstance(r, DocumentRecord))


def faults_of(order: DocumentRecord, goods: set[str], parties: set[str]) -> list[str]:
    """Return why 1C would not load an order; an empty list if it would."""
    faults = []
    for value, name in (
        (order.external_id, "Ид"), (order.number, "Номер"), (order.date, "Дата"),
        (order.currency, "Валюта"), (order.counterparty, "Контрагент"),
    ):  # fmt: skip
        if not value:
            faults.append(f"Поле «{name}» не обнаружено")
    if len(order.number) > MAX_NUMBER:
        faults.append(f"Номер длиннее {MAX_NUMBER} знаков")
    if parties and order.counterparty and order.counterparty.external_id not in parties:
        faults.append(f"Контрагент {order.counterparty.external_id} не найден")
    faults += _line_faults(order, goods)
    return faults


def _line_faults(order: DocumentRecord, goods: set[str]) -> list[str]:
    if not order.lines:
        return ["В документе нет товаров"]
    faults = []
    for line in order.lines:
        if goods and line.external_id not in goods:
            faults.append(f"Номенклатура {line.external_id} «{line.name}» не найдена")
        if not line.price or not line.quantity or not line.unit or not line.vat:
            faults.append(f"Строка «{line.name}»: нет цены, количества, единицы или ставки НДС")
    total = sum((line.amount or Decimal(0) for line in order.lines), Decimal(0))
    vat = sum((line.vat_on_top for line in order.lines), Decimal(0))
    if total + vat != order.amount:
        faults.append(f"Сумма документа {order.amount}, а строк {total + vat}")
    doubles = [n for n, times in Counter(r.name for r in order.requisites).items() if times > 1]
    return faults + [f"Реквизит «{name}» указан дважды" for name in doubles]


def _plain(order: DocumentRecord) -> dict[str, Any]:
    return {
        "id": order.external_id,
        "number": order.number,
        "date": order.date,
        "time": order.time,
        "currency": order.currency,
        "amount": str(order.amount),
        "party": order.counterparty.external_id if order.counterparty else "",
        "requisites": {r.name: r.value for r in order.requisites},
        "lines": [
            [line.external_id, line.name, str(line.price), str(line.quantity), str(line.amount)]
            for line in order.lines
        ],
    }
