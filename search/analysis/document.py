"""What a document's text becomes: the seven fields of terms."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice, pairwise, starmap

from search.analysis.codes import code_terms, edges_of_keys, grams_of_keys, keys_of_codes
from search.analysis.morphology import is_noun
from search.analysis.tokens import Kind, Token, tokens

TITLE_LIMIT = 500
VALUE_LIMIT = 200
SHORTEST_EDGE = 2
LONGEST_EDGE = 12
MOST_WORDS = 400
MOST_HEADS = 3
# Longer than a typo, so that a word near a head is none.
HEAD_MARK = "^^^"
CURVES = (("b",), ("c",), ("d",))
# Values that only tell whether the product has what the attribute is called.
YES = frozenset({"да", "есть", "yes", "true"})
NO = frozenset({"нет", "no", "false", "-", "—", "–", ""})


def text_fields(
    *,
    title: str,
    brand: str = "",
    code_values: Iterable[str] = (),
    texts: Iterable[str] = (),
    attributes: Iterable[tuple[str, str]] = (),
) -> Mapping[str, list[str]]:
    """Return the fields of terms of one document, by their names.

    ``texts`` are names of sections and values of characteristics; ``attributes`` are names and
    values.
    """
    found = (*map(text_terms, texts), *starmap(attribute_terms, attributes))
    return fields_of_terms(
        title=title, brand=brand, code_values=code_values, terms=chain.from_iterable(found)
    )


def fields_of_terms(
    *, title: str, brand: str, code_values: Iterable[str], terms: Iterable[str]
) -> Mapping[str, list[str]]:
    """Return the same where ``terms`` of texts and attributes are known. Pure and quick."""
    named = tokens(title, limit=TITLE_LIMIT)
    maker = _kept(brand)
    own = [term for token in named for term in token.every_term]
    titled = [*dict.fromkeys(own), *head_terms(named), *curve_terms(named)]
    words = dict.fromkeys(chain(own, *(token.every_term for token in maker), terms))
    plain = plain_words((*named, *maker))
    keys = keys_of_codes(code_values)
    return {
        "codes": code_terms(keys),
        "code_edges": edges_of_keys(keys),
        "code_grams": grams_of_keys(keys),
        "title": titled,
        "words": list(words)[:MOST_WORDS],
        "edges": word_edges(plain),
        "plain": plain,
    }


def head_terms(named: Sequence[Token]) -> list[str]:
    """Return the terms that say what the thing is: the words up to the first noun of the title.

    A clamp for lamps is no lamp, so that lamps come first.
    """
    first = list(islice(named, MOST_HEADS))
    nouns = [
        at for at, token in enumerate(first) if token.kind is Kind.WORD and is_noun(token.plain[0])
    ]
    heads = first[: nouns[0] + 1] if nouns else first[:1]
    return [head_term(term) for token in heads for term in token.terms]


def curve_terms(named: Sequence[Token]) -> list[str]:
    """Return what electricians write for a breaker's current and curve: C16 for «16А C»."""
    return [
        curve.terms[0] + current.weak[0]
        for current, curve in pairwise(named)
        if curve.terms[:1] in CURVES and current.weak and current.terms[0] == f"{current.weak[0]}a"
    ]


def head_term(term: str) -> str:
    """Return the term of ``title`` for a word that the title begins with."""
    return HEAD_MARK + term


@lru_cache(maxsize=100_000)
def text_terms(text: str) -> tuple[str, ...]:
    """Return the terms of a short text: a section, a brand, a value."""
    useful = (token for token in _kept(text) if not token.is_idle)
    return tuple(term for token in useful for term in token.every_term)


@lru_cache(maxsize=200_000)
def attribute_terms(name: str, value: str) -> tuple[str, ...]:
    """Return the terms of an attribute: its value with the unit its name ends with.

    Of «есть» and «да» the name is what is looked for; «нет» has no terms.
    """
    plain = value.strip().lower()
    if plain in NO:
        return ()
    if plain in YES:
        return text_terms(name)
    label, _, unit = name.rpartition(", ")
    return text_terms(f"{value} {unit}" if label and plain[-1:].isdigit() else value)


def plain_words(found: Iterable[Token]) -> list[str]:
    """Return the terms of the field ``plain``."""
    return list(dict.fromkeys(word for token in found for word in token.every_plain))


def word_edges(plain: Iterable[str]) -> list[str]:
    """Return the terms of the field ``edges``: beginnings of plain words."""
    return list(dict.fromkeys(chain.from_iterable(map(_edges, plain))))


@lru_cache(maxsize=200_000)
def _edges(word: str) -> tuple[str, ...]:
    lengths = range(SHORTEST_EDGE, min(len(word), LONGEST_EDGE) + 1)
    return tuple(word[:length] for length in lengths)


@lru_cache(maxsize=100_000)
def _kept(text: str) -> tuple[Token, ...]:
    return tuple(tokens(text, limit=VALUE_LIMIT))
