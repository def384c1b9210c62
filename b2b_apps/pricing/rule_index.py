"""Finds the rules that concern a product without asking each of them about each product.

Every condition is a bit. What is known of a product gives the bits of the conditions that it has;
a rule concerns it if all bits that the rule wants are there and none that it excepts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from b2b_apps.pricing.conditions import Condition
from b2b_apps.pricing.conversion import Factor
from b2b_apps.pricing.goods import Features, Goods, text_key
from b2b_apps.pricing.rules import WITHOUT_PRICE, Link, Rule, amount_after_all, links_of

Bits = Mapping[Any, int]
# Sets of conditions that goods meet, with the list that gives the price.
MOST_KNOWN = 1_000


class Working(NamedTuple):
    """Rules that work for a product, in their order.

    ``end`` is what the last of them says if it leaves no price: on_request or unavailable.
    ``has_floor`` if one of them looks at the purchase price. ``links`` are the rules as they are
    reckoned with, by VAT factor.
    """

    rules: Sequence[Rule]
    end: str
    has_floor: bool
    links: dict[Factor, Sequence[Link]]

    def amount(self, amount: Decimal, *, vat: Factor, cost: Decimal | None) -> Decimal:
        """What becomes of a unit price by all rules."""
        links = self.links.get(vat)
        if links is None:
            links = self.links[vat] = links_of(self.rules, vat)
        return amount_after_all(links, amount, vat=vat, cost=cost)


class RuleIndex:
    """Rules that work in one context, in their order."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        bits: dict[Condition, int] = {}
        self._rules = [
            (
                rule,
                sum({_bit(bits, c) for c in rule.goods_conditions if not c.is_not}),
                sum({_bit(bits, c) for c in rule.goods_conditions if c.is_not}),
            )
            for rule in rules
        ]
        self._lists = _by_value(bits, "price_list")
        self._brands = _by_value(bits, "brand")
        self._products = _by_value(bits, "product")
        self._categories = _by_value(bits, "category")
        self._attributes = _by_value(bits, "attribute")
        # Rules are kept from page to page, so a list may have come to be agreed meanwhile.
        self._known: dict[tuple[int, int, bool], Working] = {}
        self.has_floor = any(found[0].terms.floor_percent is not None for found in self._rules)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def working_for(
        self, item: Goods, features: Features, list_id: int, *, is_agreed: bool
    ) -> Working:
        """The rules that work for a product whose price a list gives (0: none does), up to the
        one that ends them; as ``Rule.refusal_for`` asked of each.
        """
        has = self._bits_of(item, features, list_id)
        found = self._known.get((has, list_id, is_agreed))
        if found is None:
            rules = self._found(has, list_id, is_agreed)
            last = rules[-1].terms.action if rules else ""
            found = Working(
                rules,
                last if last in WITHOUT_PRICE else "",
                any(rule.terms.floor_percent is not None for rule in rules),
                {},
            )
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[has, list_id, is_agreed] = found
        return found

    def _bits_of(self, item: Goods, features: Features, list_id: int) -> int:
        has = self._lists.get(list_id, 0)
        has |= self._products.get(item.pk, 0) | self._products.get(item.parent_id, 0)
        if self._brands:
            has |= self._brands.get(text_key(item.brand or ""), 0)
        for category_id in features.category_ids:
            has |= self._categories.get(category_id, 0)
        for attribute in features.attributes:
            has |= self._attributes.get(attribute, 0)
        return has

    def _found(self, has: int, list_id: int, is_agreed: bool) -> Sequence[Rule]:
        found = []
        for rule, wanted, excepted in self._rules:
            if has & wanted != wanted or has & excepted:
                continue
            if is_agreed and rule.spares_agreed and list_id not in rule.named_list_ids:
                continue
            if not list_id and rule.terms.action not in WITHOUT_PRICE:
                continue
            found.append(rule)
            if rule.is_last:
                break
        return found


def _bit(bits: dict[Condition, int], condition: Condition) -> int:
    """The bit of a condition; one that only wants and one that only excepts share it."""
    plain = condition._replace(is_not=False)
    return bits.setdefault(plain, 1 << len(bits))


def _by_value(bits: Mapping[Condition, int], kind: str) -> Bits:
    """What each value gives; of an attribute the key is (attribute id, text)."""
    found: defaultdict[Any, int] = defaultdict(int)
    for condition, bit in bits.items():
        if condition.kind == kind:
            for value in condition.values:
                key = (condition.attribute_id, value) if kind == "attribute" else value
                found[key] |= bit
    return dict(found)
