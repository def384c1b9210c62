"""What became of a pasted list, row by row; kept in the session until it is read and closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from b2b_apps.core.figures import quantity_text
from b2b_apps.purchasing.pasted import PastedRow
from b2b_apps.purchasing.services import BasketChange
from b2b_apps.purchasing.sheet import SheetLine
from b2b_apps.storefront.goods_words import correction_text
from forked_oscar.basket import words

KEY = "basket_report"
HIGHEST = 8


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one fate: what it is called, and (row, what of it) each."""

    kind: str
    title: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Report:
    """A list that was pasted; ``failed`` are the rows to correct, as they were typed."""

    num_rows: int
    num_added: int
    groups: Sequence[Group]
    failed: str = ""
    text: str = field(default="", kw_only=True)

    @property
    def num_failed(self) -> int:
        return self.num_rows - self.num_added

    @property
    def height(self) -> int:
        """Rows of the field that keeps what failed."""
        return min(max(self.num_failed, 1), HIGHEST)


def report_of(rows: Sequence[PastedRow], change: BasketChange) -> Report:
    """Sort the rows of a list by what became of them."""
    refused = {error.product_id: error.code for error in change.refused}
    fates = {row: row.code or refused.get(row.product_id or 0, "") for row in dict.fromkeys(rows)}
    groups = [
        Group("bad", title, [(row.article, _about(row, code)) for row in found])
        for code, title in _titles().items()
        if (found := [row for row in rows if fates[row] == code])
    ]
    groups += _afterwards(rows, change)
    failed = [row.text for row in rows if fates[row]]
    return Report(len(rows), len(rows) - len(failed), groups, "\n".join(failed))


def report_of_full(rows: Sequence[PastedRow]) -> Report:
    """Say that nothing of a list went in: the basket can't hold it."""
    failed = "\n".join(row.text for row in rows)
    return Report(len(rows), 0, [Group("bad", words.full(), [])], failed)


def keep(request: Any, report: Report) -> None:
    """Keep a report for the basket of the current contract, or drop the one before."""
    if not report.groups:
        request.session.pop(KEY, None)
        return
    request.session[KEY] = {
        "contract": request.trade.contract_id,
        "rows": report.num_rows,
        "added": report.num_added,
        "groups": [[g.kind, g.title, [list(row) for row in g.rows]] for g in report.groups],
        "failed": report.failed,
    }


def drop(request: Any) -> None:
    """Forget the report: it is read."""
    request.session.pop(KEY, None)


def kept(request: Any) -> Report | None:
    """Return the report of the last list of the current contract, if it is not closed."""
    found = request.session.get(KEY)
    if not found or found["contract"] != request.trade.contract_id:
        return None
    groups = [
        Group(kind, title, [tuple(row) for row in rows]) for kind, title, rows in found["groups"]
    ]
    text = "\n".join(f"{row}\t{what}" for group in groups for row, what in group.rows)
    return Report(found["rows"], found["added"], groups, found["failed"], text=text)


def _titles() -> Mapping[str, str]:
    """What stops a row, in the order of the report."""
    return {
        "unknown": _("There is no such article"),
        "ambiguous": _("Several products have this article"),
        "malformed": _("The quantity is not understood"),
        "nothing": _("The quantity is nothing"),
        "unit": _("The product is not counted in this unit"),
        "too_large": _("Too large a quantity"),
        "no_price": _("Has no price under your contract"),
        "unavailable": _("Not for sale under your contract"),
        "no_stock": _("None of our warehouses holds it"),
        "probed": _("Its quantity was tried too often: wait a quarter of an hour"),
    }


def _about(row: PastedRow, code: str) -> str:
    if code in {"malformed", "nothing", "too_large"} and row.shown:
        return f"«{row.shown}»"
    if code == "unit":
        return f"«{quantity_text(row.quantity)} {row.shown}»"
    return "" if row.text == row.article else row.text


def _afterwards(rows: Sequence[PastedRow], change: BasketChange) -> Sequence[Group]:
    """What went in otherwise than it was written: raised to the pack, or short of stock."""
    corrected = [
        (correction.article, correction_text(correction)) for correction in change.corrections
    ]
    asked = {row.product_id for row in rows}
    short = [
        (line.article, _wanted(line))
        for line in change.sheet.lines
        if line.product.pk in asked and line.problem and line.problem.kind == "shortage"
    ]
    return [
        Group(kind, title, found)
        for kind, title, found in (
            ("warn", _("Added, the quantity is another one"), corrected),
            ("warn", _("Added, but there is not so much"), short),
        )
        if found
    ]


def _wanted(line: SheetLine) -> str:
    wanted = _("%(quantity)s wanted") % {"quantity": quantity_text(line.quantity)}
    return f"{wanted}. {words.short_text(line)}"
