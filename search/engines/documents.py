"""Documents as engines write them: checked, every field a list of values."""

import re
from typing import Any

from search.engines.base import EngineRefusedError
from search.engines.reading_values import LONG_MAX, LONG_MIN
from search.fields import FIELDS, Document, Kind

# Values of attributes, ``attribute=value``.
BY_ATTRIBUTE = "av"
OF_ATTRIBUTE = re.compile(r"[^=]+=").match
TEXTS = (Kind.TERMS, Kind.KEYWORD)
MANY = (list, tuple, set, frozenset)
GENERATION = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def checked_name(generation: str) -> str:
    """Return the name of a generation. Raises EngineRefusedError."""
    if not GENERATION.fullmatch(generation):
        raise EngineRefusedError("a generation is named with small letters, digits, - and _")
    return generation


def checked(document: Document) -> dict[str, list[Any]]:
    """Return the fields that have values. Raises EngineRefusedError.

    A rebuild does this for every value of the catalogue, so lists are looked at as a whole.
    """
    row: dict[str, list[Any]] = {}
    for name, value in document.items():
        values = list(value) if isinstance(value, MANY) else [value]
        if None in values:
            values = [one for one in values if one is not None]
        if values:
            row[name] = _of_kind(name, values)
    if len(row.get("id", ())) != 1:
        raise EngineRefusedError("a document has one id")
    return row


def _of_kind(name: str, values: list[Any]) -> list[Any]:
    kind = FIELDS.get(name)
    if kind is None:
        raise EngineRefusedError(f"no field {name}")
    types = set(map(type, values))
    if kind in TEXTS:
        _check_texts(name, values, types)
        return values
    if not all(issubclass(one, int) for one in types):
        raise EngineRefusedError(f"{name} takes whole numbers")
    if min(values) < LONG_MIN or max(values) > LONG_MAX:
        raise EngineRefusedError(f"{name} takes numbers of 64 bits")
    return values if types == {int} else [int(one) for one in values]


def _check_texts(name: str, values: list[Any], types: set[type]) -> None:
    if not all(issubclass(one, str) for one in types):
        raise EngineRefusedError(f"{name} takes texts")
    try:
        "".join(values).encode()
    except UnicodeEncodeError as error:
        raise EngineRefusedError(f"half a sign in {name}") from error
    if name == BY_ATTRIBUTE and not all(map(OF_ATTRIBUTE, values)):
        raise EngineRefusedError(f"{name} takes attribute=value")
