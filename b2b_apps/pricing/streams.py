"""The prices of a context as streams: parts of a catalogue whose order is that of one list.

Pure: it says which lists and rules decide, and what becomes of stored amounts; who searches makes
requests of it. See docs/algorithms/search.md, 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.book import REFINED
from b2b_apps.pricing.columns import PROJECT, Level, levels_of
from b2b_apps.pricing.conditions import Condition
from b2b_apps.pricing.conversion import vat_factor
from b2b_apps.pricing.curves import Curve
from b2b_apps.pricing.kept_rules import rules_compiled
from b2b_apps.pricing.loading import conversion_for, tail_of
from b2b_apps.pricing.rules import WITHOUT_PRICE, Rule
from b2b_apps.pricing.tariff import ListTerms, Tariff

# What a rule asks of goods; all has to hold.
Asked = frozenset[Condition]


@dataclass(frozen=True, slots=True)
class PositionRule:
    """A rule that may concern goods whose price a list gives, and what it asks of them."""

    rule: Rule
    asks: Asked


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the chain: goods that ``list_id`` has and none of the lists ``before`` it.

    ``column`` is the list of the chain that the price is of: itself, or one reckoned from it.
    """

    list_id: int
    before: tuple[int, ...]
    column: ListTerms
    level: Level
    vat_mode: str
    rules: tuple[PositionRule, ...]

    @property
    def is_own(self) -> bool:
        """Whether few contracts share it, or its prices are no matter of one amount: the price of
        a project may begin at a quantity.
        """
        return self.column.kind == PROJECT or (
            self.column.is_agreed and self.list_id == self.column.pk
        )

    @property
    def heeds_vat(self) -> bool:
        """Whether goods of different VAT rates have different curves."""
        return self.level.heeds_vat(self.vat_mode) or (
            bool(self.rules) and self.column.includes_vat != (self.vat_mode == "included")
        )

    def curves(
        self, rules: Sequence[Rule], *, vat_percent: Decimal | None, has_cost: bool
    ) -> tuple[Curve, Curve]:
        """Return the least and the most that goods cost whom these rules concern; one and the
        same where no floor can stop a rule.
        """
        factor = self.level.factor_at(vat_mode=self.vat_mode, vat_percent=vat_percent)
        of_rules = vat_factor(
            includes_vat=self.column.includes_vat, vat_mode=self.vat_mode, vat_percent=vat_percent
        )
        low = Curve(factor, of_rules, rules)
        if not has_cost or not has_floor(rules):
            return low, low
        return low, Curve(factor, of_rules, rules, is_highest=True)


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """All places of a context's chain. ``refined_ids`` are lists that 1C's live prices stand in;
    ``costs`` those of purchase prices, the strongest first, if a rule asks for them.
    """

    tariff: Tariff
    positions: Sequence[Position]
    refined_ids: Sequence[int] = ()
    costs: Sequence[Level] = ()
    conditions: Sequence[Condition] = field(default=())

    @property
    def heeds_vat(self) -> bool:
        """Whether VAT rates of goods matter anywhere."""
        return any(p.heeds_vat for p in self.positions) or any(
            level.heeds_vat(p.vat_mode) for level in self.costs for p in self.positions[:1]
        )

    @property
    def cost_ids(self) -> Sequence[int]:
        """All lists of purchase prices that may stop a rule."""
        return [level.list_id for level in self.costs]

    @property
    def list_ids(self) -> Sequence[int]:
        """All lists that decide a price."""
        return tuple(dict.fromkeys((*(p.list_id for p in self.positions), *self.refined_ids)))


def has_floor(rules: Sequence[Rule]) -> bool:
    """Whether a purchase price may stop one of the rules."""
    return any(rule.terms.floor_percent is not None for rule in rules)


def has_price(rules: Sequence[Rule]) -> bool:
    """Whether these rules leave a price."""
    return not any(rule.terms.action in WITHOUT_PRICE for rule in rules)


def stream_plan(*, context: TradeContext, tariff: Tariff) -> StreamPlan:
    """Return the places of a context's chain with the rules that may work there. No query."""
    conversion = conversion_for(context, tariff)
    compiled = rules_compiled(tariff=tariff, context=context, conversion=conversion)
    rules = [rule for rule in compiled if rule.refusal is None]

    def levels(terms: ListTerms) -> Sequence[Level]:
        return levels_of(terms, lists=tariff.lists, day=tariff.day, conversion=conversion)

    chain = dict.fromkeys((*context.price_list_ids, *tail_of(context, tariff)))
    shown = [tariff.lists[pk] for pk in chain if pk in tariff.lists]
    shown = [terms for terms in shown if not terms.is_cost]
    refined = next((t for t in shown if t.kind == REFINED and levels(t)), None)
    positions: list[Position] = []
    before: list[int] = []
    for terms in shown:
        if terms.kind == REFINED:
            continue
        for level in levels(terms):
            if level.list_id not in before:
                positions.append(
                    Position(
                        level.list_id, tuple(before), terms, level, context.vat_mode,
                        _rules_of(terms, rules),
                    )
                )  # fmt: skip
                before.append(level.list_id)
    working = [found for position in positions for found in position.rules]
    with_cost = has_floor([found.rule for found in working])
    purchase = [terms for terms in tariff.lists.values() if terms.is_cost and with_cost]
    costs: dict[int, Level] = {}
    for terms in sorted(purchase, key=lambda terms: (terms.name, terms.pk)):
        for level in levels(terms):
            costs.setdefault(level.list_id, level)
    return StreamPlan(
        tariff=tariff,
        positions=tuple(positions),
        refined_ids=tuple(level.list_id for level in levels(refined)) if refined else (),
        costs=tuple(costs.values()),
        conditions=tuple(dict.fromkeys(c for found in working for c in found.asks)),
    )


def _rules_of(terms: ListTerms, rules: Sequence[Rule]) -> tuple[PositionRule, ...]:
    """The rules that may work for goods whose price a list gives, up to one that ends all."""
    found: list[PositionRule] = []
    for rule in rules:
        of_lists = [c for c in rule.goods_conditions if c.kind == "price_list"]
        if any((terms.pk in c.values) == c.is_not for c in of_lists):
            continue
        if terms.is_agreed and rule.spares_agreed and terms.pk not in rule.named_list_ids:
            continue
        asks = frozenset(c for c in rule.goods_conditions if c.kind != "price_list")
        found.append(PositionRule(rule, asks))
        if not asks and rule.is_last:
            break
    return tuple(found)
