"""Clauses of one token of what is typed, strict and loose."""

from collections.abc import Iterable, Sequence

from search.analysis.codes import LONGEST_CODE, code_edge, either_term
from search.analysis.document import LONGEST_EDGE, SHORTEST_EDGE, head_term
from search.analysis.tokens import Kind, Token
from search.bodies.clauses import Clause, all_of, best_of, constant, fuzzy, term

HEAD, TITLE, WORDS, NEARLY = 5.0, 3.0, 1.0, 0.5
BEGUN, PARTS, MISTYPED, HEADED = 0.8, 0.7, 0.4, 2.0
CODE, CODE_BEGUN = 40.0, 20.0
MOST_TERMS = 4
SHORTEST_CODE = 4
SHORTEST_TYPO, LONG_WORD = 4, 9
# A barcode may have a digit wrong; a shorter number with another digit is another number.
SHORTEST_NUMBER_TYPO = 10


def strict(token: Token, *, is_begun: bool = False, is_bare: bool = False) -> Clause:
    """The token as it is, in whatever form; ``is_begun``: it may be a beginning of a word.

    ``is_bare``: without the parts of a compound, where a text has too many.
    """
    return best_of(_strict(token, is_begun=is_begun, is_bare=is_bare))


def loose(token: Token, *, is_bare: bool = False) -> Clause:
    """The token as it is, its beginning, or the parts of a size in any order."""
    clauses = _strict(token, is_begun=True, is_bare=is_bare)
    if token.kind is Kind.SIZE:
        clauses.append(_all_parts(token))
    return best_of(clauses)


def typo(token: Token, *, is_bare: bool = False) -> Clause:
    """The token, or what differs from it by a letter or two."""
    return best_of([*_strict(token, is_begun=True, is_bare=is_bare), *_mistyped(token)])


def _strict(token: Token, *, is_begun: bool, is_bare: bool) -> list[Clause]:
    clauses = _whole(token, token.terms, 1.0) + _whole(token, token.weak, NEARLY)
    if token.kind in {Kind.WORD, Kind.MARK}:
        clauses += [term("title", head_term(value), HEAD) for value in token.terms[:MOST_TERMS]]
    if token.kind is Kind.COMPOUND and not is_bare:
        clauses.append(_all_parts(token))
    if is_begun or token.kind in {Kind.MARK, Kind.COMPOUND}:
        clauses += [term("edges", word, BEGUN) for word in _beginnings(token)]
    if codes := code_like(token):
        clauses.append(constant("codes", codes, CODE))
        clauses.append(
            constant("code_edges", sorted({code_edge(code) for code in codes}), CODE_BEGUN)
        )
    return clauses


def _whole(token: Token, terms: Sequence[str], part: float) -> list[Clause]:
    return [
        clause
        for value in terms[:MOST_TERMS]
        for clause in (term("title", value, TITLE * part), term("words", value, WORDS * part))
    ]


def _all_parts(token: Token) -> Clause:
    return all_of(
        [best_of(_whole(part, (*part.terms, *part.weak), 1.0)) for part in token.parts],
        boost=PARTS / len(token.parts),
    )


def _beginnings(token: Token) -> list[str]:
    plain = token.plain or token.terms
    return [word for word in plain if SHORTEST_EDGE <= len(word) <= LONGEST_EDGE][:MOST_TERMS]


def code_like(token: Token) -> list[str]:
    """Keys of a token that may be an article or its beginning; words and sizes are none."""
    if token.kind is Kind.NUMBER:
        keys: Iterable[str] = (value for value in token.terms if value.isdigit())
    elif token.kind is Kind.COMPOUND:
        keys = (value for value in token.terms if value.isascii())
    else:
        return []
    return [key for key in keys if SHORTEST_CODE <= len(key) <= LONGEST_CODE]


def _mistyped(token: Token) -> list[Clause]:
    if token.kind is Kind.COMPOUND or token.kind is Kind.NUMBER:
        keys = {either_term(key) for key in code_like(token) if _may_be_mistyped(key)}
        return [fuzzy("codes", key, 1, MISTYPED) for key in sorted(keys)[:1]]
    if token.kind is Kind.SIZE:
        return []
    clauses = [
        fuzzy("title", value, distance, MISTYPED * (HEADED if value != stem else 1.0))
        for stem in token.terms[:1]
        if (distance := typo_distance(stem))
        for value in (head_term(stem), stem)
    ]
    clauses += [
        fuzzy("plain", value, distance, MISTYPED)
        for value in token.plain[:2]
        if value not in token.terms[:1] and (distance := typo_distance(value))
    ]
    return clauses


def typo_distance(word: str) -> int:
    """How many letters of a word may be wrong."""
    if len(word) < SHORTEST_TYPO:
        return 0
    return 2 if len(word) >= LONG_WORD else 1


def _may_be_mistyped(key: str) -> bool:
    least = SHORTEST_NUMBER_TYPO if key.isdigit() else SHORTEST_TYPO + 2
    return len(key) >= least
