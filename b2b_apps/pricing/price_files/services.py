"""A file of prices from the upload to its load, and back."""

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from b2b_apps.core.outbox import outbox_put
from b2b_apps.core.sheets import SheetRefusedError, SheetRow, sheet_rows
from b2b_apps.pricing.errors import PriceFileChangedError
from b2b_apps.pricing.locks import price_lists_lock
from b2b_apps.pricing.models import PriceChange, PriceImport, PriceImportRow, PriceList
from b2b_apps.pricing.ownership import lists_of_1c
from b2b_apps.pricing.price_files.compare import rows_compare, rows_count
from b2b_apps.pricing.price_files.heads import LOOKED_AT, Columns, columns_of
from b2b_apps.pricing.price_files.matching import offers_find, products_match
from b2b_apps.pricing.price_files.rows import row_of
from b2b_apps.pricing.price_load import PriceRow, prices_load, prices_remove

READ_TOPIC, LOAD_TOPIC = "price_file_read", "price_file_load"
MOST_ROWS = 200_000
BATCH = 2000
State, Kind = PriceImport.State, PriceImportRow.Kind
LOADED_KINDS = (Kind.NEW, Kind.CHANGED)


@transaction.atomic
def price_file_take(
    *, price_list: PriceList, file: Any, valid_from: Any, user_id: int
) -> PriceImport:
    """Keep an uploaded file; a worker reads it. Four queries."""
    imported = PriceImport.objects.create(
        price_list=price_list,
        user_id=user_id,
        file_name=str(file.name).replace("\\", "/").rpartition("/")[2][-200:],
        file=file,
        valid_from=valid_from,
    )
    payload = {"import_id": imported.pk}
    outbox_put(topic=READ_TOPIC, key=f"{READ_TOPIC}:{imported.pk}", payload=payload)
    return imported


def price_file_read(*, import_id: int) -> None:
    """Read a file's rows and compare them with the list; done again, it begins anew.

    What can't be read is a state of the import, not an error.
    """
    imported = PriceImport.objects.filter(pk=import_id, state=State.READING).first()
    if imported is None:
        return
    imported.rows.all().delete()
    try:
        _rows_store(imported)
    except SheetRefusedError as refused:
        imported.state, imported.reason = State.FAILED, refused.code
        imported.details = {"error": refused.error} if refused.error else {}
        imported.save(update_fields=["state", "reason", "details"])
        return
    offers_find(imported)
    rows_compare(imported)
    imported.counts = rows_count(imported)
    imported.state = State.READY
    imported.save(update_fields=["counts", "state", "details"])


def _rows_store(imported: PriceImport) -> None:
    """Store what the child reads, row by row of the sheet that has the heads."""
    is_of_1c = bool(lists_of_1c(price_list_ids=[imported.price_list_id]))
    rows = sheet_rows(Path(imported.file.path), most_rows=MOST_ROWS)
    columns, sheet, first = _heads(rows)
    imported.details = {"sheet": sheet, "has_ends": "till" in columns.places}
    mine = (
        row_of(
            imported=imported, number=row.number, cells=row.cells, columns=columns,
            is_of_1c=is_of_1c,
        )
        for row in _of_sheet(rows, sheet, imported.details)
    )  # fmt: skip
    number = 0
    while batch := list(islice(mine, BATCH)):
        products_match(batch)
        PriceImportRow.objects.bulk_create(batch)
        number += len(batch)
        PriceImport.objects.filter(pk=imported.pk).update(num_read=number)
    if not number:
        raise SheetRefusedError("no_rows", f"{sheet}:{first}")


def _of_sheet(rows: Iterator[SheetRow], sheet: str, details: dict[str, Any]) -> Iterator[SheetRow]:
    """Yield the rows of one sheet; others that have heads too are named, not read."""
    others: dict[str, bool] = {}
    for row in rows:
        if row.sheet == sheet:
            yield row
        elif row.number <= LOOKED_AT and columns_of(row.cells):
            others[row.sheet] = True
    if others:
        details["others"] = list(others)[:5]


def _heads(rows: Iterator[SheetRow]) -> tuple[Columns, str, int]:
    """Return the columns of the first sheet that has them, its name, the number of that row."""
    sheets: dict[str, bool] = {}
    for row in rows:
        sheets[row.sheet] = True
        if row.number > LOOKED_AT:
            continue
        columns = columns_of(row.cells)
        if columns is None:
            continue
        if "amount" not in columns.places:
            raise SheetRefusedError("several_prices", ", ".join(columns.prices)[:200])
        return columns, row.sheet, row.number
    raise SheetRefusedError("no_heads" if sheets else "empty_file", ", ".join(sheets)[:200])


@transaction.atomic
def price_file_accept(*, import_id: int, chosen: Mapping[int, int]) -> int:
    """Take offered products for unknown articles (row to product); return how many were taken.

    What was not offered is not taken. Locks the import.
    """
    imported = PriceImport.objects.select_for_update().get(pk=import_id)
    if imported.state != State.READY:
        return 0
    taken = []
    for row in imported.rows.filter(pk__in=chosen, kind=Kind.UNKNOWN):
        if chosen[row.pk] in row.details.get("offers", ()):
            row.product_id, row.kind, row.reason = chosen[row.pk], Kind.NEW, ""
            taken.append(row)
    PriceImportRow.objects.bulk_update(taken, ["product", "kind", "reason"])
    rows_compare(imported)
    imported.counts = rows_count(imported)
    _turn(imported)
    imported.save(update_fields=["counts", "details"])
    return len(taken)


@transaction.atomic
def price_file_confirm(*, import_id: int, seen: str | None = None) -> bool:
    """Have a looked-at file loaded; False if it was confirmed or dropped already. Four queries.

    ``seen`` is ``file_mark`` of what the person has looked at: articles that were accepted since,
    or rows that were compared anew, are not loaded unseen. Locks the import. Raises
    PriceFileChangedError.
    """
    imported = PriceImport.objects.select_for_update().get(pk=import_id)
    if imported.state != State.READY:
        return False
    if seen is not None and seen != file_mark(imported):
        raise PriceFileChangedError(import_id)
    imported.state, imported.has_drifted = State.LOADING, False
    imported.save(update_fields=["state", "has_drifted"])
    # Confirmed again after the list moved, it is another effect.
    key = f"{LOAD_TOPIC}:{import_id}:{timezone.now():%Y%m%d%H%M%S%f}"
    outbox_put(topic=LOAD_TOPIC, key=key, payload={"import_id": import_id})
    return True


def file_mark(imported: PriceImport) -> str:
    """A text that differs whenever what a load would write may do. No query."""
    return f"{imported.pk}.{imported.details.get('turn', 0)}"


def _turn(imported: PriceImport) -> None:
    """Count that the rows of a looked-at file are others now."""
    imported.details["turn"] = imported.details.get("turn", 0) + 1


def price_file_drop(*, import_id: int) -> bool:
    """Forget a file that was not loaded. One query."""
    rows = PriceImport.objects.filter(pk=import_id, state__in=[State.READY, State.FAILED])
    return bool(rows.update(state=State.DROPPED))


@transaction.atomic
def price_file_load(*, import_id: int) -> None:
    """Load a confirmed file in one transaction.

    If the list has moved since it was looked at, nothing is loaded: it is shown anew. Locks the
    import, then the list.
    """
    imported = PriceImport.objects.select_for_update().get(pk=import_id)
    if imported.state != State.LOADING:
        return
    price_lists_lock(price_list_ids=[imported.price_list_id])
    if rows_compare(imported):
        imported.state, imported.has_drifted = State.READY, True
        imported.counts = rows_count(imported)
        _turn(imported)
        imported.save(update_fields=["state", "has_drifted", "counts", "details"])
        return
    imported.loaded_at = timezone.now()
    report = prices_load(
        rows=_price_rows(imported),
        source=PriceChange.Source.FILE,
        user_id=imported.user_id,
        moment=imported.loaded_at,
    )
    imported.counts |= {"loaded_new": report.new, "loaded_changed": report.changed}
    imported.state = State.LOADED
    imported.save(update_fields=["state", "counts", "loaded_at"])


def _price_rows(imported: PriceImport) -> list[PriceRow]:
    rows = imported.rows.filter(kind__in=LOADED_KINDS).order_by("product_id", "number")
    told: Any = rows.values_list(
        "product_id", "amount", "minimum_quantity", "pack_factor", "valid_from", "valid_to"
    )
    return [PriceRow(imported.price_list_id, *values) for values in told]


UNDO_SQL = """
SELECT c.product_id, c.old_amount, c.minimum_quantity, c.pack_factor, c.valid_from,
    c.old_valid_to, p.id
FROM pricing_pricechange c
LEFT JOIN pricing_price p
    ON p.price_list_id = c.price_list_id AND p.product_id = c.product_id
    AND p.minimum_quantity = c.minimum_quantity AND p.pack_factor = c.pack_factor
    AND p.valid_from IS NOT DISTINCT FROM c.valid_from
    AND p.amount = c.new_amount AND p.valid_to IS NOT DISTINCT FROM c.new_valid_to
WHERE c.price_list_id = %(list)s AND c.changed_at = %(moment)s AND c.source = 'file'
ORDER BY c.product_id
"""


@transaction.atomic
def price_file_undo(*, import_id: int, user_id: int) -> bool:
    """Put back what the last file of a list changed; False if it is not the last, or undone.

    A price that has been changed since stays, and is counted (``left``). Locks the import, then
    the list.
    """
    imported = PriceImport.objects.select_for_update().get(pk=import_id)
    if imported.state != State.LOADED or imported.pk != last_loaded(imported.price_list_id):
        return False
    price_lists_lock(price_list_ids=[imported.price_list_id])
    with connection.cursor() as cursor:
        cursor.execute(UNDO_SQL, {"list": imported.price_list_id, "moment": imported.loaded_at})
        found = cursor.fetchall()
    standing = [row for row in found if row[-1] is not None]
    back = [PriceRow(imported.price_list_id, *row[:-1]) for row in standing if row[1] is not None]
    gone = [row[-1] for row in standing if row[1] is None]
    staff = PriceChange.Source.STAFF
    if back:
        prices_load(rows=back, source=staff, user_id=user_id)
    if gone:
        prices_remove(
            price_list_id=imported.price_list_id, price_ids=gone, source=staff, user_id=user_id
        )
    imported.counts |= {
        "put_back": len(back), "taken_away": len(gone), "left": len(found) - len(standing),
    }  # fmt: skip
    imported.state, imported.undone_at = State.UNDONE, timezone.now()
    imported.save(update_fields=["state", "undone_at", "counts"])
    return True


def last_loaded(price_list_id: int) -> int | None:
    """Return the file that was loaded into a list last and is not undone. One query."""
    rows = PriceImport.objects.filter(price_list=price_list_id, state=State.LOADED)
    return rows.order_by("-loaded_at").values_list("pk", flat=True).first()


def price_files_purge(*, before: Any) -> int:
    """Delete rows and files of imports begun before then; that they were stays. Return how many."""
    old = PriceImport.objects.filter(created_at__lt=before).exclude(file="")
    num = 0
    for imported in old.iterator():
        imported.rows.all().delete()
        imported.file.delete(save=False)
        PriceImport.objects.filter(pk=imported.pk).update(file="")
        num += 1
    return num
