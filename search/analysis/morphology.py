"""Stems of words: Russian by pymorphy3's dictionary, English by its plural."""

import logging
import re
from functools import cache, lru_cache
from typing import Any

from search.analysis.letters import by_look, by_sound

LONGEST_WORD = 40
SHORTEST_STEM = 3
# Trade names things: стали is steel, пил are saws.
NAMING = frozenset({"NOUN", "ADJF", "ADJS", "PRTF", "PRTS", "NUMR"})
MOST_STEMS = 2
ENDING = re.compile("[аеиоуыэюяйь]{1,2}$")
RUSSIAN = re.compile("[а-я]+")
# Shorter words are abbreviations as often as not: ПВС, УЗО, ППР.
LONGEST_ABBREVIATION = 3


@cache
def _dictionary() -> Any:
    """Load the dictionary, 0.3 s and 20 MB, once in a process."""
    from pymorphy3 import MorphAnalyzer

    # It tells everyone which files it reads.
    logging.getLogger("pymorphy3").setLevel(logging.WARNING)
    return MorphAnalyzer()


@lru_cache(maxsize=200_000)
def is_known(word: str) -> bool:
    """Whether a cleaned word is of the Russian dictionary and not an abbreviation."""
    return (
        len(word) > LONGEST_ABBREVIATION
        and RUSSIAN.fullmatch(word) is not None
        and _dictionary().word_is_known(word)
    )


@lru_cache(maxsize=200_000)
def is_noun(word: str) -> bool:
    """Whether a cleaned word of the dictionary is a noun before anything else."""
    parses = [parse for parse in _dictionary().parse(word) if parse.tag.POS in NAMING]
    return bool(parses) and parses[0].tag.POS == "NOUN"


@lru_cache(maxsize=200_000)
def word_terms(word: str) -> tuple[str, ...]:
    """Return the terms of one cleaned word of letters, the likeliest first.

    A Russian word has one or two stems. What the dictionary does not know is a mark or a name,
    and is also a term as it looks and as it sounds in Latin.
    """
    word = word[:LONGEST_WORD]
    if not RUSSIAN.fullmatch(word):
        return _distinct(by_sound(word), by_look(word), _singular(word))
    stems = _stems(word)
    if is_known(word):
        return stems
    return _distinct(*stems, by_sound(word), by_look(word))


def _distinct(*terms: str) -> tuple[str, ...]:
    # A letter may sound as three: щ is sch.
    return tuple(dict.fromkeys(term[:LONGEST_WORD] for term in terms if term))


def _stems(word: str) -> tuple[str, ...]:
    """Return lemmas without their endings: саморезы is of саморез, or of a саморезa."""
    parses = _dictionary().parse(word)
    naming = [parse for parse in parses if parse.tag.POS in NAMING] or parses
    lemmas = (parse.normal_form.replace("ё", "е") for parse in naming)
    return tuple(dict.fromkeys(map(_trimmed, lemmas)))[:MOST_STEMS]


def _trimmed(lemma: str) -> str:
    stem = ENDING.sub("", lemma)
    return stem if len(stem) >= SHORTEST_STEM else lemma


def _singular(word: str) -> str:
    if len(word) > 4 and word.isascii() and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
