"""Goods of 1C are products with their properties, packs, categories and pictures."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.apps import apps

from b2b_apps.core.slugs import slugify_russian
from b2b_apps.sync1c.commerceml.numbers import number_if_any
from b2b_apps.sync1c.commerceml.records import ProductRecord, UnitRecord
from b2b_apps.sync1c.importing.groups import categories_for
from b2b_apps.sync1c.importing.pictures import Wanted, pictures_import
from b2b_apps.sync1c.importing.products import (
    KIND,
    clean_name,
    parent_name,
    product_switch,
    products_ensure,
)
from b2b_apps.sync1c.importing.properties import Values
from b2b_apps.sync1c.importing.rates import unit_for, vat_rate_for
from b2b_apps.sync1c.importing.rows import rows_sync
from b2b_apps.sync1c.importing.run import ImportRun, Result, digest_of, upsert
from b2b_apps.sync1c.importing.seen import seen_add
from b2b_apps.sync1c.texts import say

FIELDS = [
    "title", "slug", "description", "article", "code_1c", "barcode", "brand", "base_unit",
    "order_multiple", "minimum_quantity", "vat_rate", "weight_kg", "volume_m3", "is_public",
    "is_off_by_1c", "characteristic", "date_updated",
]  # fmt: skip
Records = dict[str, ProductRecord]
# So many goods without a VAT rate are named; the staff's board has all of them.
NAMED = 30


def goods_import(run: ImportRun, records: Sequence[ProductRecord]) -> None:
    """Make and change products; an unchanged good costs its share of one query and no write."""
    unique = {clean_name(record.external_id): record for record in records}
    run.tally.add(KIND, "read", len(records))
    known = run.known(KIND, unique)
    digests = {name: digest_of(record) for name, record in unique.items()}
    changed = {
        name: record
        for name, record in unique.items()
        if name not in known or known[name].content_hash != digests[name]
    }
    run.tally.add(KIND, "unchanged", len(unique) - len(changed))
    if changed:
        written = _write(run, changed)
        results = {
            name: Result(pk, digests[name], is_complete)
            for name, (pk, is_complete) in written.items()
        }
        run.settle(KIND, results, known)
    seen_add(run.seen, unique)


def _write(run: ImportRun, records: Records) -> dict[str, tuple[int, bool]]:
    """Write goods; return by name the product id and whether all it refers to was known."""
    product = apps.get_model("catalogue", "Product")
    ids = products_ensure(run, {name: record.name or name for name, record in records.items()})
    parents = _parents(run, records)
    rows = product.objects.in_bulk([*ids.values(), *parents.values()])
    for name, record in records.items():
        _fill(run, rows[ids[name]], record)
        _vat_note(run, name, rows[ids[name]])
        # A good sent with its characteristic speaks for the product that holds it.
        if parent := parents.get(name):
            _fill_parent(rows[parent], rows[ids[name]])
    upsert(product, rows.values(), FIELDS)
    owners = {name: parents.get(name, pk) for name, pk in ids.items()}
    _categories(run, records, owners)
    _packs(run, records, ids)
    complete = _values(run, records, owners)
    pictures_import(
        run,
        [
            Wanted(owners[name], getattr(picture, "path", picture), order)
            for name, record in records.items()
            for order, picture in enumerate(record.pictures)
        ],
        set(owners.values()),
    )
    return {name: (pk, name in complete) for name, pk in ids.items()}


def _parents(run: ImportRun, records: Records) -> dict[str, int]:
    names = {name: parent for name in records if (parent := parent_name(name))}
    known = run.known(KIND, names.values()) if names else {}
    return {name: known[parent].object_id for name, parent in names.items()}


def _fill(run: ImportRun, row: Any, record: ProductRecord) -> None:
    requisites = {r.name: r.value for r in record.requisites}
    is_child = row.structure == "child"
    row.title = (record.name or row.title)[:255]
    row.slug = row.slug or slugify_russian(row.title)
    row.description = record.description or requisites.get("ОписаниеВФорматеHTML", "")
    row.article = record.article.strip()[:255]
    row.code_1c = requisites.get("Код", "")[:64]
    row.barcode = record.barcode.strip()[:64]
    row.brand = record.brand.strip()[:120]
    row.characteristic = record.characteristic_text[:255] if is_child else ""
    product_switch(row, is_off=record.is_deleted)
    row.base_unit = unit_for(run, record.unit) or row.base_unit
    if record.vat:
        row.vat_rate = vat_rate_for(run, record.vat)
    row.order_multiple = _positive(requisites.get("Кратность"), Decimal(1))
    row.minimum_quantity = _positive(requisites.get("МинимальнаяПартия"), Decimal(0))
    row.weight_kg = _positive(requisites.get("Вес") or record.weight, None)
    row.volume_m3 = _positive(requisites.get("Объем"), None)


def _vat_note(run: ImportRun, name: str, row: Any) -> None:
    """Note a good that will be sold without VAT because 1C named no rate for it."""
    run.without_vat.pop(name, None)
    if row.vat_rate_id is None and not row.is_off_by_1c:
        run.without_vat[name] = row.article or row.title


def vat_report(run: ImportRun) -> None:
    """Tell in one warning how many goods of the file have no VAT rate, and which."""
    if names := sorted(run.without_vat.values()):
        more = len(names) - NAMED
        told = ", ".join(names[:NAMED]) + (say("and_more", number=more) if more > 0 else "")
        run.warn("no_vat_rate", say("no_vat_rate", number=len(names), names=told), kind=KIND)


def _positive(text: str | None, default: Decimal | None) -> Decimal | None:
    number = number_if_any(text or "")
    return number if number is not None and 0 < number < Decimal(10) ** 9 else default


def _fill_parent(parent: Any, child: Any) -> None:
    """Give a product without a good of its own what its characteristic says."""
    if parent.article and not parent.is_off_by_1c:
        return
    parent.title = child.title.rpartition(" (")[0] or child.title
    parent.slug = slugify_russian(parent.title)
    for name in ("description", "brand", "base_unit", "vat_rate"):
        setattr(parent, name, getattr(child, name))
    product_switch(parent, is_off=child.is_off_by_1c)


def _categories(run: ImportRun, records: Records, owners: dict[str, int]) -> None:
    through = apps.get_model("catalogue", "ProductCategory")
    groups = categories_for(run, {g for r in records.values() for g in r.group_ids})
    wanted = {
        (owners[name], groups[group]): {"product_id": owners[name], "category_id": groups[group]}
        for name, record in records.items()
        for group in record.group_ids
    }
    rows = through.objects.filter(product_id__in=set(owners.values()))
    rows_sync(through, existing={(r.product_id, r.category_id): r for r in rows}, wanted=wanted)


def _packs(run: ImportRun, records: Records, ids: dict[str, int]) -> None:
    model = apps.get_model("catalogue", "ProductUnit")
    wanted: dict[Any, dict[str, Any]] = {}
    for name, record in records.items():
        for pack in record.packs:
            unit = unit_for(run, UnitRecord(code=pack.unit))
            title = (unit.short_name if unit else pack.unit)[:50]
            if unit is None or pack.factor <= 0 or pack.factor == 1:
                continue
            factor = pack.factor.quantize(Decimal("0.001"))
            wanted[ids[name], title, factor] = {
                "product_id": ids[name], "unit_id": unit.pk, "name": title, "factor": factor,
            }  # fmt: skip
    rows = model.objects.filter(product_id__in=ids.values())
    rows_sync(model, existing={(r.product_id, r.name, r.factor): r for r in rows}, wanted=wanted)


def _values(run: ImportRun, records: Records, owners: dict[str, int]) -> set[str]:
    """Write values of properties; return the goods all of whose values were known."""
    values = Values(run)
    values.prepare((v.property_id, v.name, v.values) for r in records.values() for v in r.values)
    incomplete = {
        name
        for name, record in records.items()
        for value in record.values
        if not values.add(owners[name], value.property_id, value.values, record)
    }
    values.save(set(owners.values()))
    return records.keys() - incomplete
