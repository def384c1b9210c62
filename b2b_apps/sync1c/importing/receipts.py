"""Goods on their way: an aspect of an offer, hashed and compared on its own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps

from b2b_apps.inventory.models import ExpectedReceipt
from b2b_apps.sync1c.commerceml.records import OfferRecord, ReceiptRecord
from b2b_apps.sync1c.importing.products import products_ensure
from b2b_apps.sync1c.importing.references import warehouses_for
from b2b_apps.sync1c.importing.rows import rows_sync
from b2b_apps.sync1c.importing.run import ImportRun, Known, Result, digest_of

KIND = "receipts"
MOST = Decimal(10) ** 11
Key = tuple[int, int, date, str]


@dataclass(frozen=True)
class ReceiptChanges:
    """The offers whose receipts are others than were sent last, with their hashes."""

    digests: Mapping[str, bytes] = field(default_factory=dict)
    known: Mapping[str, Known] = field(default_factory=dict)


def receipts_changed(run: ImportRun, records: Mapping[str, OfferRecord]) -> ReceiptChanges:
    """Return which offers speak of other receipts than before. No query if none speaks of any,
    else one.
    """
    digests = {
        name: digest_of(record.receipts)
        for name, record in records.items()
        if record.receipts is not None
    }
    if not digests:
        return ReceiptChanges()
    run.tally.add(KIND, "read", len(digests))
    known = run.known(KIND, digests)
    changed = {n: d for n, d in digests.items() if n not in known or known[n].content_hash != d}
    run.tally.add(KIND, "unchanged", len(digests) - len(changed))
    return ReceiptChanges(changed, known)


def receipts_import(
    run: ImportRun, records: Mapping[str, OfferRecord], changes: ReceiptChanges
) -> Collection[int]:
    """Replace what is expected of the goods whose offers speak of it anew; return their products.

    Who promises goods on their way waits for the balances of these products, which the caller has
    locked. No query if nothing is new; else those of the goods and their rows.
    """
    changed = changes.digests
    if not changed:
        return ()
    ids = products_ensure(run, {name: records[name].name or name for name in changed})
    _write(run, {ids[name]: records[name].receipts or () for name in changed})
    run.settle(KIND, {n: Result(ids[n], d) for n, d in changed.items()}, changes.known)
    return {ids[name] for name in changed}


def _write(run: ImportRun, sent: Mapping[int, Sequence[ReceiptRecord]]) -> None:
    """Bring the rows of these goods in line with what was sent."""
    warehouses = warehouses_for(run, {r.warehouse_id for rows in sent.values() for r in rows})
    # What is expected of a good with characteristics is expected of them, each by its offer.
    products: Any = apps.get_model("catalogue", "Product").objects
    parents = products.filter(pk__in=sent, structure="parent").values_list("pk", flat=True)
    wanted: dict[Key, Decimal] = {}
    for pk in sent.keys() - set(parents):
        for row in sent[pk]:
            day, reference = date.fromisoformat(row.day), row.reference[:100]
            key = (pk, warehouses[row.warehouse_id], day, reference)
            # Two lines of one document are one receipt.
            wanted[key] = min(MOST, wanted.get(key, Decimal(0)) + row.quantity)
    rows = ExpectedReceipt.objects.filter(product_id__in=sent)
    rows_sync(
        ExpectedReceipt,
        existing={(r.product_id, r.warehouse_id, r.day, r.reference): r for r in rows},
        wanted={key: _columns(key, quantity) for key, quantity in wanted.items()},
    )


def _columns(key: Key, quantity: Decimal) -> dict[str, Any]:
    names = ("product_id", "warehouse_id", "day", "reference")
    return {**dict(zip(names, key, strict=True)), "quantity": quantity}
