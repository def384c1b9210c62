"""What the page of fast entry shows: rows with their notes, counts, totals, the text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.entry.models import EntryList, EntryRow
from b2b_apps.entry.offers import near_to
from b2b_apps.entry.selectors import (
    Counts,
    counts_of,
    first_numbers,
    rows_open,
    rows_standing,
)
from b2b_apps.entry.shown import KINDS, ShownRow
from b2b_apps.entry.verdicts import JUDGED, Facts, facts_for, judge

State = EntryRow.State
PAGE = 100
# Text searches that one page makes for rows that mean nothing.
MOST_NEAR_TEXTS = 12
MOST_IN_FIELD = 5_000
EMPTY = Counts({})

FILE_FIRST = {EntryList.State.READING, EntryList.State.COLUMNS, EntryList.State.CHECKING}


@dataclass(frozen=True)
class Chip:
    """A filter of the list with how many rows it leaves."""

    key: str
    label: str
    num: int
    is_current: bool


@dataclass(frozen=True)
class EntryView:
    """Everything the templates need. ``text`` is what stands in the field."""

    entry_list: EntryList | None
    context: TradeContext
    counts: Counts = EMPTY
    rows: Sequence[ShownRow] = ()
    page: Page[Any] | None = None
    only: str = ""
    text: str = ""
    marks: Sequence[tuple[int, str]] = field(default=())

    @property
    def may_see_prices(self) -> bool:
        return self.context.may(SEE_PRICES)

    @property
    def currency(self) -> str:
        return self.context.currency

    @property
    def is_of_file(self) -> bool:
        return bool(self.entry_list and self.entry_list.file_name)

    @property
    def is_file_first(self) -> bool:
        """Whether a file is being read, or its columns are to be named, before all else."""
        return self.entry_list is not None and self.entry_list.state in FILE_FIRST

    @property
    def has_steps(self) -> bool:
        return bool(self.entry_list and self.entry_list.steps)

    @property
    def chips(self) -> Sequence[Chip]:
        by = self.counts.by_state
        groups = [
            ("", _("All"), self.counts.num_open),
            ("found", _("Found"), by.get(State.FOUND, 0)),
            ("choose", _("Choose"), by.get(State.CHOOSE, 0)),
            ("unknown", _("Not found"), by.get(State.UNKNOWN, 0)),
            ("fixed", _("Corrected"), by.get(State.FIXED, 0)),
            ("short", _("Too few"), by.get(State.SHORT, 0)),
            ("refused", _("Can’t go"), by.get(State.REFUSED, 0)),
            ("skipped", _("Passed over"), by.get(State.SKIPPED, 0)),
            ("added", _("In the basket"), self.counts.num_added),
        ]
        return [
            Chip(key, label, num, is_current=key == self.only)
            for key, label, num in groups
            if num or not key or key == self.only
        ]


def entry_view(
    *,
    context: TradeContext,
    entry_list: EntryList | None,
    query: Mapping[str, str],
) -> EntryView:
    """Return the page of a list that a query string asks for.

    Rows that are shown are judged anew, and kept where something has changed. Thirteen queries at
    most, whatever the length of the list, and text searches for a dozen rows that mean nothing.
    """
    if entry_list is None:
        return EntryView(None, context)
    only = query.get("only", "") if query.get("only", "") in State.values else ""
    standing = rows_standing(entry_list)
    chosen = standing.filter(state=only) if only else standing.exclude(state=State.ADDED)
    page = Paginator(chosen.order_by("number"), PAGE).get_page(query.get("page"))
    rows = list(page.object_list)
    shown = rows_shown(entry_list=entry_list, rows=rows, context=context)
    text, marks = text_of(entry_list)
    return EntryView(
        entry_list, context, counts_of(entry_list), shown, page, only, text, marks
    )  # fmt: skip


def rows_shown(
    *, entry_list: EntryList, rows: Sequence[EntryRow], context: TradeContext
) -> Sequence[ShownRow]:
    """Return rows as they stand now, with offers where they mean nothing."""
    _find_offers(rows, context)
    ids = {row.product_id for row in rows if row.product_id}
    offered = {pk for row in rows for pk in row.details.get("offers", ())}
    facts = facts_for(context=context, product_ids=ids | offered, is_shown=True)
    _judge(rows, facts)
    firsts = first_numbers(entry_list, {pk for pk in ids if pk}) if ids else {}
    return [ShownRow(row, facts, firsts.get(row.product_id or 0, 0)) for row in rows]


def _judge(rows: Sequence[EntryRow], facts: Facts) -> None:
    changed = [row for row in rows if judge(row, facts)]
    if changed:
        EntryRow.objects.bulk_update(changed, JUDGED)


def _find_offers(rows: Sequence[EntryRow], context: TradeContext) -> None:
    """Look for goods near to rows that mean nothing, once for each."""
    lost = [row for row in rows if row.state == State.UNKNOWN and "offers" not in row.details]
    lost = lost[:MOST_NEAR_TEXTS]
    if not lost:
        return
    near = near_to(context=context, texts={row.article or row.name for row in lost} - {""})
    for row in lost:
        row.details = {**row.details, "offers": list(near.get(row.article or row.name, ()))}
    EntryRow.objects.bulk_update(lost, ["details"])


def text_of(entry_list: EntryList) -> tuple[str, Sequence[tuple[int, str]]]:
    """The open rows as they were pasted, with number and kind of each. One query."""
    if entry_list.file_name:
        return "", ()
    rows = rows_open(entry_list).order_by("number").values_list("number", "text", "state")
    found = list(rows[:MOST_IN_FIELD])
    marks = [(number, KINDS[State(state)][0]) for number, _told, state in found]
    return "\n".join(text for _number, text, _state in found), marks
