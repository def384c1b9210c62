"""The fields of a document, for every engine; see docs/algorithms/search.md."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

PRICE_SLOTS = 64
STOCK_SLOTS = 16
# Prices are stored as whole ten-thousandths, quantities as whole thousandths.
PRICE_SCALE = 10_000
STOCK_SCALE = 1_000

# A document as engines take it: a value, or a list of values, by the name of the field.
Document = Mapping[str, Any]


class Kind(StrEnum):
    """What an engine does with a field.

    ``terms``: finished terms, searched and scored. ``keyword``: exact values, filtered, counted
    and sorted. ``order``: a text, one per document, sorted by alone. ``long``: whole numbers,
    filtered, counted and sorted. ``counted``: whole numbers, counted alone. ``number``: whole
    numbers, one per document, compared and sorted. What nothing looks for by its values is in no
    list of terms: long keys, each of another row, took a fifth of the index's writer.
    """

    TERMS = "terms"
    KEYWORD = "keyword"
    ORDER = "order"
    LONG = "long"
    COUNTED = "counted"
    NUMBER = "number"


def price_field(slot: int) -> str:
    """The field of a price list."""
    return f"p{slot}"


def stock_field(slot: int) -> str:
    """The field of a set of warehouses."""
    return f"s{slot}"


FIELDS: Mapping[str, Kind] = {
    "id": Kind.LONG,
    "codes": Kind.TERMS,
    "code_edges": Kind.TERMS,
    "code_grams": Kind.TERMS,
    "title": Kind.TERMS,
    "words": Kind.TERMS,
    "edges": Kind.TERMS,
    "plain": Kind.TERMS,
    "brand": Kind.KEYWORD,
    "brand_key": Kind.KEYWORD,
    "cats": Kind.LONG,
    "under": Kind.LONG,
    "attrs": Kind.COUNTED,
    "kit": Kind.LONG,
    "skus": Kind.LONG,
    "varies": Kind.LONG,
    "av": Kind.KEYWORD,
    "wh": Kind.LONG,
    "soon": Kind.LONG,
    "lists": Kind.LONG,
    "part": Kind.LONG,
    "uneven": Kind.LONG,
    "vat": Kind.KEYWORD,
    "odd": Kind.LONG,
    "unshown": Kind.LONG,
    "visibility": Kind.KEYWORD,
    "place": Kind.ORDER,
    "title_key": Kind.ORDER,
    "article_key": Kind.ORDER,
    "added": Kind.NUMBER,
    "goods_hash": Kind.NUMBER,
    "hash": Kind.NUMBER,
    **{price_field(slot): Kind.NUMBER for slot in range(PRICE_SLOTS)},
    **{stock_field(slot): Kind.NUMBER for slot in range(STOCK_SLOTS)},
}

# What changes with prices, stock and receipts alone: made anew without the rest of a document.
FIGURES = frozenset(
    ["wh", "soon", "lists", "part", "uneven", "hash"]
    + [price_field(slot) for slot in range(PRICE_SLOTS)]
    + [stock_field(slot) for slot in range(STOCK_SLOTS)]
)
