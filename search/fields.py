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
    and sorted. ``long``: whole numbers, filtered, counted and sorted. ``number``: whole numbers,
    one per document, compared and sorted.
    """

    TERMS = "terms"
    KEYWORD = "keyword"
    LONG = "long"
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
    "attrs": Kind.LONG,
    "kit": Kind.LONG,
    "varies": Kind.LONG,
    "av": Kind.KEYWORD,
    "wh": Kind.LONG,
    "soon": Kind.LONG,
    "lists": Kind.LONG,
    "part": Kind.LONG,
    "vat": Kind.KEYWORD,
    "odd": Kind.LONG,
    "visibility": Kind.KEYWORD,
    "place": Kind.KEYWORD,
    "title_key": Kind.KEYWORD,
    "article_key": Kind.KEYWORD,
    "added": Kind.NUMBER,
    "hash": Kind.NUMBER,
    **{price_field(slot): Kind.NUMBER for slot in range(PRICE_SLOTS)},
    **{stock_field(slot): Kind.NUMBER for slot in range(STOCK_SLOTS)},
}
