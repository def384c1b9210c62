"""Single rows: another quantity, product or text; taken out; scanned in."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.entry.asked import AskedRow, asked_from_text
from b2b_apps.entry.checking import rows_check
from b2b_apps.entry.errors import RowMissingError, TooManyRowsError
from b2b_apps.entry.goods import packs_of_goods
from b2b_apps.entry.locks import list_locked
from b2b_apps.entry.models import EntryList, EntryRow
from b2b_apps.entry.selectors import rows_open
from b2b_apps.entry.services.lists import MOST_ROWS, rows_append
from b2b_apps.entry.services.steps import EDITED, rows_plain, step_keep
from b2b_apps.entry.verdicts import JUDGED, Facts, facts_for, judge, quantity_read
from b2b_apps.purchasing.pasted import ONE
from b2b_apps.purchasing.pasted_lines import Split
from b2b_apps.purchasing.quantities import MAX_QUANTITY, QuantityError, parse_quantity

# GS1 DataMatrix: 01 and the GTIN, then what tells one piece from another (21) or nothing.
MARKING = re.compile(r"(?:\]d2|\x1d|\u00e8)?01(?P<gtin>[0-9]{14})(?:21|\x1d|$)")
State, How = EntryRow.State, EntryRow.How
SAVED = list(dict.fromkeys((*EDITED, *JUDGED)))


@dataclass(frozen=True, slots=True)
class RowEdit:
    """What a person changes of a row; a field that is None stays. A quantity is in base units."""

    quantity: str | None = None
    product_id: int | None = None
    text: str | None = None


@transaction.atomic
def rows_edit(*, context: TradeContext, edits: Mapping[int, RowEdit]) -> None:
    """Change open rows of the person's list (by id), and say anew what can be bought of them.

    A product has to be one that the row offers. Locks the list; eleven queries, however many rows,
    more for each text. Raises RowMissingError; then nothing has changed.
    """
    context.require(PLACE_ORDERS)
    entry_list = list_locked(context=context)
    rows = {row.pk: row for row in _open(entry_list, edits)}
    if entry_list is None or edits.keys() - rows.keys():
        raise RowMissingError
    before = rows_plain(rows.values())
    for pk, edit in edits.items():
        if edit.text is not None and edit.text.strip() != rows[pk].text:
            _reword(rows[pk], edit.text, context)
        elif edit.quantity and rows[pk].state == State.SKIPPED:
            _take_up(rows[pk], edit.quantity, context)
    chosen = {edit.product_id for edit in edits.values() if edit.product_id is not None}
    ids = {row.product_id for row in rows.values() if row.product_id} | chosen
    facts, packs = facts_for(context=context, product_ids=ids), packs_of_goods(chosen)
    for pk, edit in edits.items():
        if edit.product_id is not None:
            _choose(rows[pk], edit.product_id, facts, packs.get(edit.product_id, ()))
        if edit.quantity is not None:
            _requantify(rows[pk], edit.quantity)
        judge(rows[pk], facts)
    EntryRow.objects.bulk_update(rows.values(), SAVED)
    step_keep(entry_list, {"kind": "edited", "rows": before, "n": len(rows)})


def _open(entry_list: EntryList | None, ids: Collection[int]) -> list[EntryRow]:
    return list(rows_open(entry_list).filter(pk__in=ids)) if entry_list else []


def _choose(
    row: EntryRow, product_id: int, facts: Facts, packs: Iterable[tuple[str, Decimal]]
) -> None:
    if product_id not in row.details.get("offers", ()) or product_id not in facts.goods:
        raise RowMissingError
    row.product_id, row.how, row.state = product_id, How.CHOSEN, State.FOUND
    written = row.details.get("written")
    if written and not row.details.get("is_edited"):
        quantity_read(row, (written,), facts.goods[product_id], packs)


def _requantify(row: EntryRow, text: str) -> None:
    row.details = {**row.details, "is_edited": True}
    row.typed, row.reason = "", ""
    try:
        row.asked = parse_quantity(text)
        error = "" if row.asked else "nothing"
    except QuantityError as refused:
        error = refused.code
    if error:
        row.asked, row.typed, row.reason = None, text.strip()[:64], error


def _reword(row: EntryRow, text: str, context: TradeContext) -> None:
    """Check another text in the place of a row."""
    asked = asked_from_text(text)[:1]
    if not asked:
        raise RowMissingError
    _replace(row, asked, context)


def _take_up(row: EntryRow, quantity: str, context: TradeContext) -> None:
    """Look up a row that was passed over because no quantity stood in it."""
    if row.reason == "no_quantity":
        split = Split(row.article, (quantity,))
        asked = AskedRow(row.text, [split], row.name, row.comment, row.source_row)
        _replace(row, [asked], context)


def _replace(row: EntryRow, asked: Sequence[AskedRow], context: TradeContext) -> None:
    (found,) = rows_check(entry_list=row.entry_list, asked=asked, context=context, first=row.number)
    for name in SAVED:
        setattr(row, name, getattr(found, name))


@transaction.atomic
def rows_remove(*, context: TradeContext, row_ids: Collection[int]) -> int:
    """Take open rows out of the list; return how many. Locks the list. Raises RowMissingError."""
    context.require(PLACE_ORDERS)
    entry_list = list_locked(context=context)
    rows = _open(entry_list, row_ids)
    if entry_list is None or len(rows) != len(set(row_ids)):
        raise RowMissingError
    moment = timezone.now()
    num = rows_open(entry_list).filter(pk__in=row_ids).update(removed_at=moment)
    step_keep(entry_list, {"kind": "removed", "at": moment.isoformat(), "n": num})
    return num


def _barcode(code: str) -> str:
    """The barcode in a code of marking, which begins with the number of the goods; else itself."""
    found = MARKING.match(code)
    return found["gtin"].removeprefix("0") if found else code


@transaction.atomic
def code_scan(*, context: TradeContext, code: str) -> EntryRow | None:
    """Take a scanned code: one more of a product that is in the list, else a row for it.

    Returns the row, None for an empty code. Locks the list. Raises TooManyRowsError.
    """
    context.require(PLACE_ORDERS)
    asked = asked_from_text(_barcode(code))[:1]
    entry_list = list_locked(context=context, may_create=True)
    if not asked or entry_list is None:
        return None
    (new,) = rows_check(entry_list=entry_list, asked=asked, context=context)
    there = (
        rows_open(entry_list).filter(product_id=new.product_id).last() if new.product_id else None
    )
    if there is None:
        if rows_open(entry_list).count() >= MOST_ROWS:
            raise TooManyRowsError(MOST_ROWS)
        return rows_append(entry_list, asked, context)[0]
    before = rows_plain([there])
    there.asked = min((there.quantity or there.asked or ONE) + (new.asked or ONE), MAX_QUANTITY)
    there.details = {**there.details, "is_edited": True}
    facts = facts_for(context=context, product_ids=[there.product_id or 0])
    judge(there, facts)
    there.save()
    step_keep(entry_list, {"kind": "edited", "rows": before, "n": 1})
    return there
