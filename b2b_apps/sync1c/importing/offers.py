"""Offers: the product they are of, their prices and their stock, each compared on its own."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.apps import apps

from b2b_apps.core.models import ExternalId
from b2b_apps.inventory.locks import LockedRecord, product_stock_locked
from b2b_apps.inventory.selectors import records_absorbable
from b2b_apps.inventory.services import holds_absorb, promises_follow, shortages_follow
from b2b_apps.sync1c.commerceml.records import OfferRecord
from b2b_apps.sync1c.importing.prices import PRICES, prices_import
from b2b_apps.sync1c.importing.products import (
    clean_name,
    parent_name,
    product_switch,
    products_ensure,
)
from b2b_apps.sync1c.importing.properties import Values
from b2b_apps.sync1c.importing.receipts import receipts_changed, receipts_import
from b2b_apps.sync1c.importing.references import warehouses_for
from b2b_apps.sync1c.importing.run import ImportRun, Known, Result, digest_of, upsert
from b2b_apps.sync1c.importing.seen import seen_add
from b2b_apps.sync1c.texts import say

KIND, STOCK = "offer", "stock"
MAX_QUANTITY = Decimal(10) ** 11
# A characteristic is sold, packed and taxed as the good it is of.
INHERITED = [
    "base_unit_id", "vat_rate_id", "brand", "order_multiple", "minimum_quantity", "weight_kg",
    "volume_m3",
]  # fmt: skip
IDENTITY = [
    "article", "barcode", "characteristic", "title", "is_public", "is_off_by_1c", *INHERITED,
]  # fmt: skip
Offers = Mapping[str, OfferRecord]
Writer = Callable[[ImportRun, Offers, Mapping[str, int]], set[str]]


def offers_import(run: ImportRun, records: Sequence[OfferRecord]) -> None:
    """Take over offers; what of an offer is unchanged costs its share of one query.

    An offer of a good that did not come yet makes a hidden placeholder, which the good fills.
    """
    unique = {clean_name(record.external_id): record for record in records}
    run.tally.add(KIND, "read", len(records))
    known = _known(run, unique)
    aspects = {name: _aspects(record) for name, record in unique.items()}
    writers: dict[str, Writer] = {KIND: _identity, PRICES: prices_import, STOCK: _stock}
    changed = {
        kind: {n: r for n, r in unique.items() if _differs(known[kind], n, aspects[n].get(kind))}
        for kind in writers
    }
    touched = {n: r for kind in changed.values() for n, r in kind.items()}
    coming = receipts_changed(run, unique)
    locked = _stock_lock(
        run, [n for n in unique if STOCK in aspects[n]], {*changed[STOCK], *coming.digests}, touched
    )
    ids = products_ensure(run, {n: r.name or n for n, r in touched.items()}) if touched else {}
    for kind, write in writers.items():
        present = sum(1 for name in unique if kind in aspects[name])
        run.tally.add(kind, "unchanged", present - len(changed[kind]))
        if changed[kind]:
            complete = write(run, changed[kind], ids)
            results = {n: Result(ids[n], aspects[n][kind], n in complete) for n in changed[kind]}
            run.settle(kind, results, known[kind])
    began = run.file.session.started_at
    if locked.held:
        holds_absorb(stock_record_ids=locked.held, snapshot_started_at=began)
    counted = {ids[name] for name in changed[STOCK]}
    if products := counted.union(receipts_import(run, unique, coming)):
        promises_follow(product_ids=products, before=locked.records, snapshot_started_at=began)
    shortages_follow(product_ids=counted)
    seen_add(run.seen, unique)


class _Locked(NamedTuple):
    """Balances as they were, and the ids of those with holds that this stock contains."""

    records: Mapping[int, LockedRecord]
    held: Collection[int]


def _stock_lock(
    run: ImportRun, named: Collection[str], changed: Collection[str], touched: Collection[str]
) -> _Locked:
    """Lock all balances that the batch may write, before it writes any (inventory/locks.py).

    These are balances that changed or whose receipts did, those of goods that turn into parents,
    and those with holds that this stock contains, whether it changed or not. Two queries, or three.
    """
    parents = {parent_name(name) for name in touched} - {""}
    products = {
        n: k.object_id for n, k in run.known("product", {*named, *changed, *parents}).items()
    }
    held = records_absorbable(
        product_ids=[products[n] for n in named if n in products],
        snapshot_started_at=run.file.session.started_at,
    )
    written = {products[name] for name in {*changed, *parents} if name in products}
    records = product_stock_locked(product_ids={*written, *held.values()})
    return _Locked(records or {}, held.keys())


def _known(run: ImportRun, names: Collection[str]) -> dict[str, dict[str, Known]]:
    """Return what was last sent of these offers, by aspect. One query."""
    rows = ExternalId.objects.filter(
        source=run.source, kind__in=[KIND, PRICES, STOCK], external_id__in=list(names)
    ).values_list("kind", "external_id", "object_id", "content_hash")
    found: dict[str, dict[str, Known]] = {KIND: {}, PRICES: {}, STOCK: {}}
    for kind, name, pk, digest in rows:
        found[kind][name] = Known(pk, bytes(digest))
    return found


def _aspects(record: OfferRecord) -> dict[str, bytes]:
    """Hashes of what the offer speaks of: files of prices alone or of stock alone are usual."""
    aspects = {}
    if record.name or record.characteristics or record.is_deleted:
        aspects[KIND] = digest_of(
            record.name, record.article, record.barcode, record.characteristics, record.is_deleted
        )
    if record.prices is not None:
        aspects[PRICES] = digest_of(record.prices)
    if record.balances is not None or record.quantity is not None:
        aspects[STOCK] = digest_of(record.balances, record.quantity)
    return aspects


def _differs(known: Mapping[str, Known], name: str, digest: bytes | None) -> bool:
    return digest is not None and (name not in known or known[name].content_hash != digest)


def _identity(run: ImportRun, records: Offers, ids: Mapping[str, int]) -> set[str]:
    """Write article, barcode and characteristic of offers: of characteristics, and where empty."""
    product = apps.get_model("catalogue", "Product")
    rows = product.objects.select_related("parent").in_bulk([ids[name] for name in records])
    changed = []
    for name, record in records.items():
        row = rows[ids[name]]
        before = [getattr(row, field) for field in IDENTITY]
        if parent_name(name):
            row.article = record.article.strip()[:255] or row.article
            row.barcode = record.barcode.strip()[:64] or row.barcode
            row.characteristic = record.characteristic_text[:255] or row.characteristic
            row.title = (record.name or row.title)[:255]
            product_switch(row, is_off=record.is_deleted)
            for field in INHERITED:
                setattr(row, field, getattr(row.parent, field))
        else:
            row.article = row.article or record.article.strip()[:255]
            row.barcode = row.barcode or record.barcode.strip()[:64]
        if before != [getattr(row, field) for field in IDENTITY]:
            changed.append(row)
    if changed:
        upsert(product, changed, [*IDENTITY, "date_updated"])
    _characteristics(run, records, ids)
    return set(records)


def _characteristics(run: ImportRun, records: Offers, ids: Mapping[str, int]) -> None:
    """Characteristics have no GUIDs of their own: their names make attributes."""
    sent = {
        n: r.characteristics for n, r in records.items() if parent_name(n) and r.characteristics
    }
    values = Values(run)
    values.prepare((f"char:{c.name}", c.name, [c.value]) for row in sent.values() for c in row)
    for name, row in sent.items():
        for characteristic in row:
            values.add(ids[name], f"char:{characteristic.name}", [characteristic.value])
    values.save({ids[name] for name in sent})


def _stock(run: ImportRun, records: Offers, ids: Mapping[str, int]) -> set[str]:
    """Write balances; return the offers whose balances were all plain."""
    record_model = apps.get_model("partner", "StockRecord")
    balances = {name: _balances(run, name, record) for name, record in records.items()}
    warehouses = warehouses_for(run, {w for b in balances.values() for w in b})
    parents = _parents(ids.values())
    rows = [
        record_model(
            product_id=ids[name],
            partner_id=warehouses[warehouse],
            partner_sku=name[:128],
            num_in_stock=quantity,
            num_allocated=0,
        )
        for name, balance in sorted(balances.items())
        for warehouse, quantity in sorted(balance.items())
        if ids[name] not in parents
    ]
    upsert(record_model, rows, ["num_in_stock", "date_updated"], by=["product", "partner"])
    return set(records)


def _parents(product_ids: Iterable[int]) -> set[int]:
    """Of these products those with characteristics: the balance is their characteristics'."""
    products = apps.get_model("catalogue", "Product").objects
    found = products.filter(pk__in=list(product_ids), structure="parent")
    return set(found.values_list("pk", flat=True))


def _balances(run: ImportRun, name: str, record: OfferRecord) -> dict[str, Decimal]:
    """Return quantities by warehouse; a total without a warehouse lies in the default one."""
    found = {b.warehouse_id: b.quantity for b in record.balances or ()}
    if not found and record.quantity is not None:
        found = {"": record.quantity}
    for warehouse, quantity in found.items():
        if quantity < 0 or quantity >= MAX_QUANTITY:
            run.warn(
                "negative_stock",
                say("negative_stock", value=quantity),
                kind=STOCK, record=record, external_id=name,
            )  # fmt: skip
            found[warehouse] = Decimal(0)
    if record.quantity is not None and sum(found.values()) == record.quantity:
        # The sum fits, so the package's other warehouses hold nothing.
        for warehouse in run.package["warehouses"]:
            found.setdefault(warehouse, Decimal(0))
    return found
