"""What a form of rows says: quantities, products chosen, texts, one row taken out."""

from collections.abc import Mapping

from b2b_apps.core.row_ids import row_id
from b2b_apps.entry.models import EntryRow
from b2b_apps.entry.services import RowEdit
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity

NAMES = {"q": "quantity", "o": "product_id", "t": "text"}


def edits_in(fields: Mapping[str, str]) -> dict[int, RowEdit]:
    """Return what fields ``q-<row>``, ``o-<row>``, ``t-<row>`` ask for; ``take`` is a button that
    says row and quantity at once.
    """
    values: dict[int, dict[str, object]] = {}
    for name, text in fields.items():
        kind, _dash, number = name.partition("-")
        pk = row_id(number)
        if kind not in NAMES or pk is None:
            continue
        value = row_id(text) if kind == "o" else text
        if value is not None:
            values.setdefault(pk, {})[NAMES[kind]] = value
    number, _colon, quantity = fields.get("take", "").partition(":")
    if (pk := row_id(number)) is not None:
        values.setdefault(pk, {})["quantity"] = quantity
    return {pk: RowEdit(**found) for pk, found in values.items()}  # type: ignore[arg-type]


def changed_only(edits: Mapping[int, RowEdit], rows: Mapping[int, EntryRow]) -> dict[int, RowEdit]:
    """Leave out of a whole form what says of a row only what stands there."""
    found = {}
    for pk, edit in edits.items():
        row = rows.get(pk)
        if row is None:
            found[pk] = edit
            continue
        kept = RowEdit(
            None if _is_same(edit.quantity, row) else edit.quantity,
            edit.product_id,
            None if edit.text is not None and edit.text.strip() == row.text else edit.text,
        )
        if kept != RowEdit():
            found[pk] = kept
    return found


def _is_same(text: str | None, row: EntryRow) -> bool:
    if text is None:
        return False
    if row.typed:
        return text.strip() == row.typed
    shown = row.quantity if row.quantity is not None else row.asked
    try:
        return parse_quantity(text) == shown
    except QuantityError:
        return not text.strip() and shown is None
