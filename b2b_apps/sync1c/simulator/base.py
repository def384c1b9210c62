"""The infobase: files to send in a folder, and a journal of the orders it has taken."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from b2b_apps.sync1c.commerceml.reader import read
from b2b_apps.sync1c.commerceml.records import (
    CounterpartyRecord,
    OfferRecord,
    ProductRecord,
    Record,
    WarehouseRecord,
)
from b2b_apps.sync1c.simulator.checks import (
    Directory,
    RefusedError,
    TakenOrder,
    documents_in,
    order_of,
)

CONFIRMED, SHIPPED, PAID = 1, 3, 4
ZERO = Decimal(0)


@dataclass
class Taken:
    """What a reading of the site's orders came to: numbers of orders, and why others failed."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Infobase:
    """A folder: ``catalogue/*.xml``, ``import_files/``, ``journal.json``.

    The journal holds ``orders`` by "number date", ``sent_pictures``, ``stale``: goods whose
    stock changed since it was last sent, and ``told_debts``: what the site was told last that
    contracts owe, and on which day.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal_path = folder / "journal.json"
        plain = json.loads(self.journal_path.read_text()) if self.journal_path.exists() else {}
        self.orders = {
            key: TakenOrder.from_json(values) for key, values in plain.get("orders", {}).items()
        }
        self.sent_pictures: set[str] = set(plain.get("sent_pictures", []))
        self.stale: set[str] = set(plain.get("stale", []))
        self.told_debts: dict[str, str] = plain.get("told_debts", {})
        self._directory: tuple[object, Directory] | None = None

    def save(self) -> None:
        """Write the journal; a half-written one is never seen."""
        plain = {
            "orders": {key: order.as_json() for key, order in self.orders.items()},
            "sent_pictures": sorted(self.sent_pictures),
            "stale": sorted(self.stale),
            "told_debts": self.told_debts,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.journal_path.with_suffix(".tmp")
        draft.write_text(json.dumps(plain, ensure_ascii=False, indent=1))
        draft.replace(self.journal_path)

    def catalogue(self) -> list[Path]:
        """Files to send, in their order."""
        return sorted((self.folder / "catalogue").glob("*.xml"))

    def pictures_of(self, file: Path) -> list[str]:
        """Pictures that a file's goods refer to, that exist and have not been sent yet."""
        found: dict[str, None] = {}
        for record in read(file):
            for name in record.pictures if isinstance(record, ProductRecord) else ():
                if name not in self.sent_pictures and (self.folder / name).is_file():
                    found[name] = None
        return list(found)

    def take(self, body: bytes, *, client: str) -> Taken:
        """Write the orders of an answer into the journal; a bad one is an error, others stay.

        Raises RefusedError for an answer that isn't a file of orders.
        """
        taken = Taken()
        for document in documents_in(body, client=client):
            try:
                self._write(order_of(document, self.directory()), taken)
            except RefusedError as error:
                taken.errors.append(f"{document.findtext('Номер') or 'без номера'}: {error}")
        self.save()
        return taken

    def _write(self, order: TakenOrder, taken: Taken) -> None:
        """Number and date find an order again: it is updated, never doubled."""
        before = self.orders.get(order.key)
        if before is None:
            self.orders[order.key] = order
            taken.new.append(order.number)
            return
        before.num_received += 1
        taken.updated.append(order.number)
        # What has been shipped stays as it was.
        if before.step >= SHIPPED:
            return
        if before.step >= CONFIRMED:
            self.stale |= goods_of([before, order])
        if order.asked != before.asked or (order.is_cancelled and not before.is_cancelled):
            before.is_told = False
        for name in ("amount", "lines", "requisites", "is_cancelled", "vat_included", "asked"):
            setattr(before, name, getattr(order, name))

    def directory(self) -> Directory:
        """What the base's own files hold; read again only when one of them changes."""
        marks = [(f.name, f.stat().st_mtime_ns, f.stat().st_size) for f in self.catalogue()]
        if self._directory is None or self._directory[0] != marks:
            self._directory = (marks, _directory_of(r for f in self.catalogue() for r in read(f)))
        return self._directory[1]

    def stock_of(self, good: str) -> dict[str, Decimal]:
        """Return free stock by warehouse, base units: what lies there less what is reserved."""
        free = dict(self.directory().balances.get(good, {}))
        for order in self.orders.values():
            if order.step < CONFIRMED or order.is_cancelled:
                continue
            for line in order.lines:
                place = order.requisites.get("ИдСклада") or next(iter(free), "")
                if line.id == good and place in free:
                    free[place] -= Decimal(line.quantity) * Decimal(line.factor)
        return {place: max(quantity, ZERO) for place, quantity in free.items()}


def goods_of(orders: Iterable[TakenOrder]) -> set[str]:
    """Return the goods that stand in these orders."""
    return {line.id for order in orders for line in order.lines}


def _directory_of(records: Iterable[Record]) -> Directory:
    goods, warehouses, parties, inns = set(), set(), set(), set()
    contracts: dict[str, str] = {}
    balances: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for record in records:
        if isinstance(record, ProductRecord | OfferRecord):
            goods.add(record.external_id)
        if isinstance(record, OfferRecord):
            for balance in record.balances or ():
                balances[record.external_id][balance.warehouse_id] = balance.quantity
        elif isinstance(record, WarehouseRecord):
            warehouses.add(record.external_id)
        elif isinstance(record, CounterpartyRecord):
            parties.add(record.external_id)
            inns.add(record.inn or "")
            contracts |= {c.external_id: record.external_id for c in record.contracts}
    return Directory(goods, parties, inns - {""}, contracts, warehouses, balances)
