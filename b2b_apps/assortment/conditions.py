"""Conditions of assortment rules and labels: what of them the buyer decides, what the product."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from b2b_apps.core.context import GoodsCondition

OF_BUYER = ("counterparty", "contract", "segment", "region")
OF_GOODS = ("product", "brand", "category")


def brand_key(text: Any) -> str:
    """A brand as conditions compare it: without regard to case and spaces."""
    return " ".join(str(text).split()).casefold()


def of_goods(stored: Any) -> tuple[GoodsCondition, ...] | None:
    """Return what is asked of a product, None if a condition is not understood."""
    found = []
    for item in stored if isinstance(stored, list) else [None]:
        if not isinstance(item, dict) or not isinstance(item.get("values"), list):
            return None
        kind = item.get("kind")
        if kind not in OF_BUYER + OF_GOODS:
            return None
        if kind in OF_GOODS:
            read = _keys if kind == "brand" else _ids
            found.append(GoodsCondition(kind, read(item["values"])))
    return tuple(found)


def is_meant(stored: Sequence[Mapping[str, Any]], buyer: Mapping[str, Collection[Any]]) -> bool:
    """Whether a buyer is of the audience; ``buyer`` has his ids by kind."""
    return all(
        not _ids(item["values"]).isdisjoint(buyer[item["kind"]])
        for item in stored
        if item["kind"] in OF_BUYER
    )


def _ids(values: Iterable[Any]) -> frozenset[int]:
    return frozenset(int(v) for v in values if str(v).isascii() and str(v).isdecimal())


def _keys(values: Iterable[Any]) -> frozenset[str]:
    return frozenset(brand_key(value) for value in values)
