"""Organizations, regions, warehouses, price types and units of the supplier."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.apps import apps

from b2b_apps.companies.models import Organization
from b2b_apps.core.slugs import slugify_russian
from b2b_apps.inventory.models import Region
from b2b_apps.pricing.models import PriceList
from b2b_apps.sync1c.commerceml.records import (
    OrganizationRecord,
    PriceTypeRecord,
    RegionRecord,
    UnitRecord,
    WarehouseRecord,
)
from b2b_apps.sync1c.importing.rates import unit_for
from b2b_apps.sync1c.importing.run import ImportRun, Known, digest_of
from b2b_apps.sync1c.texts import say

ORGANIZATION, REGION, WAREHOUSE, PRICE_TYPE = "organization", "region", "warehouse", "price_type"
UNIT = "unit"
DEFAULT_WAREHOUSE = "*"
CURRENCIES = {"руб": "RUB", "руб.": "RUB", "рубль": "RUB", "643": "RUB", "810": "RUB", "rur": "RUB",
              "840": "USD", "978": "EUR", "156": "CNY", "": "RUB"}  # fmt: skip


def currency_of(text: str) -> str:
    """Return the ISO code of a currency as 1C may write it («руб», «643», «RUB»)."""
    plain = text.strip()
    return CURRENCIES.get(plain.lower(), plain.upper()[:3])


Columns = Callable[[ImportRun, Any], dict[str, Any]]


def references_import(
    run: ImportRun, kind: str, model: Any, records: Sequence[Any], columns: Columns
) -> None:
    """Make and change rows of a directory: few and small, so one by one."""
    known = run.known(kind, [r.external_id for r in records])
    for record in records:
        run.tally.add(kind, "read")
        found, digest = known.get(record.external_id), digest_of(record)
        if found and found.content_hash == digest:
            run.tally.add(kind, "unchanged")
            continue
        values = columns(run, record)
        row = model._default_manager.filter(pk=found.object_id).first() if found else None
        if row is None:
            row = model._default_manager.create(**values)
        else:
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
        known[record.external_id] = Known(row.pk, digest)
        run.remember(kind, {record.external_id: known[record.external_id]})
        run.tally.add(kind, "changed" if found else "created")
    run.memory[kind].clear()


def object_for(run: ImportRun, kind: str, external_id: str) -> int | None:
    """Return the row of a name, or None; looked up once per file."""
    memory = run.memory[kind]
    if external_id and external_id not in memory:
        found = run.known(kind, [external_id]).get(external_id)
        memory[external_id] = found.object_id if found else None
    return memory.get(external_id) if external_id else None


def organizations_import(run: ImportRun, records: Sequence[OrganizationRecord]) -> None:
    references_import(run, ORGANIZATION, Organization, records, _organization)


def _organization(run: ImportRun, record: OrganizationRecord) -> dict[str, Any]:
    account = record.account
    return {
        "name": record.name[:255], "full_name": record.full_name[:255],
        "inn": record.inn[:12], "kpp": record.kpp[:9], "ogrn": record.ogrn[:15],
        "legal_address": record.legal_address[:500],
        "phone": record.phone[:100], "email": record.email[:254],
        "director": record.director[:255], "accountant": record.accountant[:255],
        "bank_name": account.bank_name[:255], "bank_bic": account.bic[:9],
        "bank_correspondent_account": account.correspondent_account[:20],
        "bank_account": account.number[:20],
    }  # fmt: skip


def regions_import(run: ImportRun, records: Sequence[RegionRecord]) -> None:
    references_import(run, REGION, Region, records, _region)


def _region(run: ImportRun, record: RegionRecord) -> dict[str, Any]:
    return {
        "name": record.name[:120],
        "city": record.city[:120],
        "phone": record.phone[:100],
        "email": record.email[:254],
    }


def warehouses_import(run: ImportRun, records: Sequence[WarehouseRecord]) -> None:
    run.package["warehouses"].update(r.external_id for r in records)
    references_import(run, WAREHOUSE, apps.get_model("partner", "Partner"), records, _warehouse)


def _warehouse(run: ImportRun, record: WarehouseRecord) -> dict[str, Any]:
    organization = object_for(run, ORGANIZATION, record.organization_id)
    return {
        "code": warehouse_code(run, record.external_id),
        "name": record.name[:128], "short_name": record.short_name[:40],
        "address_text": record.address[:500], "phone": record.phone[:100],
        "organization_id": organization or run.connection.organization_id,
        "region_id": object_for(run, REGION, record.region_id),
        "is_pickup_point": record.is_pickup_point,
        "is_active": not record.is_deleted,
        "position": min(max(record.position, 0), 32767),
    }  # fmt: skip


def price_types_import(run: ImportRun, records: Sequence[PriceTypeRecord]) -> None:
    run.package["price_types"].update(r.external_id for r in records)
    references_import(run, PRICE_TYPE, PriceList, records, _price_list)


def _price_list(run: ImportRun, record: PriceTypeRecord) -> dict[str, Any]:
    kind = PriceList.Kind.CONTRACT if record.is_contract else PriceList.Kind.PRICE_TYPE
    return {
        "kind": kind,
        "name": (record.name or record.external_id)[:255],
        "currency": currency_of(record.currency),
        "includes_vat": record.includes_vat is not False,
        "is_retail": record.is_retail,
        "is_active": not record.is_deleted,
    }


def units_import(run: ImportRun, records: Sequence[UnitRecord]) -> None:
    """Make units known before goods name them by code alone."""
    unit_for(run, UnitRecord())
    for record in records:
        run.tally.add(UNIT, "read")
        before = len(run.memory["units"])
        unit_for(run, record)
        run.tally.add(UNIT, "created" if len(run.memory["units"]) > before else "unchanged")


def price_lists_for(run: ImportRun, external_ids: Collection[str]) -> Mapping[str, int]:
    """Return price lists of price types; unknown ones are missing."""
    return {name: pk for name in external_ids if (pk := object_for(run, PRICE_TYPE, name))}


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
