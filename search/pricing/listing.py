"""Prices of all rows of a result at once: what some thousands of rows cost is reckoned quicker from
their columns than asked for part by part, once rules cut them into many.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal

from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.conditions import Condition
from b2b_apps.pricing.curves import Curve
from b2b_apps.pricing.loading import costs_of
from b2b_apps.pricing.rules import Rule
from b2b_apps.pricing.streams import Position, StreamPlan, has_floor, has_price
from search.bodies.filters import any_lazily, any_of
from search.engines.base import Body
from search.fields import price_field
from search.live import LiveIndex
from search.pricing.conditions import Vocabulary, condition_clause
from search.pricing.leaves import NO_VAT
from search.pricing.own import is_plain, own_prices
from search.pricing.rows import families_in

# So many rows are listed at most for one search.
MOST_LISTED = 40_000


@dataclass(slots=True)
class Listing:
    """Reckons the prices of the rows of a base."""

    index: LiveIndex
    context: TradeContext
    plan: StreamPlan
    vocabulary: Vocabulary
    base: Body
    apart: Sequence[Body]
    total: int
    _bits: dict[Condition, int] = field(default_factory=dict)
    _masks: Mapping[int, int] = field(default_factory=dict)
    _vats: Mapping[int, Decimal | None] = field(default_factory=dict)
    _asked: Set[int] = frozenset()
    _costly: Set[int] = frozenset()

    def prices(self) -> dict[int, int | None]:
        """What rows cost, None for those without a price. Rows that the price book has to be asked
        of are left out. One query if the contract has prices of its own, three if a purchase price
        may stop a rule.
        """
        streamed = [p for p in self.plan.positions if self._slot(p) is not None]
        names = ["id", *(price_field(self._slot(p) or 0) for p in streamed)]
        ids, *columns = self.index.engine.columns(self.base, names, limit=self.total)
        of_book = self._ids(any_lazily(self.apart)) if self.apart else set()
        found: dict[int, int | None] = dict.fromkeys(pk for pk in ids if pk and pk not in of_book)
        left = {pk: place for place, pk in enumerate(ids) if pk in found}
        for pk in self._ids(any_of("visibility", ["hidden"])):
            left.pop(pk, None)
        self._asked = self._ids(any_of("visibility", ["on_request"]))
        self._masks, self._vats = self._conditions_met(), self._rates()
        costly = self.plan.cost_ids
        self._costly = self._ids(any_of("lists", costly)) if costly else set()
        # A list stands in one place of the chain only.
        amounts = dict(zip([p.list_id for p in streamed], columns, strict=True))
        for position in self.plan.positions:
            column = amounts.get(position.list_id)
            if column is None:
                mine = self._ids(any_of("lists", [position.list_id])) & left.keys()
                self._put_own(position, self._taken(position, mine, left), found)
            else:
                mine = {pk for pk, place in left.items() if column[place] is not None}
                prices = {pk: column[left[pk]] or 0 for pk in mine}
                taken = self._taken(position, mine, left)
                self._put(position, {pk: prices[pk] for pk in taken}, found)
        return found

    def _taken(self, position: Position, mine: set[int], left: dict[int, int]) -> Sequence[int]:
        """Take the rows of a place of the chain from those that are left; return those of them that
        have a price to show.
        """
        for pk in mine:
            del left[pk]
        return sorted(mine if position.column.is_agreed else mine - self._asked)

    def _put(
        self, position: Position, amounts: Mapping[int, int], found: dict[int, int | None]
    ) -> None:
        """Prices of a list that contracts share."""
        curves: dict[tuple[int, Decimal | None, bool], tuple[Curve | None, bool]] = {}
        known: dict[tuple[int, int], int] = {}
        floored: dict[int, Curve] = {}
        for pk, amount in amounts.items():
            key = (self._masks.get(pk, 0), self._vats.get(pk), pk in self._costly)
            if key not in curves:
                curves[key] = self._curve(position, *key)
            curve, is_floored = curves[key]
            if curve is None:
                continue
            if is_floored:
                floored[pk] = curve
            elif curve.is_plain:
                found[pk] = amount
            else:
                value = known.get((id(curve), amount))
                if value is None:
                    value = known[id(curve), amount] = curve.of(amount)
                found[pk] = value
        self._put_floored(floored, amounts, found)

    def _put_floored(
        self,
        floored: Mapping[int, Curve],
        amounts: Mapping[int, int],
        found: dict[int, int | None],
    ) -> None:
        """Prices that a purchase price may stop. SKUs of one row may have been bought at different
        prices: the book is asked of those.
        """
        if not floored:
            return
        costs = costs_of(context=self.context, tariff=self.plan.tariff, product_ids=floored.keys())
        families = families_in(floored)
        for pk, curve in floored.items():
            if pk in families:
                del found[pk]
            else:
                found[pk] = curve.of_cost(amounts[pk], costs.get(pk))

    def _put_own(
        self, position: Position, rows: Sequence[int], found: dict[int, int | None]
    ) -> None:
        """Prices of the contract's own list; the book is asked of those that rules tell apart."""
        known = (
            own_prices(position=position, tariff=self.plan.tariff, row_ids=rows)
            if is_plain(position)
            else {}
        )
        for row_id in rows:
            if row_id in known:
                found[row_id] = known[row_id]
            else:
                del found[row_id]

    def _curve(
        self, position: Position, mask: int, vat: Decimal | None, is_costly: bool
    ) -> tuple[Curve | None, bool]:
        """What becomes of amounts, and whether a purchase price may stop it; nothing if rules leave
        no price.
        """
        rules = self._rules(position, mask)
        if not has_price(rules):
            return None, False
        curve, _same = position.curves(rules, vat_percent=vat, has_cost=False)
        return curve, is_costly and has_floor(rules)

    def _rules(self, position: Position, mask: int) -> tuple[Rule, ...]:
        """The rules that concern rows of which these conditions hold."""
        kept: list[Rule] = []
        for found in position.rules:
            if all(bool(mask & self._bits[c._replace(is_not=False)]) != c.is_not
                   for c in found.asks):  # fmt: skip
                kept.append(found.rule)
                if found.rule.is_last:
                    break
        return tuple(kept)

    def _conditions_met(self) -> dict[int, int]:
        """Which conditions hold of each row, a bit each; rows of which none does are left out."""
        masks: dict[int, int] = {}
        for condition in self.plan.conditions:
            plain = condition._replace(is_not=False)
            if plain in self._bits:
                continue
            bit = self._bits[plain] = 1 << len(self._bits)
            for row_id in self._ids(condition_clause(plain, self.vocabulary)):
                masks[row_id] = masks.get(row_id, 0) | bit
        return masks

    def _rates(self) -> dict[int, Decimal | None]:
        """VAT rates of rows, where they matter; nothing and 0 % change no price."""
        if not any(position.heeds_vat for position in self.plan.positions):
            return {}
        rates = [text for text in self.vocabulary.vats if text != NO_VAT and Decimal(text)]
        return {
            row_id: Decimal(text) for text in rates for row_id in self._ids(any_of("vat", [text]))
        }

    def _slot(self, position: Position) -> int | None:
        return None if position.is_own else self.index.slots.price_slot(position.list_id)

    def _ids(self, clause: Body) -> set[int]:
        asked = {"bool": {"filter": [self.base, clause]}}
        return set(self.index.engine.ids(asked, limit=self.total + 1))
