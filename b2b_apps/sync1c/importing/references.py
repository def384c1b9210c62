"""Organizations, regions, warehouses, price types and units of the supplier."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from b2b_apps.companies.models import Organization
from b2b_apps.core.models import ExternalId
from b2b_apps.core.slugs import slugify_russian
from b2b_apps.inventory.models import Region
from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.sync1c.commerceml.records import (
    OrganizationRecord,
    PriceTypeRecord,
    RegionRecord,
    UnitRecord,
    WarehouseRecord,
)
from b2b_apps.sync1c.importing.rates import unit_for
from b2b_apps.sync1c.importing.rows import row_save, switched
from b2b_apps.sync1c.importing.run import CAME, ImportRun, Known, digest_of, shape_of
from b2b_apps.sync1c.texts import say

ORGANIZATION, REGION, WAREHOUSE, PRICE_TYPE = "organization", "region", "warehouse", "price_type"
UNIT = "unit"
DEFAULT_WAREHOUSE = "*"
# What is sold in a currency that nobody named is sold in roubles.
CURRENCY = "RUB"


@dataclass(frozen=True, slots=True)
class Told:
    """What a record says of its row; ``fresh`` is for a row that is made now.

    A record that refers to what did not come yet is not complete: sent again it is tried again.
    """

    columns: dict[str, Any]
    fresh: dict[str, Any] = field(default_factory=dict)
    is_complete: bool = True


Teller = Callable[[ImportRun, Any, Any], Told]


def references_import(
    run: ImportRun, kind: str, model: Any, records: Sequence[Any], tell: Teller
) -> None:
    """Make and change rows of a directory. What a record does not speak of stays as it is.

    Files differ in what they say of one warehouse: a package of offers gives its name, the
    directory all of it. So each way of speaking has a hash of its own, and what a file merely
    repeats changes nothing, neither what another said nor what staff set. Three queries and one
    or two for each row that changes.
    """
    names = [record.external_id for record in records]
    known = run.known(kind, names)
    rows = model._default_manager.in_bulk([k.object_id for k in known.values()])
    shapes = {shape_of(kind, record) for record in records}
    heard = {shape: run.known(shape, names) for shape in shapes}
    for record in records:
        name, shape, digest = record.external_id, shape_of(kind, record), digest_of(record)
        run.tally.add(kind, "read")
        found = known.get(name)
        before = heard[shape].get(name)
        if found and found.content_hash and before and before.content_hash == digest:
            run.tally.add(kind, "unchanged")
            continue
        row = rows.get(found.object_id) if found else None
        told = tell(run, record, row)
        # A placeholder is filled as if it were new.
        is_fresh = row is None or not (found and found.content_hash)
        columns = {**told.fresh, **told.columns} if is_fresh else told.columns
        row, is_changed = row_save(model, row, columns)
        rows[row.pk] = row
        stored = Known(row.pk, digest if told.is_complete else digest_of(digest, "half"))
        if is_fresh:
            known[name] = Known(row.pk, CAME)
            run.remember(kind, {name: known[name]})
        if before != stored:
            heard[shape][name] = stored
            run.remember(shape, {name: stored})
        run.tally.add(
            kind, "created" if found is None else "changed" if is_changed else "unchanged"
        )
    run.memory[kind].clear()


def told_columns(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that a record speaks of, texts cut to what the columns hold."""
    return {name: value for name, value in columns.items() if value is not None}


def cut(text: str | None, size: int) -> str | None:
    return text if text is None else text[:size]


def object_for(run: ImportRun, kind: str, external_id: str) -> int | None:
    """Return the row of a name, or None; looked up once per file."""
    memory = run.memory[kind]
    if external_id and external_id not in memory:
        found = run.known(kind, [external_id]).get(external_id)
        memory[external_id] = found.object_id if found else None
    return memory.get(external_id) if external_id else None


def organizations_import(run: ImportRun, records: Sequence[OrganizationRecord]) -> None:
    references_import(run, ORGANIZATION, Organization, records, _organization)


def _organization(run: ImportRun, record: OrganizationRecord, row: Any) -> Told:
    account = record.account
    columns = {
        "name": cut(record.name, 255), "full_name": cut(record.full_name, 255),
        "inn": cut(record.inn, 12), "kpp": cut(record.kpp, 9), "ogrn": cut(record.ogrn, 15),
        "legal_address": cut(record.legal_address, 500),
        "phone": cut(record.phone, 100), "email": cut(record.email, 254),
        "director": cut(record.director, 255), "accountant": cut(record.accountant, 255),
    }  # fmt: skip
    if account is not None:
        columns |= {
            "bank_name": account.bank_name[:255],
            "bank_bic": account.bic[:9],
            "bank_correspondent_account": account.correspondent_account[:20],
            "bank_account": account.number[:20],
        }
    return Told(told_columns(columns), {"name": record.external_id[:255]})


def regions_import(run: ImportRun, records: Sequence[RegionRecord]) -> None:
    references_import(run, REGION, Region, records, _region)


def _region(run: ImportRun, record: RegionRecord, row: Any) -> Told:
    columns = {
        "name": cut(record.name, 120), "city": cut(record.city, 120),
        "phone": cut(record.phone, 100), "email": cut(record.email, 254),
    }  # fmt: skip
    return Told(told_columns(columns), {"name": record.external_id[:120]})


def warehouses_import(run: ImportRun, records: Sequence[WarehouseRecord]) -> None:
    run.package["warehouses"].update(r.external_id for r in records)
    references_import(run, WAREHOUSE, apps.get_model("partner", "Partner"), records, _warehouse)


def _warehouse(run: ImportRun, record: WarehouseRecord, row: Any) -> Told:
    columns = told_columns({
        "name": cut(record.name, 128), "short_name": cut(record.short_name, 40),
        "address_text": cut(record.address, 500), "phone": cut(record.phone, 100),
        "is_pickup_point": record.is_pickup_point,
        "position": record.position,
    })  # fmt: skip
    if record.is_deleted is not None:
        columns |= switched(row, is_off=record.is_deleted)
    fresh = {
        "code": warehouse_code(run, record.external_id),
        "name": record.external_id[:128],
        "organization_id": run.connection.organization_id,
        **switched(row, is_off=False),
    }
    is_complete = True
    for column, kind, name in (
        ("organization_id", ORGANIZATION, record.organization_id),
        ("region_id", REGION, record.region_id),
    ):
        if name is not None:
            found = object_for(run, kind, name)
            is_complete = is_complete and (found is not None or not name)
            if found is not None or not name:
                columns[column] = found
    return Told(columns, fresh, is_complete)


def price_types_import(run: ImportRun, records: Sequence[PriceTypeRecord]) -> None:
    run.package["price_types"].update(r.external_id for r in records)
    references_import(run, PRICE_TYPE, PriceList, records, _price_list)
    run.memory["lists"].clear()


def _price_list(run: ImportRun, record: PriceTypeRecord, row: Any) -> Told:
    columns = told_columns({
        "name": cut(record.name, 255),
        "currency": record.currency,
        "includes_vat": record.includes_vat,
        "is_retail": record.is_retail,
    })  # fmt: skip
    if record.is_deleted is not None:
        columns |= switched(row, is_off=record.is_deleted)
    # A list that staff made regional, or the last resort, stays what it is.
    if record.is_contract:
        columns["kind"] = PriceList.Kind.CONTRACT
    elif record.is_contract is not None and row and row.kind == PriceList.Kind.CONTRACT:
        columns["kind"] = PriceList.Kind.PRICE_TYPE
    if row and record.currency and row.currency != record.currency:
        _prices_void(run, record, row)
    return Told(columns, {"name": record.external_id[:255], "currency": CURRENCY})


def _prices_void(run: ImportRun, record: PriceTypeRecord, row: Any) -> None:
    """Take away the prices of a list whose currency changes: their numbers mean something else.

    Sent again, even unchanged, they are taken again.
    """
    prices = Price.objects.filter(price_list=row)
    ExternalId.objects.filter(
        source=run.source, kind="prices", object_id__in=prices.values("product_id")
    ).update(content_hash=b"")
    num_gone, _by_model = prices.delete()
    if num_gone:
        run.warn(
            "currency_changed",
            say("currency_changed", name=row.name, old=row.currency, new=record.currency),
            kind=PRICE_TYPE, record=record,
        )  # fmt: skip


def units_import(run: ImportRun, records: Sequence[UnitRecord]) -> None:
    """Make units known before goods name them by code alone."""
    unit_for(run, UnitRecord())
    for record in records:
        run.tally.add(UNIT, "read")
        before = len(run.memory["units"])
        unit_for(run, record)
        run.tally.add(UNIT, "created" if len(run.memory["units"]) > before else "unchanged")


def price_lists_for(run: ImportRun, external_ids: Collection[str]) -> Mapping[str, Any]:
    """Return price lists of price types; unknown ones are missing."""
    found = {name: pk for name in external_ids if (pk := object_for(run, PRICE_TYPE, name))}
    lists = run.memory["lists"]
    if missing := set(found.values()) - lists.keys():
        lists.update(PriceList.objects.in_bulk(missing))
    return {name: lists[pk] for name, pk in found.items() if pk in lists}


def warehouses_for(run: ImportRun, external_ids: Collection[str]) -> Mapping[str, int]:
    """Return warehouses; "" is the default one, an unknown one is made, inactive until it comes."""
    found = {}
    for name in external_ids:
        pk = object_for(run, WAREHOUSE, name or DEFAULT_WAREHOUSE)
        found[name] = pk or _warehouse_make(run, name)
    return found


def _warehouse_make(run: ImportRun, name: str) -> int:
    title = name if name else "Основной"
    row = apps.get_model("partner", "Partner").objects.create(
        name=title[:128],
        code=warehouse_code(run, name),
        is_active=not name,
        is_off_by_1c=bool(name),
        organization=run.connection.organization,
    )
    key = name or DEFAULT_WAREHOUSE
    run.remember(WAREHOUSE, {key: Known(row.pk, b"")})
    run.memory[WAREHOUSE][key] = row.pk
    if name:
        run.warn(
            "unknown_warehouse",
            say("unknown_warehouse", id=name),
            kind=WAREHOUSE, external_id=name,
        )  # fmt: skip
    return int(row.pk)


def warehouse_code(run: ImportRun, name: str) -> str:
    return slugify_russian(f"{run.source}-{name or 'main'}")[:128]
