"""Articles and barcodes: keys that do not depend on separators, case and alphabet."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from search.analysis.alphabets import SAME_SHAPE
from search.analysis.letters import by_look, by_sound, clean, either

LONGEST_CODE = 48
MOST_SIGNS = 4 * LONGEST_CODE
SHORTEST_EDGE = 2
LONGEST_EDGE = 24
GRAM = 3
NOT_SIGNS = re.compile(r"[\W_]+")
EITHER_MARK = "~"
SHAPES = {sign: group for group in SAME_SHAPE for sign in group}
TO_DIGITS = str.maketrans({sign: group[0] for sign, group in SHAPES.items()})
MOST_SHAPES = 256


class Keys(NamedTuple):
    """The keys of a code: as it looks, as it sounds, as either."""

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


def shape_keys(text: str) -> list[str]:
    """Return keys of either reading that a code with letters for digits, or digits for letters,
    may have: MVA2O-1-O16-C. None for a plain number or word; at most ``MOST_SHAPES``.
    """
    key = either_key(text)
    if key.isdigit() or not any(sign.isdigit() for sign in key):
        return []
    groups = [SHAPES.get(sign, sign) for sign in key]
    if prod(map(len, groups)) > MOST_SHAPES:
        shapes = [key.translate(TO_DIGITS)]
    else:
        shapes = ["".join(signs) for signs in product(*groups)]
    return [shape for shape in shapes if shape != key]


def _keys(text: str) -> Keys:
    is_latin = text.isascii()
    if is_latin:
        signs = text[:MOST_SIGNS].lower()
    else:
        signs = clean(text, limit=MOST_SIGNS).replace("×", "x")
    if not signs.isalnum():
        signs = NOT_SIGNS.sub("", signs)
    if is_latin:
        # Looks and sounds as it is written.
        latin = signs[:LONGEST_CODE]
        return Keys(latin, latin, latin if latin.isdigit() else either(latin))
    keys = (by_look(signs), by_sound(signs), either(signs))
    return Keys(*(key[:LONGEST_CODE] for key in keys))


# Of what is typed, and of what titles have; codes of documents do not come again.
_signs = lru_cache(maxsize=50_000)(_keys)


def keys_of_codes(values: Iterable[str]) -> list[Keys]:
    """Return the keys of a document's codes; those without a letter or digit have none."""
    return [keys for keys in map(_keys, values) if keys.either]


def code_terms(keys: Iterable[Keys]) -> list[str]:
    """Return the terms of the field ``codes``."""
    terms = [term for key in keys for term in (key.looks, key.sounds, EITHER_MARK + key.either)]
    return list(dict.fromkeys(filter(None, terms)))


def edges_of_keys(keys: Iterable[Keys]) -> list[str]:
    """Return the terms of the field ``code_edges``: beginnings of the keys."""
    edges = [
        key[:length]
        for _looks, _sounds, key in keys
        for length in range(SHORTEST_EDGE, min(len(key), LONGEST_EDGE) + 1)
    ]
    return list(dict.fromkeys(edges))


def grams_of_keys(keys: Iterable[Keys]) -> list[str]:
    """Return the terms of the field ``code_grams``: every three signs of the keys in a row."""
    return list(dict.fromkeys([gram for _l, _s, key in keys for gram in grams(key)]))


def grams(key: str) -> list[str]:
    """Return the trigrams of one key; a shorter key has none."""
    return [key[at : at + GRAM] for at in range(len(key) - GRAM + 1)]


def code_edge(text: str) -> str:
    """Return the term of ``code_edges`` that a typed beginning is asked by."""
    return either_key(text)[:LONGEST_EDGE]
