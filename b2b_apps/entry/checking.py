"""Many rows at once: what each means, and what can be bought of it."""

from collections.abc import Sequence
from typing import Any

from b2b_apps.core.context import TradeContext
from b2b_apps.entry.asked import LONGEST_COMMENT, LONGEST_NAME, AskedRow
from b2b_apps.entry.goods import light_goods, packs_of_goods
from b2b_apps.entry.models import EntryList, EntryRow
from b2b_apps.entry.resolving import Meant, rows_resolve
from b2b_apps.entry.verdicts import facts_for, judge, quantity_read
from b2b_apps.purchasing.pasted_lines import parted, quantity_cell

State, How = EntryRow.State, EntryRow.How


def rows_check(
    *,
    entry_list: EntryList,
    asked: Sequence[AskedRow],
    context: TradeContext,
    first: int = 1,
    decided: Sequence[EntryRow] = (),
) -> list[EntryRow]:
    """Return a row for each that was asked, numbered from ``first``, not saved yet.

    What a person has ``decided`` of a row of the same text, its product or its quantity, stays so.
    The same number of queries for any number of rows (up to 5,000 codes at once).
    """
    meant, goods = rows_resolve(asked=asked, context=context)
    rows = [
        _row(entry_list, number, row, what)
        for number, (row, what) in enumerate(zip(asked, meant, strict=True), start=first)
    ]
    _quantities(rows, meant, goods)
    _decide(rows, decided, goods, context)
    wanted = {pk: goods[pk] for row in rows if (pk := row.product_id)}
    facts = facts_for(context=context, product_ids=wanted, goods=wanted)
    for row in rows:
        judge(row, facts)
    return rows


def _row(entry_list: EntryList, number: int, asked: AskedRow, meant: Meant) -> EntryRow:
    row = EntryRow(
        entry_list=entry_list,
        number=number,
        source_row=asked.source_row,
        text=asked.text,
        article=meant.article[:200],
        name=asked.name[:LONGEST_NAME],
        comment=asked.comment[:LONGEST_COMMENT],
        how=meant.how,
        state=State.UNKNOWN,
    )
    if asked.skip:
        row.state, row.reason = State.SKIPPED, asked.skip
    elif len(meant.product_ids) == 1 and not meant.more:
        (row.product_id,) = meant.product_ids
        row.state = State.FOUND
    elif meant.product_ids:
        row.state = State.CHOOSE
        row.details = {"offers": list(meant.product_ids), "more": meant.more}
    return row


def _quantities(rows: Sequence[EntryRow], meant: Sequence[Meant], goods: dict[int, Any]) -> None:
    """Read the quantities of all rows; packs are read where a unit is written that may be one."""
    with_unit = {
        row.product_id
        for row, what in zip(rows, meant, strict=True)
        if row.product_id and what.rest and parted(quantity_cell(what.rest))[1]
    }
    packs = packs_of_goods(with_unit)
    for row, what in zip(rows, meant, strict=True):
        if row.state != State.SKIPPED:
            product_id = row.product_id or 0
            quantity_read(row, what.rest, goods.get(product_id), packs.get(product_id, ()))
        if row.product_id is None and what.rest:
            # Its unit can be reckoned once the product is known.
            row.details["written"] = quantity_cell(what.rest)[:64]


def _decide(
    rows: Sequence[EntryRow],
    decided: Sequence[EntryRow],
    goods: dict[int, Any],
    context: TradeContext,
) -> None:
    by_text: dict[str, list[EntryRow]] = {}
    for was in decided:
        by_text.setdefault(was.text, []).append(was)
    missing = {was.product_id for was in decided if was.product_id} - goods.keys()
    if missing:
        goods |= light_goods(context=context, product_ids=missing)
    for row in rows:
        if not by_text.get(row.text):
            continue
        was = by_text[row.text].pop(0)
        if was.how == How.CHOSEN and was.product_id in goods:
            row.product_id, row.how, row.state = was.product_id, was.how, State.FOUND
            row.asked, row.typed, row.reason = was.asked, was.typed, was.reason
            row.details = was.details
        elif was.details.get("is_edited"):
            row.asked, row.typed, row.reason = was.asked, was.typed, was.reason
            row.details["is_edited"] = True
