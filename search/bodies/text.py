"""What a typed text asks: queries from strict to loose; see docs/algorithms/search.md, Text."""

from collections.abc import Sequence
from itertools import accumulate

from search.analysis.codes import code_edge, code_keys, either_key, either_term, grams
from search.analysis.letters import LATIN, clean, other_layout, russian_by_sound
from search.analysis.morphology import is_known
from search.analysis.tokens import Token, tokens
from search.bodies.clauses import Clause, all_of, any_of, best_of, constant, fuzzy, term
from search.bodies.pieces import loose, strict, typo
from search.engines.base import Body

LONGEST_TEXT = 200
MOST_TOKENS = 12
MOST_PARTS = 24
# Tiers, far above what the rarity of words adds up to.
EXACT, EITHER, BEGINNING, PART = 100_000.0, 50_000.0, 10_000.0, 1_000.0
SHORTEST_BEGINNING, SHORTEST_PART = 3, 4
SHORTEST_TYPO, SHORTEST_NUMBER_TYPO = 6, 10
MOST_MISTYPED = 6


def text_stages(text: str) -> Sequence[Body]:
    """Return queries (not whole bodies), the strictest first; none if there is nothing to find.

    The first is asked, the next only where nothing was found. Whatever is typed, there are at
    most five, each of at most a thousand clauses.
    """
    cleaned = clean(text, limit=LONGEST_TEXT)
    found = typed_tokens(cleaned)
    if not found and not code_keys(cleaned):
        return []
    stages = [
        any_of([*_codes(cleaned), *_words(found, _strictly(found))]),
        any_of([*_parts(cleaned), *_words(found, _loosely(found))]),
        *_other_letters(cleaned),
        any_of([*_mistyped(cleaned), *_words(found, _mistyping(found))]),
        *_most_words(found),
    ]
    return [stage for stage in stages if stage["bool"]["should"]]


def suggest_bodies(text: str) -> Sequence[Body]:
    """Return queries for products as somebody types: every word may be a beginning.

    The second, asked where the first finds nothing, is of the other layout.
    """
    cleaned = clean(text, limit=LONGEST_TEXT)
    found = typed_tokens(cleaned)
    if not found:
        return []
    first = any_of([*_codes(cleaned), *_words(found, _loosely(found))])
    return [first, *_other_letters(cleaned)]


def typed_tokens(cleaned: str) -> list[Token]:
    """Return the first tokens of a cleaned text."""
    return tokens(cleaned, limit=LONGEST_TEXT)[:MOST_TOKENS]


def _codes(cleaned: str) -> list[Clause]:
    """The whole text as an article: the same, the same by another alphabet, a beginning."""
    keys = code_keys(cleaned)
    if not keys:
        return []
    clauses = [
        constant("codes", keys, EXACT),
        constant("codes", [either_term(cleaned)], EITHER),
    ]
    key = either_key(cleaned)
    is_short = len(key) < (SHORTEST_PART if key.isdigit() else SHORTEST_BEGINNING)
    if not is_short and not is_known(cleaned):
        clauses.append(constant("code_edges", [code_edge(cleaned)], BEGINNING))
    return clauses


def _parts(cleaned: str) -> list[Clause]:
    """The whole text as a part of an article, by all its trigrams."""
    key = either_key(cleaned)
    if len(key) < SHORTEST_PART or not any(sign.isdigit() for sign in key):
        return []
    query = all_of([term("code_grams", gram) for gram in grams(key)])
    return [{"constant_score": {"filter": query, "boost": PART}}]


def _mistyped(cleaned: str) -> list[Clause]:
    key = either_key(cleaned)
    least = SHORTEST_NUMBER_TYPO if key.isdigit() else SHORTEST_TYPO
    return [fuzzy("codes", either_term(cleaned), 1, PART)] if len(key) >= least else []


def _words(found: Sequence[Token], clauses: Sequence[Clause]) -> list[Clause]:
    """All words; idle ones only score, unless nothing else was typed."""
    if not found:
        return []
    pairs = list(zip(found, clauses, strict=True))
    needed = [clause for token, clause in pairs if not token.is_idle]
    optional = [clause for token, clause in pairs if token.is_idle]
    return [all_of(needed, optional) if needed else all_of(optional)]


def _bare(found: Sequence[Token]) -> list[bool]:
    """Which tokens come after so many parts that theirs are left out."""
    parts = accumulate(len(token.parts) for token in found)
    return [so_far > MOST_PARTS for so_far in parts]


def _strictly(found: Sequence[Token]) -> list[Clause]:
    return [
        strict(token, is_begun=at == len(found), is_bare=bare)
        for at, (token, bare) in enumerate(zip(found, _bare(found), strict=True), 1)
    ]


def _loosely(found: Sequence[Token]) -> list[Clause]:
    return [loose(token, is_bare=bare) for token, bare in zip(found, _bare(found), strict=True)]


def _mistyping(found: Sequence[Token]) -> list[Clause]:
    """Typos in the first words only: distances are dear."""
    return [
        typo(token, is_bare=bare) if at < MOST_MISTYPED else loose(token, is_bare=bare)
        for at, (token, bare) in enumerate(zip(found, _bare(found), strict=True))
    ]


def _other_letters(cleaned: str) -> list[Clause]:
    """The text in the other layout or alphabet, word by word, and as an article as a whole."""
    raws = cleaned.split()[:MOST_TOKENS]
    variants = [_variants(raw) for raw in raws]
    if all(len(kinds) == 1 for kinds in variants):
        return []
    slipped = other_layout("".join(raws))
    words = [best_of(clauses) for kinds in variants if (clauses := _readings(kinds))]
    return [any_of([*_codes(slipped), *([all_of(words)] if words else [])])]


def _variants(raw: str) -> list[str]:
    found = [raw, other_layout(raw)]
    if LATIN.search(raw):
        found.append(russian_by_sound(raw))
    return list(dict.fromkeys(found))


def _readings(kinds: Sequence[str]) -> list[Clause]:
    readings = []
    for kind in kinds:
        found = [token for token in typed_tokens(kind)[:3] if not token.is_idle]
        if found:
            readings.append(all_of([strict(token, is_begun=True, is_bare=True) for token in found]))
    return readings


def _most_words(found: Sequence[Token]) -> list[Clause]:
    """Most of the words, where they are two or more."""
    useful = [token for token in found if not token.is_idle]
    if len(useful) < 2:
        return []
    least = len(useful) - 1 if len(useful) <= 4 else -(-len(useful) * 3 // 5)
    return [any_of(_mistyping(useful), least=least)]
