"""A list as a whole: checked from a text, checked again, brought from another contract, cleared."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.entry.asked import AskedRow, asked_from_text
from b2b_apps.entry.checking import rows_check
from b2b_apps.entry.errors import RowMissingError, TooManyRowsError
from b2b_apps.entry.locks import list_locked
from b2b_apps.entry.models import EntryList, EntryRow
from b2b_apps.entry.selectors import rows_open, rows_standing
from b2b_apps.entry.services.steps import step_keep
from b2b_apps.entry.storing import rows_store
from b2b_apps.entry.verdicts import JUDGED, facts_for, judge
from b2b_apps.purchasing.pasted_lines import Split, splits_of

MOST_PASTED, MOST_ROWS = 5_000, 50_000
BATCH = 2_000
# After so long prices and stock are looked up anew when the page is opened.
FRESH = timedelta(minutes=30)
State, How = EntryRow.State, EntryRow.How


@transaction.atomic
def text_check(*, context: TradeContext, text: str) -> EntryList:
    """Check a pasted text: its rows take the place of the open ones; to rows of a file they are
    added. Rows in the basket stay in the list.

    Locks the list. The same number of queries for any number of rows. Raises TooManyRowsError.
    """
    context.require(PLACE_ORDERS)
    asked = asked_from_text(text)
    if len(asked) > MOST_PASTED:
        raise TooManyRowsError(MOST_PASTED)
    entry_list = _locked(context)
    return _put(entry_list, asked, context, is_more=bool(entry_list.file_name))


@transaction.atomic
def list_bring(*, context: TradeContext, list_id: int) -> EntryList:
    """Check the open rows of the person's list under another contract under this one too.

    That list stays as it is. Locks the list of this contract. Raises RowMissingError.
    """
    context.require(PLACE_ORDERS)
    other = EntryList.objects.filter(pk=list_id, user_id=context.user_id).first()
    if other is None:
        raise RowMissingError
    entry_list = _locked(context)
    if entry_list.pk == other.pk:
        return entry_list
    rows = list(rows_open(other)[:MOST_ROWS])
    entry_list.file_name = other.file_name
    return _put(entry_list, [_asked_again(row) for row in rows], context, decided=rows)


@transaction.atomic
def list_recheck(*, context: TradeContext) -> EntryList | None:
    """Look up prices and stock of all open rows anew. Locks the list; nine queries, and one per
    2,000 rows that changed.
    """
    entry_list = list_locked(context=context)
    if entry_list is None:
        return None
    rows = list(rows_open(entry_list))
    ids = {row.product_id for row in rows if row.product_id}
    facts = facts_for(context=context, product_ids=ids)
    changed = [row for row in rows if judge(row, facts)]
    EntryRow.objects.bulk_update(changed, JUDGED, batch_size=BATCH)
    return _checked(entry_list, context)


@transaction.atomic
def list_clear(*, context: TradeContext) -> int:
    """Remove all rows; return how many. Undone like a row. Locks the list."""
    context.require(PLACE_ORDERS)
    entry_list = list_locked(context=context)
    if entry_list is None:
        return 0
    moment = timezone.now()
    num = rows_open(entry_list).update(removed_at=moment)
    if num:
        step_keep(entry_list, {"kind": "removed", "at": moment.isoformat(), "n": num})
    entry_list.state = EntryList.State.OPEN
    entry_list.file_name = ""
    entry_list.save(update_fields=["state", "file_name", "updated_at"])
    return num


def is_stale(entry_list: EntryList, context: TradeContext) -> bool:
    """Whether prices were looked up under another project, or too long ago."""
    is_old = entry_list.checked_at is None or timezone.now() - entry_list.checked_at > FRESH
    return is_old or entry_list.under != context.under


def rows_append(
    entry_list: EntryList, asked: Sequence[AskedRow], context: TradeContext
) -> list[EntryRow]:
    """Check rows and save them after those that are there; where none is open, a list begins."""
    _begin_anew(entry_list)
    last = EntryRow.objects.filter(entry_list=entry_list).aggregate(n=Max("number"))["n"] or 0
    rows = rows_check(entry_list=entry_list, asked=asked, context=context, first=last + 1)
    rows_store(rows)
    return rows


def _begin_anew(entry_list: EntryList) -> None:
    """Forget a list that is done with: all of its rows are in the basket, or were removed."""
    if not rows_open(entry_list).exists():
        EntryRow.objects.filter(entry_list=entry_list).delete()
        entry_list.steps = []
        entry_list.save(update_fields=["steps", "updated_at"])


def _locked(context: TradeContext) -> EntryList:
    entry_list = list_locked(context=context, may_create=True)
    assert entry_list is not None  # noqa: S101 - it may be created
    return entry_list


def _put(
    entry_list: EntryList,
    asked: Sequence[AskedRow],
    context: TradeContext,
    *,
    decided: Sequence[EntryRow] = (),
    is_more: bool = False,
) -> EntryList:
    if is_more:
        if rows_standing(entry_list).count() + len(asked) > MOST_ROWS:
            raise TooManyRowsError(MOST_ROWS)
        rows_append(entry_list, asked, context)
        return _checked(entry_list, context)
    decided = decided or list(rows_open(entry_list))
    _begin_anew(entry_list)
    # What was removed is not in the text any more either.
    EntryRow.objects.filter(entry_list=entry_list).exclude(state=State.ADDED).delete()
    last = rows_standing(entry_list).aggregate(n=Max("number"))["n"] or 0
    rows = rows_check(
        entry_list=entry_list, asked=asked, context=context, first=last + 1,
        decided=[row for row in decided if row.how == How.CHOSEN or row.details.get("is_edited")],
    )  # fmt: skip
    rows_store(rows)
    entry_list.steps = [step for step in entry_list.steps if step["kind"] == "added"]
    entry_list.state = EntryList.State.OPEN
    return _checked(entry_list, context)


def _checked(entry_list: EntryList, context: TradeContext) -> EntryList:
    entry_list.checked_at, entry_list.under = timezone.now(), context.under
    entry_list.save()
    return entry_list


def _asked_again(row: EntryRow) -> AskedRow:
    """A row that was checked, as it was given."""
    skip = row.reason if row.state == State.SKIPPED else ""
    splits: Sequence[Split] = splits_of(row.text)
    if row.source_row is not None:
        written = row.details.get("written") or row.typed
        rest = (written,) if written else (f"{row.asked or 1:f}",)
        splits = [Split(row.article, rest)]
    return AskedRow(row.text, splits, row.name, row.comment, row.source_row, skip)
