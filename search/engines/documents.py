"""Documents as engines write them: checked."""

import re
from typing import Any

from search.engines.base import EngineRefusedError
from search.engines.reading_values import LONG_MAX, LONG_MIN
from search.fields import FIELDS, Document, Kind

# Values of attributes, ``attribute=value``.
BY_ATTRIBUTE = "av"
OF_TEXTS = {Kind.TERMS, Kind.KEYWORD, Kind.ORDER}
TEXTS = frozenset(name for name, kind in FIELDS.items() if kind in OF_TEXTS)
MANY = (list, tuple, set, frozenset)
GENERATION = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
# Some 30 MB of values that were split; a rebuild meets each of them thousands of times.
MOST_KEPT = 100_000


def checked_name(generation: str) -> str:
    """Return the name of a generation. Raises EngineRefusedError."""
    if not GENERATION.fullmatch(generation):
        raise EngineRefusedError("a generation is named with small letters, digits, - and _")
    return generation


def checked(document: Document) -> Document:
    """Return the fields that have values. Raises EngineRefusedError.

    A rebuild does this for every value of the catalogue: what is well made is looked at as a
    whole and returned as it is; only what is not is looked at field by field.
    """
    if not _is_well_made(document):
        document = _mended(document)
    for value in document.get(BY_ATTRIBUTE, ()):
        COLUMN_OF[value]
    return document


def _is_well_made(document: Document) -> bool:
    """Whether each field is known, of its kind and has a value; lists are lists."""
    texts: list[Any] = []
    numbers: list[Any] = []
    for name, value in document.items():
        found = texts if name in TEXTS else numbers
        if isinstance(value, list | tuple):
            found += value
        else:
            found.append(value)
    if set(map(type, texts)) - {str} or set(map(type, numbers)) - {int}:
        return False
    if type(document.get("id")) is not int or not document.keys() <= FIELDS.keys():
        return False
    return min(numbers) >= LONG_MIN and max(numbers) <= LONG_MAX and _can_be_written(texts)


def _mended(document: Document) -> Document:
    """Fields of any collections, with nothing among their values. Raises EngineRefusedError."""
    row: dict[str, Any] = {}
    for name, value in document.items():
        many = value if isinstance(value, MANY) else [value]
        if values := [one for one in many if one is not None]:
            row[name] = _of_kind(name, values)
    ids = row.get("id", ())
    if len(ids) != 1:
        raise EngineRefusedError("a document has one id")
    return {**row, "id": ids[0]}


def _of_kind(name: str, values: list[Any]) -> list[Any]:
    if name not in FIELDS:
        raise EngineRefusedError(f"no field {name}")
    if name in TEXTS:
        if not all(isinstance(one, str) for one in values):
            raise EngineRefusedError(f"{name} takes texts")
        if not _can_be_written(values):
            raise EngineRefusedError(f"half a sign in {name}")
        return values
    if not all(isinstance(one, int) for one in values):
        raise EngineRefusedError(f"{name} takes whole numbers")
    if min(values) < LONG_MIN or max(values) > LONG_MAX:
        raise EngineRefusedError(f"{name} takes numbers of 64 bits")
    return [int(one) for one in values]


def _can_be_written(texts: list[str]) -> bool:
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


class _Columns(dict[str, tuple[str, str]]):
    """The attribute of a value, and the value with its ``=``, by ``attribute=value``."""

    def __missing__(self, written: str) -> tuple[str, str]:
        attribute, sign, value = written.partition("=")
        if not attribute or not sign:
            raise EngineRefusedError(f"{BY_ATTRIBUTE} takes attribute=value")
        if len(self) >= MOST_KEPT:
            self.clear()
        found = self[written] = attribute, sign + value
        return found


COLUMN_OF = _Columns()
