"""Letters: one case, one alphabet, two keyboards."""

import re
import unicodedata

from search.analysis.alphabets import (
    EITHER,
    LATIN_KEYS,
    LOOK_ALIKE,
    PHONETIC,
    RUSSIAN_BY_SOUND,
    RUSSIAN_KEYS,
)

# Before NFKC: it would glue a fraction to the whole before it, and spell signs out as letters.
SIGNS = str.maketrans(
    {"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅜": " 3/8", "⅛": " 1/8", "″": '"', "“": '"', "”": '"'}
    | {"„": '"', "™": " ", "®": " ", "©": " ", "№": " ", "⌀": "ø", "Ø": "ø", "∅": "ø"}
)
FOLDS = str.maketrans(
    {"ё": "е", "⁄": "/", "’": "'", "`": "'", "\xad": None}
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("\xa0\t\n\r\u3000", " ")
)
UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
LOOK = str.maketrans(LOOK_ALIKE)
SOUND = str.maketrans(PHONETIC)
EITHERS = str.maketrans(EITHER)
TO_LATIN_KEYS = str.maketrans(RUSSIAN_KEYS, LATIN_KEYS)
TO_RUSSIAN_KEYS = str.maketrans(LATIN_KEYS, RUSSIAN_KEYS)
SOUNDS = re.compile("|".join(sorted(RUSSIAN_BY_SOUND, key=len, reverse=True)))
CYRILLIC = re.compile("[а-я]")
LATIN = re.compile("[a-z]")


def clean(text: str, *, limit: int) -> str:
    """Return a text in lower case, in one form of Unicode, without signs nobody sees.

    No longer than ``limit`` signs, whatever is given.
    """
    text = text[:limit]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(SIGNS))[:limit]
    text = text.lower().translate(FOLDS)
    if not text.isprintable():
        text = "".join(map(_seen, text))
    return text[:limit]


def _seen(sign: str) -> str:
    if sign.isalnum() or sign == " ":
        return sign
    kind = unicodedata.category(sign)
    if kind == "Cf":
        return ""
    return " " if kind in UNSEEN else sign


def by_look(text: str) -> str:
    """Return cleaned text in Latin letters: each Russian one as the Latin one it looks like."""
    return text if text.isascii() else text.translate(LOOK)


def by_sound(text: str) -> str:
    """Return cleaned text in Latin letters: each Russian one as the Latin one it sounds like."""
    return text if text.isascii() else text.translate(SOUND)


def either(text: str) -> str:
    """Return cleaned text so that it is the same by look, by sound and by a mixture of both."""
    return by_sound(text).translate(EITHERS)


def russian_by_sound(text: str) -> str:
    """Return cleaned Latin text written in Russian letters: kabel is кабел."""
    return SOUNDS.sub(lambda found: RUSSIAN_BY_SOUND[found.group()], text)


def other_layout(text: str) -> str:
    """Return cleaned text as the other layout of the keyboard gives it: ghbdtn is привет.

    Text of both alphabets, or of none, is returned as it is.
    """
    has_russian, has_latin = CYRILLIC.search(text), LATIN.search(text)
    if bool(has_russian) == bool(has_latin):
        return text
    return text.translate(TO_LATIN_KEYS if has_russian else TO_RUSSIAN_KEYS).replace("ё", "е")
