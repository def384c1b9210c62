"""Names that begin as somebody types: sections, brands, past queries. In memory, no engine."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from search.analysis.document import LONGEST_EDGE, word_edges
from search.analysis.letters import by_sound, clean, other_layout, russian_by_sound
from search.analysis.tokens import Token, tokens

LONGEST_NAME = 200
MOST_WORDS = 12

Key = TypeVar("Key", bound=Hashable)


class _Name(NamedTuple):
    first: frozenset[str]
    weight: float
    length: int
    text: str


class NameBook(Generic[Key]):
    """Names by the beginnings and stems of their words; made once, asked often.

    ``weights`` come before the length of a name: how often a query was typed, for one.
    """

    def __init__(
        self, names: Mapping[Key, str], weights: Mapping[Key, float] | None = None
    ) -> None:
        self._names: dict[Key, _Name] = {}
        self._by_sign: dict[str, set[Key]] = {}
        for key, text in names.items():
            found = tokens(text, limit=LONGEST_NAME)
            for sign in _signs_of(found):
                self._by_sign.setdefault(sign, set()).add(key)
            first = frozenset(_signs_of(found[:1]))
            self._names[key] = _Name(first, (weights or {}).get(key, 0.0), len(text), text)

    def like(self, text: str, *, limit: int) -> Sequence[Key]:
        """Return the keys of names that have all the words typed, each whole or begun.

        Names that begin so come first, then the heavier, then the shorter. Where there are none,
        the other layout and the other alphabet are tried.
        """
        cleaned = clean(text, limit=LONGEST_NAME)
        for reading in dict.fromkeys(
            (cleaned, other_layout(cleaned), russian_by_sound(cleaned), by_sound(cleaned))
        ):
            for typed in _typed(reading):
                found = self._having(typed)
                if found:
                    return self._sorted(found, typed[0])[:limit]
        return []

    def _having(self, typed: Sequence[Token]) -> set[Key]:
        """Keys of names with every token."""
        found: set[Key] | None = None
        for token in typed:
            keys = {key for sign in _asked(token) for key in self._by_sign.get(sign, ())}
            found = keys if found is None else found & keys
            if not found:
                return set()
        return found or set()

    def _sorted(self, keys: Iterable[Key], first: Token) -> list[Key]:
        asked = _asked(first)

        def order(key: Key) -> tuple[bool, float, int, str]:
            name = self._names[key]
            return name.first.isdisjoint(asked), -name.weight, name.length, name.text

        return sorted(keys, key=order)


def _typed(cleaned: str) -> list[list[Token]]:
    """The tokens to look for; the last idle one may be a word that only begins: «кабель к»."""
    found = tokens(cleaned, limit=LONGEST_NAME)[:MOST_WORDS]
    useful = [token for token in found if not token.is_idle]
    begun = [token for token in found if not token.is_idle or token is found[-1]]
    return [typed for typed in (begun, useful) if typed]


def _signs_of(found: Sequence[Token]) -> set[str]:
    """Beginnings and terms that a name is found by."""
    plain = [word for token in found for word in token.every_plain]
    letters = [word[:1] for word in plain]
    return {*letters, *word_edges(plain), *(term for one in found for term in one.every_term)}


def _asked(token: Token) -> set[str]:
    return {word[:LONGEST_EDGE] for word in (*token.plain, *token.terms, *token.weak)}
