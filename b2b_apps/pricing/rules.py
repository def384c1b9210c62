"""Price rules, pure: which work in a context, and what each makes of a price."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import inf
from typing import Any, NamedTuple

from b2b_apps.core.context import TradeContext
from b2b_apps.core.money import HUNDRED, round_to_step, round_unit_price
from b2b_apps.pricing.conditions import (
    Condition,
    conditions_from,
    of_goods,
    unmet_by_context,
    unmet_by_goods,
)
from b2b_apps.pricing.conversion import Conversion, Factor
from b2b_apps.pricing.goods import Features, Goods

ZERO = Decimal(0)
# Actions that leave no price; none of the rules after them works.
WITHOUT_PRICE = ("on_request", "unavailable")


class RuleTerms(NamedTuple):
    """A rule as it is stored."""

    pk: int
    name: str
    state: str
    action: str
    value: Decimal | None
    currency: str
    conditions: Any
    valid_from: datetime | None
    valid_to: datetime | None
    round_to: Decimal | None
    max_change: Decimal | None
    floor_percent: Decimal | None
    is_final: bool
    promo_code: str
    priority: int = 100
    with_agreed: bool = False

    @classmethod
    def from_json(cls, row: Sequence[Any]) -> "RuleTerms":
        """Read the array that ``tariff`` selects; conditions are read at once."""
        pk, name, state, action, value, currency, conditions, starts, ends, *rest = row
        round_to, max_change, floor_percent, is_final, promo_code, priority, with_agreed = rest
        return cls(
            pk, name, state, action, _decimal(value), currency, tuple(conditions_from(conditions)),
            _moment(starts), _moment(ends),
            _decimal(round_to), _decimal(max_change), _decimal(floor_percent),
            is_final, promo_code, priority, with_agreed,
        )  # fmt: skip

    @classmethod
    def from_model(cls, rule: Any) -> "RuleTerms":
        """Read a PriceRule, saved or not."""
        return cls(rule.pk or 0, *(getattr(rule, name) for name in cls._fields[1:]))

    def is_due(self, moment: datetime) -> bool:
        """Whether ``moment`` is within the term; its end is outside."""
        return (self.valid_from is None or self.valid_from <= moment) and (
            self.valid_to is None or moment < self.valid_to
        )


class Refusal(NamedTuple):
    """Why a rule does not work.

    ``code``: state, not_yet, over, promo_code, condition (``condition`` is the one), no_rate,
    agreed (the price was agreed with this buyer), no_price (there is none to change), after_final.
    """

    code: str
    condition: Condition | None = None


class Applied(NamedTuple):
    """What a rule made of a price; ``limit`` is cap or floor where that is what stopped it."""

    amount: Decimal
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule compiled for one context: ``refusal`` if nothing of this buyer can meet it.

    ``money`` makes its sums the contract's; ``goods_conditions`` are asked of each product.
    """

    terms: RuleTerms
    refusal: Refusal | None
    goods_conditions: Sequence[Condition]
    money: Factor | None

    @property
    def is_last(self) -> bool:
        """Whether no rule after it works, once it did."""
        return self.terms.is_final or self.terms.action in WITHOUT_PRICE

    @property
    def spares_agreed(self) -> bool:
        """Whether the rule leaves agreed prices alone, unless it names their list."""
        return not self.terms.with_agreed and self.terms.action != "unavailable"

    @property
    def named_list_ids(self) -> frozenset[int]:
        """Lists that the rule says it is for."""
        return frozenset(
            pk
            for condition in self.goods_conditions
            if condition.kind == "price_list" and not condition.is_not
            for pk in condition.values
        )

    def refusal_for(
        self, item: Goods, features: Features, list_id: int, *, is_agreed: bool = False
    ) -> Refusal | None:
        """Why the rule does not work for a product whose price a list gives (0: none does).

        ``is_agreed``: the list is the contract's own or a project's; what was agreed stands, but
        for a rule that names the list, or says so, or takes the product off sale.
        """
        if self.refusal is not None:
            return self.refusal
        unmet = unmet_by_goods(self.goods_conditions, item, features, list_id)
        if unmet is not None:
            return Refusal("condition", unmet)
        if is_agreed and self.spares_agreed and list_id not in self.named_list_ids:
            return Refusal("agreed")
        if self.terms.action in WITHOUT_PRICE:
            return None
        return None if list_id else Refusal("no_price")

    def applied(self, amount: Decimal, *, vat: Factor, cost: Decimal | None) -> Applied:
        """Return what becomes of a unit price, four decimals.

        ``vat`` makes the rule's sums read as the contract reckons; ``cost`` is the purchase
        price, or None where there is none to keep above.
        """
        terms = self.terms
        wanted = max(self._wanted(amount, vat), ZERO)
        # Rounding never makes a gift: what is nearer to nothing than to a step stays as it is.
        rounded = round_to_step(wanted, terms.round_to) if terms.round_to else ZERO
        wanted, limit = rounded or round_unit_price(wanted), ""
        if terms.max_change is not None:
            cap = round_unit_price(self.sum_of(terms.max_change, vat))
            kept = min(max(wanted, amount - cap), amount + cap)
            wanted, limit = kept, "cap" if kept != wanted else ""
        if terms.floor_percent is not None and cost is not None and wanted < amount:
            floor = round_unit_price(cost * (HUNDRED + terms.floor_percent) / HUNDRED)
            if wanted < floor:
                return Applied(min(amount, floor), "floor")
        return Applied(wanted, limit)

    def _wanted(self, amount: Decimal, vat: Factor) -> Decimal:
        value = self.terms.value or ZERO
        if self.terms.action == "percent":
            return amount * (HUNDRED + value) / HUNDRED
        sum_ = self.sum_of(value, vat)
        return sum_ if self.terms.action == "fixed" else amount + sum_

    def sum_of(self, value: Decimal, vat: Factor) -> Decimal:
        """A sum of the rule as the contract reckons."""
        return vat.of(self.money.of(value) if self.money else value)


class Link(NamedTuple):
    """A rule as ``amount_after_all`` reads it: price × ``times``, or else + ``plus``; not below
    purchase price × ``floor``. Or the ``rule`` itself, to be asked: if it rounds, caps or sets.
    """

    times: Decimal | None = None
    plus: Decimal = ZERO
    floor: Decimal | None = None
    rule: Rule | None = None


def links_of(rules: Iterable[Rule], vat: Factor) -> Sequence[Link]:
    """Read rules that work as ``amount_after_all`` wants them, for goods of one VAT factor."""
    return [_link(rule, vat) for rule in rules]


def _link(rule: Rule, vat: Factor) -> Link:
    terms = rule.terms
    if terms.round_to or terms.max_change is not None or terms.action == "fixed":
        return Link(rule=rule)
    floor = terms.floor_percent
    floor = None if floor is None else (HUNDRED + floor) / HUNDRED
    value = terms.value or ZERO
    if terms.action == "percent":
        return Link(max((HUNDRED + value) / HUNDRED, ZERO), floor=floor)
    return Link(plus=rule.sum_of(value, vat), floor=floor)


def amount_after_all(
    links: Iterable[Link], amount: Decimal, *, vat: Factor, cost: Decimal | None
) -> Decimal:
    """Return what becomes of a unit price by rules one after another: as ``Rule.applied`` of each,
    in a third of the time, as it is done for thousands.
    """
    for times, plus, floor, rule in links:
        if rule is not None:
            amount = rule.applied(amount, vat=vat, cost=cost).amount
            continue
        wanted = max(amount + plus, ZERO) if times is None else amount * times
        wanted = round_unit_price(wanted)
        if floor is not None and cost is not None and wanted < amount:
            lowest = round_unit_price(cost * floor)
            if wanted < lowest:
                wanted = lowest if lowest < amount else amount
        amount = wanted
    return amount


def compiled(
    rules: Iterable[RuleTerms],
    *,
    context: TradeContext,
    moment: datetime,
    conversion: Conversion,
) -> Sequence[Rule]:
    """Return the rules in their order, each with what the context alone says of it."""
    return tuple(
        _compiled(terms, context=context, moment=moment, conversion=conversion)
        for terms in sorted(rules, key=_place)
    )


def _place(terms: RuleTerms) -> tuple[int, float]:
    # One that is not stored yet gets the largest id when it is.
    return terms.priority, terms.pk or inf


def _compiled(
    terms: RuleTerms, *, context: TradeContext, moment: datetime, conversion: Conversion
) -> Rule:
    money = conversion.factor_from(terms.currency)
    conditions = conditions_from(terms.conditions)
    refusal = _refusal(terms, conditions, context, moment)
    if refusal is None and money is None and _has_sums(terms):
        refusal = Refusal("no_rate")
    return Rule(terms, refusal, of_goods(conditions), money)


def refusal_in(terms: RuleTerms, context: TradeContext, moment: datetime) -> Refusal | None:
    """Why a rule works for nothing of a context at a moment, or None."""
    return _refusal(terms, conditions_from(terms.conditions), context, moment)


def _refusal(
    terms: RuleTerms, conditions: Iterable[Condition], context: TradeContext, moment: datetime
) -> Refusal | None:
    if terms.state != "live":
        return Refusal("state")
    if not terms.is_due(moment):
        is_early = terms.valid_from is not None and moment < terms.valid_from
        return Refusal("not_yet" if is_early else "over")
    if terms.promo_code and terms.promo_code.casefold() != context.promo_code.casefold():
        return Refusal("promo_code")
    unmet = unmet_by_context(conditions, context)
    return Refusal("condition", unmet) if unmet is not None else None


def _has_sums(terms: RuleTerms) -> bool:
    return terms.action in {"step", "fixed"} or terms.max_change is not None


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
