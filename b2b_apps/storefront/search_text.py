"""What a typed text looks for: articles and words, whatever alphabet and separators were used.

Patterns list every letter in both cases and both alphabets, so that they do not depend on the
locale of the database.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# Letters that look alike in Russian and Latin, and signs that stand for one another.
ALIKE = ("аa", "вb", "еёe", "кk", "мm", "нh", "оo", "рp", "сc", "тt", "уy", "хx×*", ",.")
CLASSES = {letter: group for group in ALIKE for letter in group}
SEPARATORS = r" \u00a0./\\_·,*×()-"
BETWEEN = rf"[{SEPARATORS}]*"
SPLIT = re.compile(rf"[\s–—−{SEPARATORS}]+")
ENDING = re.compile(r"[аеёиоуыэюяйь]{1,3}$")
MOST_WORDS = 8
# A text of two hundred signs is no reason for a pattern of as many words.
MOST_MARKED = 16
PARTS = re.compile(r"[-–—/()]+")
SHORTEST_PART = 3
SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class SearchPatterns:
    """Regular expressions of PostgreSQL: the whole text as an article, and its words."""

    article: str
    may_be_part: bool
    words: Sequence[str]


def search_patterns(text: str) -> SearchPatterns | None:
    """Return the patterns of a cleaned text, or None if it has nothing to look for."""
    letters = SPLIT.sub("", text.lower())
    words = [pattern for word in text.lower().split()[:MOST_WORDS] if (pattern := _word(word))]
    if not letters or not words:
        return None
    article = BETWEEN.join(_any_of(letter) for letter in letters)
    return SearchPatterns(article, len(letters) >= SHORTEST_PART, words)


def _word(word: str) -> str:
    """The pattern of one word; a Russian one loses its ending."""
    stem = ENDING.sub("", word) if word.isalpha() else word
    kept = stem if len(stem) >= SHORTEST_STEM else word
    return "".join(_any_of(letter) for letter in kept.strip("()«»\"'"))


def _any_of(letter: str) -> str:
    group = CLASSES.get(letter, letter)
    cases = dict.fromkeys(case for sign in group for case in (sign, sign.upper()) if len(case) == 1)
    return "[" + "".join(_escaped(sign) for sign in cases) + "]"


def _escaped(sign: str) -> str:
    return f"\\{sign}" if sign in "\\]^-[" else sign


def is_like(name: str, text: str) -> bool:
    """Whether a word of a name begins with a typed word, or all but its ending."""
    words = [ENDING.sub("", word) or word for word in SPLIT.split(text.casefold()) if word]
    begun = SPLIT.split(name.casefold())
    return any(len(word) > 1 and any(part.startswith(word) for part in begun) for word in words)


def pieces_of(text: str, typed: str) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is what was typed, in whatever letters."""
    pattern = _typed_pattern(typed)
    if pattern is None:
        return [(text, False)]
    parts = pattern.split(text)
    return [(part, place % 2 == 1) for place, part in enumerate(parts) if part]


@lru_cache(maxsize=256)
def _typed_pattern(typed: str) -> re.Pattern[str] | None:
    """What marks the words of a text, the longest first; None if nothing is worth a mark."""
    parts = (part for word in typed.split() for part in (word, *PARTS.split(word)))
    # Without separators, which a pattern may have any number of: two in a row would be slow.
    words = {letters for part in parts if len(letters := SPLIT.sub("", part)) > 1}
    kept = sorted(words, key=lambda word: (-len(word), word))[:MOST_MARKED]
    return re.compile(f"({'|'.join(map(_marked, kept))})") if kept else None


def _marked(word: str) -> str:
    """The pattern of a word in a name: a number stands alone, a Russian word ends as it likes."""
    pattern = BETWEEN.join(_any_of(sign) for sign in word.lower())
    if word.isdigit():
        return rf"(?<!\d){pattern}(?!\d)"
    stem = ENDING.sub("", word.lower()) if word.isalpha() else ""
    if len(stem) < SHORTEST_STEM:
        return pattern
    return f"{pattern}|{BETWEEN.join(_any_of(sign) for sign in stem)}[а-яёА-ЯЁ]{{0,3}}\\b"
