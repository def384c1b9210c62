"""Articles and barcodes: keys that do not depend on separators, case and alphabet."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from search.analysis.letters import by_look, by_sound, clean, either

LONGEST_CODE = 48
SHORTEST_EDGE = 2
LONGEST_EDGE = 24
GRAM = 3
NOT_SIGNS = re.compile(r"[\W_]+")
EITHER_MARK = "~"


class _Keys(NamedTuple):
    looks: str
    sounds: str
    either: str


def code_key(text: str) -> str:
    """Return the key of an article or barcode: letters and digits alone, look-alikes as Latin.

    Leading zeros stay; ``2,5`` is ``2.5``; an empty text has an empty key.
    """
    return _signs(text).looks


def code_keys(text: str) -> list[str]:
    """Return the keys of a code, one or two: as it looks in Latin and as it sounds.

    Two codes are the same where one key is: ВВГнг-3х2.5 sounds as VVGNG3X2.5 does, and ВА47 may
    have been typed as BA47. Empty if the text has no letter or digit.
    """
    signs = _signs(text)
    return [key for key in dict.fromkeys((signs.looks, signs.sounds)) if key]


def either_key(text: str) -> str:
    """Return the key of a code where each letter goes by its look or its sound: МВА20-С.

    Different codes may share it (B and V, H and N, P and R, C and S, Y and U), so it comes after
    the exact keys. Beginnings and parts are of this key.
    """
    return _signs(text).either


def either_term(text: str) -> str:
    """Return the term of ``codes`` that keeps the key of either reading apart from exact ones."""
    return EITHER_MARK + _signs(text).either


@lru_cache(maxsize=50_000)
def _signs(text: str) -> _Keys:
    signs = NOT_SIGNS.sub("", clean(text, limit=4 * LONGEST_CODE).replace("×", "x"))
    keys = (by_look(signs), by_sound(signs), either(signs))
    return _Keys(*(key[:LONGEST_CODE] for key in keys))


def codes(values: Iterable[str]) -> list[str]:
    """Return the terms of the field ``codes``."""
    terms: dict[str, None] = {}
    for value in values:
        if keys := code_keys(value):
            terms.update(dict.fromkeys((*keys, either_term(value))))
    return list(terms)


def code_edges(values: Iterable[str]) -> list[str]:
    """Return the terms of the field ``code_edges``: beginnings of the keys."""
    edges: dict[str, None] = {}
    for key in map(either_key, values):
        for length in range(SHORTEST_EDGE, min(len(key), LONGEST_EDGE) + 1):
            edges[key[:length]] = None
    return list(edges)


def code_grams(values: Iterable[str]) -> list[str]:
    """Return the terms of the field ``code_grams``: every three signs of the keys in a row."""
    return list(dict.fromkeys(gram for value in values for gram in grams(either_key(value))))


def grams(key: str) -> list[str]:
    """Return the trigrams of one key; a shorter key has none."""
    return [key[at : at + GRAM] for at in range(len(key) - GRAM + 1)]


def code_edge(text: str) -> str:
    """Return the term of ``code_edges`` that a typed beginning is asked by."""
    return either_key(text)[:LONGEST_EDGE]
