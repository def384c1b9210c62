"""What the search field suggests as a buyer types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.seen import SeenStock, seen_stock
from b2b_apps.inventory.selectors import ProductStock, stock_for
from b2b_apps.storefront.category_tree import Section, category_tree
from b2b_apps.storefront.goods_read import sku_ids_of, with_sku_ids
from b2b_apps.storefront.goods_rows import product_url
from b2b_apps.storefront.meant import variant_url, variants_meant
from b2b_apps.storefront.search_text import is_like
from search import current
from search.engines.base import EngineAwayError
from search.querylog.selectors import past_queries
from search.suggesting import SHORTEST, Suggested, strict_totals, suggest_for
from search.vocabulary.selectors import synonyms_now

MOST_SECTIONS = MOST_BRANDS = 3
# Of more than so many, one less is no help.
MOST_WORDS = 5
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Link:
    """A section, a maker or a past search, with the number of goods if it is told."""

    text: str
    url: str
    num: int | None = None


@dataclass(frozen=True, slots=True)
class SuggestedProduct:
    """A product with what of its stock the buyer may see."""

    article: str
    title: str
    url: str
    stock: SeenStock
    unit: str
    # Of the characteristic that was typed: article, address and stock are its own.
    characteristic: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """All that is suggested for ``text``; ``total`` goods are found by it."""

    text: str
    queries: Sequence[Link] = ()
    products: Sequence[SuggestedProduct] = ()
    sections: Sequence[Link] = ()
    brands: Sequence[Link] = ()
    total: int = 0

    def __bool__(self) -> bool:
        return bool(self.queries or self.products or self.sections or self.brands)


def suggestions_for(*, context: TradeContext, text: str) -> Suggestions:
    """Return suggestions; none for a single sign. Seven queries at most, whatever is found.

    While the index is away: the person's own past searches alone.
    """
    if len(text) < SHORTEST:
        return Suggestions(text)
    past = past_queries(user_id=context.user_id, typed=text)
    try:
        found = suggest_for(
            context=context, text=text, index=current.live_index(), synonyms=synonyms_now()
        )
    except EngineAwayError as error:
        current.health.note_away(error)
        found = Suggested()
    return Suggestions(
        text=text,
        queries=[Link(query, search_url(query)) for query in past],
        products=_products(context, found.ids, text) if found.ids else [],
        sections=_sections(found.sections, text) if found.sections else [],
        brands=_brands(found.brands, text),
        total=found.total,
    )


def search_url(text: str) -> str:
    """The address of the search for a text."""
    return reverse("search:search") + "?" + urlencode({"q": text})


def shorter_searches(*, context: TradeContext, text: str) -> list[Link]:
    """Return searches for a text without one of its words that find something, the last word left
    out first. One query and one request; none while the index is away.
    """
    words = text.split()
    if not 1 < len(words) <= MOST_WORDS:
        return []
    shorter = [" ".join(words[:at] + words[at + 1 :]) for at in reversed(range(len(words)))]
    try:
        index, synonyms = current.live_index(), synonyms_now()
        nums = strict_totals(
            context=context, texts=dict.fromkeys(shorter), index=index, synonyms=synonyms
        )
    except EngineAwayError as error:
        current.health.note_away(error)
        return []
    return [Link(found, search_url(found), num) for found, num in nums.items() if num]


def _products(context: TradeContext, ids: Sequence[int], text: str) -> list[SuggestedProduct]:
    rows = seen_products(context).filter(is_public=True).select_related("base_unit")
    goods: Mapping[int, Any] = with_sku_ids(context, rows).in_bulk(ids)
    skus = {pk: sku_ids_of(product) for pk, product in goods.items()}
    stock = stock_for(context=context, product_ids=[pk for its in skus.values() for pk in its])
    meant = variants_meant(context=context, text=text, products=goods.values())
    return [
        _suggested(context, product, meant[pk].variant if pk in meant else None, stock)
        for pk in ids
        if (product := goods.get(pk)) and skus[pk]
    ]


def _suggested(
    context: TradeContext, product: Any, variant: Any | None, stock: Mapping[int, ProductStock]
) -> SuggestedProduct:
    url, skus = product_url(product), [variant.pk] if variant else sku_ids_of(product)
    return SuggestedProduct(
        article=(variant.article if variant else "") or product.article,
        title=product.title,
        url=variant_url(url, variant.pk) if variant else url,
        stock=seen_stock(context, sum((stock[sku].free for sku in skus), start=ZERO)),
        unit=product.base_unit.short_name if product.base_unit else "",
        characteristic=variant.characteristic if variant else "",
    )


def _sections(counts: Mapping[int, int], text: str) -> list[Link]:
    """The lowest sections of what is found: those named like the text first, then the fullest."""
    tree = category_tree()
    found = [tree.by_id[pk] for pk in counts if pk in tree.by_id]
    lowest = [s for s in found if not any(child.id in counts for child in s.children)]
    named = [s for s in found if is_like(s.name, text)]
    kept = dict.fromkeys(s.id for s in sorted(named, key=lambda s: (-counts[s.id], s.path)))
    kept |= dict.fromkeys(s.id for s in sorted(lowest, key=lambda s: (-counts[s.id], s.path)))
    return [
        Link(_path_text(tree.ancestors(tree.by_id[pk])[-1:], tree.by_id[pk]),
             tree.by_id[pk].url, counts[pk])
        for pk in list(kept)[:MOST_SECTIONS]
    ]  # fmt: skip


def _path_text(above: Sequence[Section], section: Section) -> str:
    return " / ".join(s.name for s in (*above, section))


def _brands(counts: Mapping[str, int], text: str) -> list[Link]:
    """The makers that what is typed names."""
    named = [brand for brand in counts if is_like(brand, text)]
    index = reverse("catalogue:index")
    return [
        Link(brand, f"{index}?{urlencode({'all': 1, 'brand': brand})}", counts[brand])
        for brand in named[:MOST_BRANDS]
    ]
