"""Values in a body: of the right kind and size, or EngineRefusedError."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from search.engines.base import EngineRefusedError
from search.engines.language import LONGEST_VALUE, MOST_VALUES, Value
from search.fields import FIELDS, Kind

LONG_MAX = 2**63 - 1
LONG_MIN = -(2**63)


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object of JSON as it is."""
    if not isinstance(value, dict):
        raise EngineRefusedError("an object was expected")
    return value


def only(value: Any) -> tuple[str, Any]:
    """Return the key and the value of an object with one key."""
    if not isinstance(value, dict) or len(value) != 1:
        raise EngineRefusedError("an object with one key was expected")
    ((key, inner),) = value.items()
    return str(key), inner


def check_keys(value: Mapping[str, Any], keys: set[str]) -> None:
    """Refuse keys that are not of the subset."""
    if not isinstance(value, dict) or not value.keys() <= keys:
        raise EngineRefusedError(f"only {', '.join(sorted(keys))} may stand here")


def known(name: Any) -> str:
    """Return the name of a field that documents have."""
    if not isinstance(name, str) or name not in FIELDS:
        raise EngineRefusedError("no such field")
    return name


def text(value: Any) -> str:
    """Return a text that every engine can take."""
    if not isinstance(value, str) or len(value) > LONGEST_VALUE:
        raise EngineRefusedError(f"a text of at most {LONGEST_VALUE} signs was expected")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise EngineRefusedError("half a sign in a text") from error
    return value


def integer(value: Any) -> int:
    """Return a whole number of 64 bits."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise EngineRefusedError("a whole number was expected")
    if not LONG_MIN <= value <= LONG_MAX:
        raise EngineRefusedError("a number of more than 64 bits")
    return value


def whole(value: Any) -> int:
    """Return a number from nought on."""
    if integer(value) < 0:
        raise EngineRefusedError("a number from nought on was expected")
    return int(value)


def number(value: Any) -> float:
    """Return a weight: finite, from nought on."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EngineRefusedError("a weight was expected")
    if not 0 <= value < math.inf:
        raise EngineRefusedError("a weight is finite, from nought on")
    return float(value)


def value_of(name: str, value: Any) -> Value:
    """Return a value of a field's kind, of one that can be looked for."""
    if FIELDS[name] in {Kind.ORDER, Kind.COUNTED}:
        raise EngineRefusedError(f"nothing is found by {name}")
    if FIELDS[name] in {Kind.TERMS, Kind.KEYWORD}:
        return text(value)
    return integer(int(value) if isinstance(value, bool) else value)


def values_of(name: str, values: Any) -> Sequence[Value]:
    """Return several values of a field's kind."""
    if not isinstance(values, list | tuple) or len(values) > MOST_VALUES:
        raise EngineRefusedError(f"a list of at most {MOST_VALUES} values was expected")
    return [value_of(name, value) for value in values]
