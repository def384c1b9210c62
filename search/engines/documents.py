"""Documents as engines write them: checked, every field a list of values."""

import re
from collections.abc import Iterator
from typing import Any

from search.engines.base import EngineRefusedError
from search.engines.reading_values import LONG_MAX, LONG_MIN
from search.fields import FIELDS, Document, Kind

TEXTS = frozenset(name for name, kind in FIELDS.items() if kind in {Kind.TERMS, Kind.KEYWORD})
NUMBERS = frozenset(FIELDS.keys() - TEXTS)
HALF_SIGN = re.compile("[\ud800-\udfff]")
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
        values = _plain(name, value)
        if values is None:
            values = list(_values(name, value))
        if values:
            row[name] = values
    if len(row.get("id", ())) != 1:
        raise EngineRefusedError("a document has one id")
    return row


def _plain(name: str, value: Any) -> list[Any] | None:
    """The values where one look tells that all are right, which is nearly always; else None."""
    values = value if type(value) is list else list(value) if type(value) is tuple else [value]
    kinds = set(map(type, values))
    if kinds == {str} and name in TEXTS:
        whole = "".join(values)
        return values if whole.isascii() or not HALF_SIGN.search(whole) else None
    if kinds == {int} and name in NUMBERS:
        return values if min(values) >= LONG_MIN and max(values) <= LONG_MAX else None
    return None


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
