"""Values of attributes as documents need them: each is taken apart and analysed once."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from search.analysis.document import attribute_terms
from search.documents.asking import fetched, id_array
from search.documents.keys import kit_of, text_number
from search.documents.sql import BETWEEN_VALUES, OPTIONS

# Some 50 MB; catalogues have tens of thousands, and what is given up is only made again.
MOST_KEPT = 100_000
MOST_KINDS = 10_000
# A value that reads like a page of text is no value to tick.
LONGEST_VALUE = 250
UNSAID = frozenset("-–—")
# Between an attribute and its value.
SIGN = re.compile("([:#=])")


class Value(NamedTuple):
    """What a value says: of which attribute it is, how pages write it with its attribute before
    it, by which terms it is found, and what it is written as in one number.
    """

    attribute_id: int
    written: str
    terms: tuple[str, ...]
    number: int


class Kind(NamedTuple):
    """What rows of the same attributes share: their kit, and what those are called, in numbers."""

    kit: int | None
    names: int


class Values:
    """Values by how the database has them; ``names`` are those of the attributes."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self.names = names
        self._known: dict[str, Value | None] = {}
        self.kind_of = lru_cache(maxsize=MOST_KINDS)(self._kind_of)

    def _kind_of(self, attribute_ids: tuple[int, ...]) -> Kind:
        names = BETWEEN_VALUES.join([self.names.get(pk, "") for pk in attribute_ids])
        return Kind(kit_of(attribute_ids), text_number(names))

    def of(self, cursor: Any, found: Mapping[int, str | None]) -> dict[int, list[Value]]:
        """The values of products. One query if options are among them that were not met before."""
        if len(self._known) > MOST_KEPT:
            self._known.clear()
        raw = {pk: text.split(BETWEEN_VALUES) for pk, text in found.items() if text}
        self._learn(cursor, set[str]().union(*raw.values()) - self._known.keys())
        known = self._known.__getitem__
        return {pk: list(filter(None, map(known, its))) for pk, its in raw.items()}

    def _learn(self, cursor: Any, new: Collection[str]) -> None:
        options = _options(cursor, new)
        for key in new:
            attribute, sign, text = SIGN.split(key, maxsplit=1)
            if sign == ":":
                # One that has gone since leaves a note in the queue.
                text = options.get(int(text), "-").replace(BETWEEN_VALUES, " ")
            elif sign == "#":
                text = _number(text)
            self._known[key] = self._value(int(attribute), text)

    def _value(self, pk: int, text: str) -> Value | None:
        written = f"{pk}={text}"
        if text in UNSAID or len(written) > LONGEST_VALUE:
            return None
        terms = attribute_terms(self.names.get(pk, ""), text)
        return Value(pk, written, terms, text_number(written))


def _number(text: str) -> str:
    """A number as pages write it: of fifteen digits at most, as those of 1C are."""
    # Nothing added is no -0 either.
    return f"{Decimal(f'{float(text):.15g}') + 0:f}".replace(".", ",")


def _options(cursor: Any, keys: Collection[str]) -> dict[int, str]:
    found = (SIGN.split(key, maxsplit=1) for key in keys)
    ids = {option for _attribute, sign, option in found if sign == ":"}
    return dict(fetched(cursor, OPTIONS, {"ids": id_array(ids)})) if ids else {}
