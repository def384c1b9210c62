"""What became of a row, in words for the buyer."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from b2b_apps.core.figures import quantity_text
from b2b_apps.entry.models import EntryRow
from b2b_apps.inventory.seen import SeenStock
from b2b_apps.storefront.timetable import SeenReceipt

State, How = EntryRow.State, EntryRow.How


def state_word(state: str) -> str:
    """The word beside the mark of a row."""
    return {
        State.FOUND: _("Found"),
        State.FIXED: _("Corrected"),
        State.SHORT: _("Too few"),
        State.CHOOSE: _("Choose"),
        State.UNKNOWN: _("Not found"),
        State.REFUSED: _("Can’t go"),
        State.SKIPPED: _("Passed over"),
        State.ADDED: _("In the basket"),
    }[State(state)]


def refusal_text(row: EntryRow, unit: str = "") -> str:
    """Say why a row with a product can't be ordered, and what to do. ``unit`` is that in which
    the product is counted.
    """
    if row.reason in {"malformed", "empty", "unit", "nothing", "too_large"} and row.typed:
        return _typed_text(row, unit)
    return {
        "nothing": _("the quantity is nothing: write how many"),
        "empty": _("write how many"),
        "too_large": _("too large a quantity: a line holds up to 1,000,000,000, in money too"),
        "on_request": _("its price is on request"),
        "hidden": _("it has no price under your contract: ask your manager"),
        "no_price": _("it has no price under your contract: ask your manager"),
        "unavailable": _("not for sale under your contract"),
        "no_stock": _("none of our warehouses holds it"),
        "probed": _("its quantity was tried too often: wait a quarter of an hour"),
    }.get(row.reason, _("there is no such product any more"))


def _typed_text(row: EntryRow, unit: str) -> str:
    values = {"typed": row.typed, "unit": unit}
    if row.reason == "unit" and unit:
        return _("“%(typed)s” is written, it is counted in “%(unit)s”") % values
    if row.reason == "unit":
        return _("it is not counted so: “%(typed)s”") % values
    if row.reason == "nothing":
        return _("“%(typed)s” is nothing: write how many") % values
    if row.reason == "too_large":
        return _("“%(typed)s” is too large a quantity") % values
    return _("“%(typed)s” is no quantity: digits and a comma") % values


def skipped_text(row: EntryRow) -> str:
    """Say why nobody looked a row up."""
    if row.reason == "heading":
        return _("heads of columns, no product")
    if row.reason == "no_article":
        return _("neither article nor name")
    return _("no quantity is written")


def fixed_text(row: EntryRow, multiple: Decimal, minimum: Decimal) -> str:
    """«кратность 12: было 140»."""
    asked = row.asked or Decimal(0)
    values = {
        "asked": quantity_text(asked),
        "multiple": quantity_text(multiple),
        "minimum": quantity_text(minimum),
    }
    if asked < minimum:
        return _("minimum %(minimum)s: was %(asked)s") % values
    return _("multiple of %(multiple)s: was %(asked)s") % values


def short_text(left: SeenStock, receipt: SeenReceipt | None) -> str:
    """«есть 14, ещё придёт 02.12»; figures only where they may be seen."""
    if left.figure:
        values = {"left": quantity_text(left.figure)}
        if receipt is None:
            return _("%(left)s in stock, no receipt is expected") % values
        return _("%(left)s in stock, more on %(day)s") % {**values, "day": f"{receipt.day:%d.%m}"}
    if receipt is None:
        return _("none in stock, no receipt is expected")
    return _("none in stock, will come on %(day)s") % {"day": f"{receipt.day:%d.%m}"}


def choose_text(number: int, *, by_name: bool) -> str:
    """«подходят 3 товара»."""
    if number == 1 and by_name:
        return _("is it this?")
    text = ngettext("%(n)d product fits", "%(n)d products fit", number)
    return text % {"n": number}


def unknown_text(*, has_offers: bool) -> str:
    """Say that nobody has such a code."""
    if has_offers:
        return _("there is no such article; near to it:")
    return _("there is no such article")


def how_text(how: str) -> str:
    """How a product was found, where that is not plain."""
    return (
        {
            How.LAYOUT: _("typed in the other layout"),
            How.NAME: _("by its name"),
            How.CHOSEN: _("chosen by you"),
        }.get(How(how), "")
        if how
        else ""
    )


def same_text(number: int) -> str:
    """Say that the product stands in the list twice."""
    return _("the same product is in row %(n)d") % {"n": number}


def added_text(number: int, refused: int) -> str:
    """Say how many rows went in, and how many did not."""
    text = ngettext("%(n)d row is in the basket.", "%(n)d rows are in the basket.", number) % {
        "n": number
    }
    if not refused:
        return text
    more = ngettext(
        "%(n)d was refused and stays here.", "%(n)d were refused and stay here.", refused
    ) % {"n": refused}
    return f"{text} {more}"


def removed_text(number: int) -> str:
    """Say how many rows were removed."""
    return ngettext("%(n)d row removed", "%(n)d rows removed", number) % {"n": number}


def undone_text(step: Mapping[str, Any]) -> str:
    """Say what was undone."""
    number = int(step["n"])
    return ngettext(
        "Undone: %(n)d row is as it was", "Undone: %(n)d rows are as they were", number
    ) % {"n": number}
