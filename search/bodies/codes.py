"""A typed text as an article or barcode, in tiers far above what words add up to."""

from search.analysis.codes import (
    EITHER_MARK,
    LONGEST_EDGE,
    code_edge,
    code_keys,
    either_key,
    either_term,
    grams,
    shape_keys,
)
from search.analysis.morphology import is_known
from search.bodies.clauses import Clause, all_of, constant, fuzzy, term

EXACT, EITHER, BEGINNING, PART = 100_000.0, 50_000.0, 10_000.0, 1_000.0
SHORTEST_BEGINNING, SHORTEST_NUMBER = 3, 4
SHORTEST_PART = 4
SHORTEST_TYPO, SHORTEST_NUMBER_TYPO = 6, 10


def same_or_begun(cleaned: str) -> list[Clause]:
    """The whole text as an article: the same, the same by another alphabet, a beginning."""
    keys = code_keys(cleaned)
    if not keys:
        return []
    clauses = [
        constant("codes", keys, EXACT),
        constant("codes", [either_term(cleaned)], EITHER),
    ]
    key = either_key(cleaned)
    least = SHORTEST_NUMBER if key.isdigit() else SHORTEST_BEGINNING
    if len(key) >= least and not is_known(cleaned):
        clauses.append(constant("code_edges", [code_edge(cleaned)], BEGINNING))
    return clauses


def part(cleaned: str) -> list[Clause]:
    """The whole text as a part of an article, by all its trigrams."""
    key = either_key(cleaned)
    if len(key) < SHORTEST_PART or not any(sign.isdigit() for sign in key):
        return []
    query = all_of([term("code_grams", gram) for gram in grams(key)])
    return [{"constant_score": {"filter": query, "boost": PART}}]


def mistyped(cleaned: str) -> list[Clause]:
    """An article that differs by one sign, or by any number of those that look alike (O for 0);
    short numbers have no typos.
    """
    key = either_key(cleaned)
    least = SHORTEST_NUMBER_TYPO if key.isdigit() else SHORTEST_TYPO
    clauses = [fuzzy("codes", either_term(cleaned), 1, PART)] if len(key) >= least else []
    shapes = shape_keys(cleaned) if len(key) >= SHORTEST_PART else []
    if shapes:
        clauses += [
            constant("codes", [EITHER_MARK + shape for shape in shapes], EITHER),
            constant("code_edges", [shape[:LONGEST_EDGE] for shape in shapes], BEGINNING),
        ]
    return clauses
