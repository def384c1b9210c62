"""What a typed text asks: queries from strict to loose; see docs/algorithms/search.md, 3."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from search.analysis.codes import code_keys
from search.analysis.letters import clean
from search.analysis.synonyms import NO_SYNONYMS, Synonyms
from search.analysis.tokens import Token, tokens
from search.bodies import codes
from search.bodies.clauses import Clause, any_of, num_clauses
from search.bodies.other_letters import other_letters
from search.bodies.segments import Segment, all_words, segments_of
from search.engines.base import Body

LONGEST_TEXT = 200
# Tried in this order until a query is small enough; engines take 1,000 clauses, and filters of a
# context come on top.
TOKENS = (12, 8, 5, 3)
MOST_CLAUSES = 800
STRICT, PARTS, LETTERS, TYPOS, MOST_WORDS = "strict", "parts", "letters", "typos", "most"


class Reading(NamedTuple):
    """One way to read a text, and the query that asks for it."""

    kind: str
    body: Body


def text_stages(text: str, synonyms: Synonyms = NO_SYNONYMS) -> Sequence[Body]:
    """Return queries (not whole bodies), the strictest first; none if there is nothing to find.

    The first is asked, the next only where nothing was found. Whatever is typed, there are at
    most five, each of at most 800 clauses.
    """
    return [reading.body for reading in text_readings(text, synonyms)]


def text_readings(text: str, synonyms: Synonyms = NO_SYNONYMS) -> Sequence[Reading]:
    """Return the same with what kind of reading each is. Not to be written to: it is kept."""
    return _readings(clean(text, limit=LONGEST_TEXT), synonyms)


@lru_cache(maxsize=512)
def _readings(cleaned: str, synonyms: Synonyms) -> Sequence[Reading]:
    found = _typed(cleaned)
    if not found and not code_keys(cleaned):
        return []
    raws = cleaned.split()
    makers: Mapping[str, Callable[[int], list[Clause]]] = {
        STRICT: lambda most: _strict(cleaned, segments_of(found[:most], synonyms)),
        PARTS: lambda most: _loose(cleaned, segments_of(found[:most], synonyms)),
        LETTERS: lambda most: other_letters(raws[:most], synonyms),
        TYPOS: lambda most: _mistyped(cleaned, segments_of(found[:most], synonyms)),
        MOST_WORDS: lambda most: _most_words(_useful(found)[:most], synonyms),
    }
    return [Reading(kind, body) for kind, maker in makers.items() for body in _small_enough(maker)]


def suggest_bodies(text: str, synonyms: Synonyms = NO_SYNONYMS) -> Sequence[Body]:
    """Return queries for products as somebody types: every word may be a beginning.

    The second, asked where the first finds nothing, is of other letters, the third of typos.
    """
    cleaned = clean(text, limit=LONGEST_TEXT)
    found = _typed(cleaned)
    if not found:
        return []
    raws = cleaned.split()
    makers: Sequence[Callable[[int], list[Clause]]] = (
        lambda most: _begun(cleaned, segments_of(found[:most], synonyms)),
        lambda most: other_letters(raws[:most], synonyms),
        lambda most: _mistyped(cleaned, segments_of(found[:most], synonyms)),
    )
    return [stage for maker in makers for stage in _small_enough(maker)]


def _typed(cleaned: str) -> list[Token]:
    """The tokens of a text, each once: said twice, a word means no more."""
    return list(dict.fromkeys(tokens(cleaned, limit=LONGEST_TEXT)))


def _small_enough(maker: Callable[[int], list[Clause]]) -> list[Clause]:
    """The stage of as many tokens as fit; a text so strange that none do has none."""
    for most in TOKENS:
        stages = maker(most)
        if all(num_clauses(stage) <= MOST_CLAUSES for stage in stages):
            return stages
    return []


def _strict(cleaned: str, segments: Sequence[Segment]) -> list[Clause]:
    words = all_words(segments, [segment.strictly() for segment in segments])
    return _either([*codes.same_or_begun(cleaned), *words])


def _begun(cleaned: str, segments: Sequence[Segment]) -> list[Clause]:
    words = all_words(segments, [segment.loosely() for segment in segments])
    return _either([*codes.same_or_begun(cleaned), *words])


def _loose(cleaned: str, segments: Sequence[Segment]) -> list[Clause]:
    words = all_words(segments, [segment.loosely() for segment in segments])
    return _either([*codes.part(cleaned), *words])


def _mistyped(cleaned: str, segments: Sequence[Segment]) -> list[Clause]:
    words = all_words(segments, [segment.mistyped() for segment in segments])
    return _either([*codes.mistyped(cleaned), *words])


def _most_words(found: Sequence[Token], synonyms: Synonyms) -> list[Clause]:
    """Most of the segments, where they are two or more."""
    segments = segments_of(found, synonyms)
    if len(segments) < 2:
        return []
    least = len(segments) - 1 if len(segments) <= 4 else -(-len(segments) * 3 // 5)
    return [any_of([segment.mistyped() for segment in segments], least=least)]


def _useful(found: Sequence[Token]) -> list[Token]:
    return [token for token in found if not token.is_idle]


def _either(clauses: Sequence[Clause]) -> list[Clause]:
    return [any_of(clauses)] if clauses else []
