"""A file from the upload to rows of the list: kept, looked at, its columns named, checked."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.core.context import TradeContext
from b2b_apps.core.outbox import outbox_put
from b2b_apps.core.sheets import SheetRefusedError
from b2b_apps.entry.asked import AskedRow
from b2b_apps.entry.files.columns import Columns, asked_from_cells, columns_kept
from b2b_apps.entry.files.reading import MOST_ROWS, file_look, rows_read
from b2b_apps.entry.locks import list_locked
from b2b_apps.entry.models import EntryColumns, EntryList, EntryRow
from b2b_apps.entry.services.lists import rows_append

READ_TOPIC, CHECK_TOPIC = "entry_file_read", "entry_file_check"
BATCH = 2_000
State = EntryList.State


@transaction.atomic
def file_take(*, context: TradeContext, file: Any) -> EntryList:
    """Keep an uploaded file; a worker looks at it. Its rows will come after those of the list.

    Locks the list. Five queries.
    """
    context.require(PLACE_ORDERS)
    entry_list = list_locked(context=context, may_create=True)
    assert entry_list is not None  # noqa: S101 - it may be created
    _forget_file(entry_list)
    entry_list.file = file
    entry_list.file_name = str(file.name).replace("\\", "/").rpartition("/")[2][-200:]
    entry_list.state, entry_list.reason, entry_list.num_read = State.READING, "", 0
    entry_list.details = {}
    entry_list.save()
    _send(READ_TOPIC, entry_list, context)
    return entry_list


def _send(topic: str, entry_list: EntryList, context: TradeContext) -> None:
    # Under what it is checked: a worker knows nothing of who chose what.
    payload = {
        "list_id": entry_list.pk, "region_id": context.region_id, "project_id": context.project_id,
        "file": entry_list.file.name,
    }  # fmt: skip
    moment = f"{timezone.now():%Y%m%d%H%M%S%f}"
    outbox_put(topic=topic, key=f"{topic}:{entry_list.pk}:{moment}", payload=payload)


def file_read(*, payload: Mapping[str, Any]) -> None:
    """Look at a file; where its columns are known, have its rows checked at once. Idempotent.

    What can't be read is a state of the list, not an error.
    """
    found = _taken_up(payload, State.READING)
    if found is None:
        return
    entry_list, context = found
    try:
        look = file_look(Path(entry_list.file.path), context=context)
    except SheetRefusedError as refused:
        _fail(entry_list, refused.code)
        return
    entry_list.details = look.plain()
    known = _remembered(entry_list, look.signature)
    if known is None and look.is_template:
        known = dict(look.columns.places)
    if known is not None:
        entry_list.details["columns"] = Columns(known, look.columns.first_row).plain()
    entry_list.state = State.CHECKING if known is not None else State.COLUMNS
    waiting = _of_file(entry_list).filter(state=State.READING)
    if waiting.update(state=entry_list.state, details=entry_list.details) and known is not None:
        _send(CHECK_TOPIC, entry_list, context)


def _remembered(entry_list: EntryList, signature: str) -> dict[str, int] | None:
    if not signature:
        return None
    rows = EntryColumns.objects.filter(user_id=entry_list.user_id, signature=signature)
    return rows.values_list("columns", flat=True).first()


@transaction.atomic
def columns_set(*, context: TradeContext, columns: Columns, is_kept: bool) -> bool:
    """Say what the columns of the file mean, and have its rows checked; False if there is no file
    that waits for it, or no column of articles or names. ``is_kept`` remembers it for files with
    the same heads. Locks the list.
    """
    context.require(PLACE_ORDERS)
    entry_list = list_locked(context=context)
    if entry_list is None or entry_list.state != State.COLUMNS or not columns.is_enough:
        return False
    signature = entry_list.details.get("signature", "")
    if is_kept and signature:
        EntryColumns.objects.update_or_create(
            user_id=context.user_id, signature=signature,
            defaults={"columns": dict(columns.places)},
        )  # fmt: skip
    entry_list.details = {**entry_list.details, "columns": columns.plain()}
    entry_list.state, entry_list.num_read = State.CHECKING, 0
    entry_list.save()
    _send(CHECK_TOPIC, entry_list, context)
    return True


@transaction.atomic
def columns_again(*, context: TradeContext) -> bool:
    """Ask for the columns of the last file once more: its rows are taken out. Locks the list."""
    context.require(PLACE_ORDERS)
    entry_list = list_locked(context=context)
    if entry_list is None or entry_list.state != State.OPEN or not entry_list.file:
        return False
    _rows_of_file(entry_list).exclude(state=EntryRow.State.ADDED).delete()
    entry_list.state = State.COLUMNS
    entry_list.save()
    return True


@transaction.atomic
def file_drop(*, context: TradeContext) -> bool:
    """Forget a file whose rows are not in the list yet. Locks the list."""
    entry_list = list_locked(context=context)
    if entry_list is None or entry_list.state == State.OPEN:
        return False
    if entry_list.state == State.CHECKING:
        _rows_of_file(entry_list).exclude(state=EntryRow.State.ADDED).delete()
    _forget_file(entry_list)
    entry_list.file_name, entry_list.state, entry_list.details = "", State.OPEN, {}
    entry_list.save()
    return True


def file_check(*, payload: Mapping[str, Any]) -> None:
    """Check the rows of a file whose columns are named, 2,000 at a time. Idempotent: what a worker
    that died had written is written anew. Stops if the file is dropped meanwhile.
    """
    found = _taken_up(payload, State.CHECKING)
    if found is None:
        return
    entry_list, context = found
    _begin(entry_list)
    columns = columns_kept(entry_list.details["columns"])
    rows = _asked_rows(entry_list, columns)
    number = 0
    try:
        while batch := list(islice(rows, BATCH)):
            if not _append(entry_list, batch, context):
                return
            number += len(batch)
            _of_file(entry_list).update(num_read=number)
    except SheetRefusedError as refused:
        _rows_of_file(entry_list).delete()
        _fail(entry_list, refused.code)
        return
    moment = timezone.now()
    _of_file(entry_list).filter(state=State.CHECKING).update(
        state=State.OPEN, checked_at=moment, under=context.under, updated_at=moment
    )


def _begin(entry_list: EntryList) -> None:
    """Note after which row those of the file come, and take out what an earlier try has left."""
    if "after" not in entry_list.details:
        rows = EntryRow.objects.filter(entry_list=entry_list)
        entry_list.details["after"] = rows.aggregate(n=Max("number"))["n"] or 0
        _of_file(entry_list).update(details=entry_list.details)
    _rows_of_file(entry_list).delete()


def _asked_rows(entry_list: EntryList, columns: Columns) -> Iterator[AskedRow]:
    sheet = entry_list.details["sheet"]
    for row in rows_read(Path(entry_list.file.path)):
        if row.sheet == sheet and row.number >= columns.first_row:
            yield asked_from_cells(row.number, row.cells, columns)


@transaction.atomic
def _append(entry_list: EntryList, batch: list[AskedRow], context: TradeContext) -> bool:
    locked = EntryList.objects.select_for_update(of=("self",)).get(pk=entry_list.pk)
    if locked.state != State.CHECKING or locked.file.name != entry_list.file.name:
        return False
    rows_append(locked, batch, context)
    return True


def _rows_of_file(entry_list: EntryList) -> Any:
    rows = EntryRow.objects.filter(entry_list=entry_list, source_row__isnull=False)
    return rows.filter(number__gt=entry_list.details.get("after", 0))


def _of_file(entry_list: EntryList) -> Any:
    return EntryList.objects.filter(pk=entry_list.pk, file=entry_list.file.name)


def _fail(entry_list: EntryList, code: str) -> None:
    _of_file(entry_list).update(state=State.FAILED, reason=code)


def _taken_up(payload: Mapping[str, Any], state: str) -> tuple[EntryList, TradeContext] | None:
    """The list of a message, if its file still waits, and under what it is checked."""
    rows = EntryList.objects.filter(pk=payload["list_id"], file=payload["file"], state=state)
    entry_list = rows.first()
    if entry_list is None:
        return None
    context = trade_context_for(
        user_id=entry_list.user_id, contract_id=entry_list.contract_id,
        region_id=payload["region_id"], project_id=payload["project_id"],
    )  # fmt: skip
    if context is None or context.contract_id != entry_list.contract_id:
        _fail(entry_list, "contract")
        return None
    return entry_list, context


def _forget_file(entry_list: EntryList) -> None:
    if entry_list.file:
        name, storage = entry_list.file.name, entry_list.file.storage
        entry_list.file = ""
        transaction.on_commit(lambda: storage.delete(name))


def lists_purge(*, before: datetime) -> int:
    """Delete lists that nobody has touched since then, with their files; return how many."""
    num = 0
    for entry_list in EntryList.objects.filter(updated_at__lt=before).iterator():
        if entry_list.file:
            entry_list.file.delete(save=False)
        entry_list.delete()
        num += 1
    return num


__all__ = ["MOST_ROWS", "columns_again", "columns_set", "file_check", "file_drop", "file_read",
           "file_take", "lists_purge"]  # fmt: skip
