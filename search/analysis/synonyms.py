"""Synonyms of what is typed: phrases for phrases; documents know nothing of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from search.analysis.tokens import Token, tokens

LONGEST_PHRASE = 100
MOST_WORDS = 5
MOST_ALTERNATIVES = 8


class Group(NamedTuple):
    """Phrases that mean the same; with ``finds``, they also find those, but not the reverse."""

    phrases: Sequence[str]
    finds: Sequence[str] = ()


Phrase = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase and what it also finds."""

    phrase: Phrase
    alternatives: Sequence[Phrase]


# Told apart by identity: readings of texts are kept for the synonyms they were made with.
@dataclass(frozen=True, slots=True, eq=False)
class Synonyms:
    """All groups, by the terms of the first word of each phrase."""

    by_first: Mapping[str, Sequence[Entry]] = field(default_factory=dict)

    def at(self, found: Sequence[Token], start: int) -> tuple[int, Sequence[Phrase]]:
        """Return how many tokens from ``start`` on are a phrase, and what it also finds.

        The longest phrase wins; groups that share it are joined. (1, ()) if there is none.
        """
        matching = [
            entry
            for entry in self._begun_by(found[start])
            if _is_phrase(entry.phrase, found[start : start + len(entry.phrase)])
        ]
        length = max((len(entry.phrase) for entry in matching), default=1)
        others = [
            phrase
            for entry in matching
            if len(entry.phrase) == length
            for phrase in entry.alternatives
        ]
        return length, list(dict.fromkeys(others))[:MOST_ALTERNATIVES]

    def _begun_by(self, token: Token) -> Sequence[Entry]:
        entries: list[Entry] = []
        for term in token.terms:
            entries += [entry for entry in self.by_first.get(term, ()) if entry not in entries]
        return entries


def synonyms_of(groups: Iterable[Group]) -> Synonyms:
    """Return the table of some groups; phrases without a word are left out."""
    by_first: dict[str, list[Entry]] = {}
    for group in groups:
        phrases = _phrases(group.phrases)
        finds = _phrases(group.finds)
        for phrase in phrases:
            others = finds or [other for other in phrases if other != phrase]
            entry = Entry(phrase, others)
            for term in phrase[0].terms:
                by_first.setdefault(term, []).append(entry)
    return Synonyms(by_first)


def _phrases(texts: Iterable[str]) -> list[Phrase]:
    found = (tuple(tokens(text, limit=LONGEST_PHRASE)[:MOST_WORDS]) for text in texts)
    return [phrase for phrase in dict.fromkeys(found) if phrase]


def _is_phrase(phrase: Phrase, found: Sequence[Token]) -> bool:
    if len(found) != len(phrase):
        return False
    pairs = zip(phrase, found, strict=True)
    return all(set(wanted.terms) & set(typed.terms) for wanted, typed in pairs)


NO_SYNONYMS = Synonyms()
