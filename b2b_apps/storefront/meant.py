"""Which characteristic of a family a typed article or barcode means."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.seen import SeenStock
from b2b_apps.storefront.goods_read import variants_read
from search.analysis.codes import code_keys, either_key
from search.analysis.letters import clean
from search.bodies.other_letters import other_texts
from search.bodies.text import LONGEST_TEXT

SHORTEST = 3
CODES = ("article", "barcode", "code_1c")


class MeantVariant(NamedTuple):
    """The characteristic that was typed, as the row of its family names it; quantities in base
    units. ``amount`` is its price, if it has one.
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


def variants_meant(
    *, context: TradeContext, text: str, products: Iterable[Any]
) -> Mapping[int, Any]:
    """Return by family the row of the one characteristic that a text names. One query if there
    are a text and families, one more for sections if rules name any.
    """
    parents = {product.pk: product for product in products if product.structure == "parent"}
    cleaned = clean(text, limit=LONGEST_TEXT)
    if not cleaned or not parents:
        return {}
    variants: dict[int, list[Any]] = {}
    for variant in variants_read(context=context, parent_ids=list(parents)):
        variants.setdefault(variant.parent_id, []).append(variant)
    texts = [cleaned, *other_texts(cleaned)]
    found = {pk: _meant(texts, parents[pk], several) for pk, several in variants.items()}
    return {pk: variant for pk, variant in found.items() if variant is not None}


def variant_url(url: str, variant_id: int) -> str:
    """The address of a card with one of its characteristics chosen."""
    return f"{url}?variant={variant_id}"


def _meant(texts: Sequence[str], parent: Any, variants: Sequence[Any]) -> Any | None:
    """The one that the first reading names which names anything of the family; whole texts go
    before words of them.
    """
    words = [word for text in texts if " " in text for word in text.split()]
    for typed, is_whole in [*((text, True) for text in texts), *((word, False) for word in words)]:
        if len(either_key(typed)) < SHORTEST:
            continue
        for fits in (_is_same, _is_like, _is_begun, _is_part)[: 4 if is_whole else 2]:
            hits = [one for one in (parent, *variants) if _any_code(one, typed, fits)]
            if hits:
                return hits[0] if len(hits) == 1 and hits[0] is not parent else None
    return None


def _any_code(product: Any, typed: str, fits: Any) -> bool:
    return any(fits(typed, code) for name in CODES if (code := getattr(product, name)))


def _is_same(typed: str, code: str) -> bool:
    return not set(code_keys(typed)).isdisjoint(code_keys(code))


def _is_like(typed: str, code: str) -> bool:
    return either_key(typed) == either_key(code)


def _is_begun(typed: str, code: str) -> bool:
    return either_key(code).startswith(either_key(typed))


def _is_part(typed: str, code: str) -> bool:
    return either_key(typed) in either_key(code)
