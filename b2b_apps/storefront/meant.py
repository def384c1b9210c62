"""Which characteristic of a family a typed text means: by its codes, else by its words."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.seen import SeenStock
from b2b_apps.storefront.goods_read import variants_read
from search.analysis.codes import code_keys, either_key
from search.analysis.letters import clean
from search.analysis.tokens import Kind, tokens
from search.bodies.other_letters import other_texts
from search.bodies.text import LONGEST_TEXT

SHORTEST = 3
CODES = ("article", "barcode", "code_1c")
# A word is its stems: any of them is the word.
Words = Sequence[frozenset[str]]


class Keys(NamedTuple):
    """A code by the keys of which one makes it the same, and by that which it may be like."""

    same: frozenset[str]
    either: str


class Named(NamedTuple):
    """The row of a characteristic that was typed; by a code of it, or else by its words."""

    variant: Any
    is_by_code: bool


class MeantVariant(NamedTuple):
    """The characteristic that was typed, as the row of its family names it; quantities in base
    units. ``amount`` is its price, if it has one; ``is_by_code`` as of ``Named``.
    """

    id: int
    title: str
    article: str
    characteristic: str
    amount: Decimal | None
    currency: str
    free: SeenStock
    multiple: Decimal
    minimum: Decimal
    in_basket: Decimal | None
    is_short: bool
    is_by_code: bool


def variants_meant(
    *, context: TradeContext, text: str, products: Iterable[Any]
) -> Mapping[int, Named]:
    """Return by family the one characteristic that a text names. One query if there are a text and
    families, one more for sections if rules name any.
    """
    parents = {product.pk: product for product in products if product.structure == "parent"}
    cleaned = clean(text, limit=LONGEST_TEXT)
    if not cleaned or not parents:
        return {}
    variants: dict[int, list[Any]] = {}
    for variant in variants_read(context=context, parent_ids=list(parents)):
        variants.setdefault(variant.parent_id, []).append(variant)
    texts = [cleaned, *other_texts(cleaned)]
    found = {}
    for pk, several in variants.items():
        if variant := _by_code(texts, parents[pk], several):
            found[pk] = Named(variant, is_by_code=True)
        elif variant := _by_words(texts, parents[pk], several):
            found[pk] = Named(variant, is_by_code=False)
    return found


def variant_url(url: str, variant_id: int) -> str:
    """The address of a card with one of its characteristics chosen."""
    return f"{url}?variant={variant_id}"


def _by_code(texts: Sequence[str], parent: Any, variants: Sequence[Any]) -> Any | None:
    """The one that the first reading names which names anything of the family; whole texts go
    before words of them.
    """
    words = [word for text in texts if " " in text for word in text.split()]
    coded = [(one, _codes(one)) for one in (parent, *variants)]
    for text, is_whole in [*((text, True) for text in texts), *((word, False) for word in words)]:
        typed = _keys(text)
        if len(typed.either) < SHORTEST:
            continue
        for fits in (_is_same, _is_like, _is_begun, _is_part)[: 4 if is_whole else 2]:
            hits = [one for one, codes in coded if any(fits(typed, code) for code in codes)]
            if hits:
                return hits[0] if len(hits) == 1 and hits[0] is not parent else None
    return None


def _codes(product: Any) -> Sequence[Keys]:
    return [_keys(code) for name in CODES if (code := getattr(product, name))]


# The same goods are found time and again.
@lru_cache(maxsize=8192)
def _keys(code: str) -> Keys:
    return Keys(frozenset(code_keys(code)), either_key(code))


def _is_same(typed: Keys, code: Keys) -> bool:
    return not typed.same.isdisjoint(code.same)


def _is_like(typed: Keys, code: Keys) -> bool:
    return typed.either == code.either


def _is_begun(typed: Keys, code: Keys) -> bool:
    return code.either.startswith(typed.either)


def _is_part(typed: Keys, code: Keys) -> bool:
    return typed.either in code.either


def _by_words(texts: Sequence[str], parent: Any, variants: Sequence[Any]) -> Any | None:
    """The one that has all words of the first reading that any characteristic has and the family's
    own name has not; of several the one that has no others.
    """
    own = [*_words(parent.title), *_words(parent.brand), *_words(parent.article or "")]
    its = {one.pk: _words(one.characteristic or one.title) for one in variants}
    for text in texts:
        telling = [word for word in _words(text) if not _has(own, word)]
        said = [word for word in telling if any(_has(words, word) for words in its.values())]
        if not said:
            continue
        fits = [one for one in variants if all(_has(its[one.pk], word) for word in said)]
        if len(fits) > 1:
            fits = [one for one in fits if all(_has([*own, *said], word) for word in its[one.pk])]
        return fits[0] if len(fits) == 1 else None
    return None


def _has(words: Words, word: frozenset[str]) -> bool:
    return any(not word.isdisjoint(other) for other in words)


# Colours and sizes are the same in a hundred families.
@lru_cache(maxsize=8192)
def _words(text: str) -> Words:
    """The words of a text but idle ones; what is glued of words alone is these words."""
    found: list[frozenset[str]] = []
    for token in tokens(text, limit=LONGEST_TEXT):
        is_glued = token.parts and all(part.kind is Kind.WORD for part in token.parts)
        parts = token.parts if is_glued else () if token.is_idle else (token,)
        found += [frozenset(part.terms) for part in parts]
    return tuple(found)
