"""Documents as engines write them: checked, every field a list of values."""

import re
from collections.abc import Iterator
from typing import Any

from search.engines.base import EngineRefusedError
from search.engines.reading_values import LONG_MAX, LONG_MIN
from search.fields import FIELDS, Document, Kind

GENERATION = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def checked_name(generation: str) -> str:
    """Return the name of a generation. Raises EngineRefusedError."""
    if not GENERATION.fullmatch(generation):
        raise EngineRefusedError("a generation is named with small letters, digits, - and _")
    return generation


def checked(document: Document) -> dict[str, list[Any]]:
    """Return the fields that have values. Raises EngineRefusedError."""
    row: dict[str, list[Any]] = {}
    for name, value in document.items():
        values = list(_values(name, value))
        if values:
            row[name] = values
    if len(row.get("id", ())) != 1:
        raise EngineRefusedError("a document has one id")
    return row


def _values(name: str, value: Any) -> Iterator[str | int]:
    kind = FIELDS.get(name)
    if kind is None:
        raise EngineRefusedError(f"no field {name}")
    is_text = kind in {Kind.TERMS, Kind.KEYWORD}
    for one in value if isinstance(value, list | tuple | set | frozenset) else (value,):
        if one is None:
            continue
        if is_text != isinstance(one, str) or (is_text and not _is_whole_text(one)):
            raise EngineRefusedError(f"{name} does not take {str(one)[:50]!a}")
        if not is_text and not (isinstance(one, int) and LONG_MIN <= one <= LONG_MAX):
            raise EngineRefusedError(f"{name} takes whole numbers of 64 bits")
        yield one if is_text else int(one)


def _is_whole_text(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in value)
