"""Quantities of a table that were refused: they come back once, as typed, each with its reason."""

from collections.abc import Mapping
from typing import Any, NamedTuple

KEY = "typed_cells"
LONGEST = 32


class TypedCell(NamedTuple):
    """What was typed into a field, and why it is no quantity to order."""

    text: str
    error: str


NOT_TYPED = TypedCell("", "")


def keep(request: Any, cells: Mapping[str, TypedCell]) -> None:
    """Keep refused cells by the names of their fields for the next page."""
    if cells:
        request.session[KEY] = {name: [c.text[:LONGEST], c.error] for name, c in cells.items()}


def taken(request: Any) -> Mapping[str, TypedCell]:
    """Return and forget what was kept."""
    kept = request.session.pop(KEY, None) if KEY in request.session else None
    return {name: TypedCell(*cell) for name, cell in (kept or {}).items()}
