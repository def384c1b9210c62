"""Why a file of prices, or a row of one, is not taken: in the user's words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from b2b_apps.desk.statuses import Status
from b2b_apps.pricing.models import PriceImport, PriceImportRow

State, Kind = PriceImport.State, PriceImportRow.Kind

STATES: Mapping[str, Status] = {
    State.READING: ("work", State.READING.label),
    State.FAILED: ("bad", State.FAILED.label),
    State.READY: ("warn", State.READY.label),
    State.LOADING: ("work", State.LOADING.label),
    State.LOADED: ("ok", State.LOADED.label),
    State.UNDONE: ("off", State.UNDONE.label),
    State.DROPPED: ("off", State.DROPPED.label),
}
KINDS: Mapping[str, tuple[str, str]] = {
    Kind.NEW: ("new", "+"),
    Kind.CHANGED: ("chg", "~"),
    Kind.SAME: ("same", "="),
    Kind.UNKNOWN: ("del", "?"),
    Kind.BAD: ("del", "!"),
}
FILE_REASONS: Mapping[str, str | Promise] = {
    "zip_bomb": gettext_lazy("The file unpacks to far more than a price list can be."),
    "too_large_inside": gettext_lazy("Reading the file took too much memory or time. Split it."),
    "too_many_rows": gettext_lazy("The file has more than 200,000 rows. Split it."),
    "not_a_sheet": gettext_lazy("This is no spreadsheet: XLSX, XLS, ODS and CSV are read."),
    "password": gettext_lazy("The file is shut by a password. Save it without one."),
    "empty_file": gettext_lazy("The file is empty."),
    "encoding": gettext_lazy("The encoding is not known: save the CSV as UTF-8."),
    "no_rows": gettext_lazy("Under the heads of the columns there are no rows."),
}
ROW_REASONS: Mapping[str, str | Promise] = {
    "no_article": gettext_lazy("no article"),
    "no_price": gettext_lazy("no price; a formula that was never reckoned reads so too"),
    "bad_price": gettext_lazy("the price is no number"),
    "formula": gettext_lazy("a formula instead of a number: paste values"),
    "negative": gettext_lazy("the price is below zero"),
    "zero": gettext_lazy("the price is zero; to take a price away remove it in the list"),
    "too_large": gettext_lazy("the price is too large"),
    "bad_minimum": gettext_lazy("“from quantity” is no quantity with three decimals at most"),
    "bad_pack": gettext_lazy("“pack” is no quantity with three decimals at most"),
    "bad_day": gettext_lazy("a date is not read: write 31.12.2026"),
    "bad_term": gettext_lazy("it ends before it begins"),
    "of_1c": gettext_lazy("prices without a date are 1C's: give the day from which it counts"),
    "unknown": gettext_lazy("no product has this article"),
    "looks_like": gettext_lazy("only looks like an article of ours: choose"),
    "several": gettext_lazy("several products have this article: choose"),
}


def file_reason(imported: PriceImport) -> str:
    """Why a file could not be read, and what to do."""
    told = str(imported.details.get("error", ""))
    if imported.reason == "no_heads":
        text = _("No sheet (%(sheets)s) has the heads «Article» and «Price» in its first 30 rows.")
        return text % {"sheets": told or "—"}
    if imported.reason == "several_prices":
        text = _("Several columns could be the price: %(heads)s. Name the right one «Price».")
        return text % {"heads": told}
    return str(FILE_REASONS.get(imported.reason, FILE_REASONS["not_a_sheet"]))


def row_reason(row: Any) -> str:
    """Why a row is not loaded."""
    if row.reason == "repeated":
        others = [str(n) for n in row.details.get("rows", ()) if n != row.number]
        return _("the same price stands in row %(rows)s too") % {"rows": ", ".join(others[:5])}
    return str(ROW_REASONS.get(row.reason, ""))
