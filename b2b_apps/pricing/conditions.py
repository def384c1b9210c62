"""Conditions of price rules: what of them the context decides, and what the product."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.goods import AskedFeatures, Features, Goods, text_key

OF_CONTEXT = ("region", "segment", "counterparty", "contract")
OF_GOODS = ("price_list", "brand", "category", "attribute", "product")
BY_TEXT = ("brand", "attribute")


class Condition(NamedTuple):
    """One condition, read; ``values`` are ids, or texts without regard to case."""

    kind: str
    is_not: bool
    values: frozenset[Any]
    attribute_id: int = 0


def conditions_from(stored: Any) -> Sequence[Condition]:
    """Return the conditions of a rule's JSON. What is not understood can never hold: a rule that
    says more than we read must not work for everyone. Read ones stay as they are.
    """
    if isinstance(stored, tuple):
        return stored
    if not isinstance(stored, list):
        return [Condition("unknown", is_not=False, values=frozenset())]
    return [_condition(item) for item in stored]


def _condition(item: Any) -> Condition:
    kind = item.get("kind") if isinstance(item, dict) else None
    if kind not in OF_CONTEXT + OF_GOODS or not isinstance(item.get("values"), list):
        return Condition("unknown", is_not=False, values=frozenset())
    attribute_id = _ids([item.get("attribute")])
    if kind == "attribute" and not attribute_id:
        return Condition("unknown", is_not=False, values=frozenset())
    values = _texts(item["values"]) if kind in BY_TEXT else _ids(item["values"])
    return Condition(kind, bool(item.get("is_not")), values, next(iter(attribute_id), 0))


def _ids(values: Iterable[Any]) -> frozenset[int]:
    return frozenset(int(v) for v in values if str(v).isascii() and str(v).isdecimal())


def _texts(values: Iterable[Any]) -> frozenset[str]:
    return frozenset(text_key(str(value)) for value in values)


def unmet_by_context(conditions: Iterable[Condition], context: TradeContext) -> Condition | None:
    """Return the first condition that this context does not meet, whatever the product."""
    ours: Mapping[str, Collection[int | None]] = {
        "region": (context.region_id,),
        "segment": context.segment_ids,
        "counterparty": (context.counterparty_id,),
        "contract": (context.contract_id,),
    }
    for condition in conditions:
        if condition.kind == "unknown":
            return condition
        if condition.kind not in OF_CONTEXT:
            continue
        if condition.values.isdisjoint(ours[condition.kind]) != condition.is_not:
            return condition
    return None


def of_goods(conditions: Iterable[Condition]) -> Sequence[Condition]:
    """Those that are asked of each product."""
    return tuple(condition for condition in conditions if condition.kind in OF_GOODS)


def asked_features(conditions: Iterable[Condition]) -> AskedFeatures:
    """Return what is to be loaded of products for ``unmet_by_goods``."""
    categories: set[int] = set()
    attributes: set[int] = set()
    with_brand = False
    for condition in conditions:
        with_brand = with_brand or condition.kind == "brand"
        if condition.kind == "category":
            categories |= condition.values
        elif condition.kind == "attribute":
            attributes.add(condition.attribute_id)
    return AskedFeatures(frozenset(categories), frozenset(attributes), with_brand)


def unmet_by_goods(
    conditions: Sequence[Condition], item: Goods, features: Features, list_id: int
) -> Condition | None:
    """Return the first condition that a product does not meet; ``list_id`` is the list that gives
    its price, 0 for none. A characteristic has what its product has.
    """
    for condition in conditions:
        if _has(condition, item, features, list_id) == condition.is_not:
            return condition
    return None


def _has(condition: Condition, item: Goods, features: Features, list_id: int) -> bool:
    kind, values = condition.kind, condition.values
    if kind == "price_list":
        return list_id in values
    if kind == "brand":
        return text_key(item.brand or "") in values
    if kind == "product":
        return item.pk in values or item.parent_id in values
    if kind == "category":
        return not values.isdisjoint(features.category_ids)
    return any((condition.attribute_id, text) in features.attributes for text in values)
