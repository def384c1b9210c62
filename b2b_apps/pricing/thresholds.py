"""Prices of a whole basket: its sum may put another list in the price type's place (C6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from b2b_apps.core.money import HUNDRED, round_sum
from b2b_apps.pricing.book import PriceBook

ZERO = Decimal(0)


class Threshold(NamedTuple):
    """From ``minimum_sum`` on, in the contract's currency, prices of the target hold."""

    minimum_sum: Decimal
    target_id: int
    target_name: str


@dataclass(frozen=True)
class BasketPrices:
    """What the goods of a basket cost together; ``quantities`` by product, in base units.

    Sums are of ``counted`` products alone, those that can leave now; None counts all. ``usual``
    prices decide with their sum which threshold is reached; ``book`` has the prices that follow
    from it. ``known_sum`` is that sum where it is known and not all products are at hand.
    """

    usual: PriceBook
    quantities: Mapping[int, Decimal]
    counted: Collection[int] | None = None
    known_sum: Decimal | None = None

    @cached_property
    def summed(self) -> Mapping[int, Decimal]:
        """What the sums are of."""
        if self.counted is None:
            return self.quantities
        return {pk: number for pk, number in self.quantities.items() if pk in self.counted}

    @cached_property
    def thresholds(self) -> Sequence[Threshold]:
        """Those of the price type whose list can be used, the smallest sum first."""
        loaded = self.usual.loaded
        found = []
        for terms in loaded.tariff.thresholds:
            price_type = loaded.tariff.lists.get(terms.price_list_id)
            target = loaded.columns.get(terms.target_id)
            factor = price_type and loaded.conversion.factor_from(price_type.currency)
            if terms.price_list_id == self.usual.own_list_ids[-1] and target and factor:
                minimum = round_sum(factor.of(terms.minimum_sum))
                found.append(Threshold(minimum, target.terms.pk, target.terms.name))
        return sorted(found)

    @cached_property
    def usual_sum(self) -> Decimal:
        """The sum with VAT at usual prices."""
        if self.known_sum is not None:
            return self.known_sum
        return _sum_of(self.usual, self.summed)

    @cached_property
    def reached(self) -> Threshold | None:
        return next((t for t in reversed(self.thresholds) if t.minimum_sum <= self.usual_sum), None)

    @cached_property
    def next(self) -> Threshold | None:
        """The next threshold to be reached."""
        return next((t for t in self.thresholds if t.minimum_sum > self.usual_sum), None)

    @property
    def missing(self) -> Decimal:
        """What the usual sum lacks to the next threshold."""
        return self.next.minimum_sum - self.usual_sum if self.next else ZERO

    @property
    def percent(self) -> Decimal:
        """How far the usual sum has come to the next threshold."""
        return self.usual_sum * HUNDRED / self.next.minimum_sum if self.next else HUNDRED

    @cached_property
    def book(self) -> PriceBook:
        """The prices that hold for this basket."""
        return self.usual.with_price_type(self.reached.target_id) if self.reached else self.usual

    @cached_property
    def promo_saving(self) -> Decimal:
        """By how much the promo code of the context makes the goods cheaper, with VAT."""
        loaded = self.usual.loaded
        others = [rule for rule in loaded.rules if not rule.terms.promo_code]
        if len(others) == len(loaded.rules):
            return ZERO
        without = BasketPrices(self.usual.with_rules(others), self.summed)
        sums = [_sum_of(prices.book, self.summed) for prices in (without, self)]
        return sums[0] - sums[1]

    @property
    def has_promo_rules(self) -> bool:
        """Whether a rule is asked for by the context's promo code, in force or not."""
        return any(rule.terms.promo_code for rule in self.usual.loaded.rules)

    @property
    def is_promo_working(self) -> bool:
        """Whether a rule of the context's promo code is in force for this buyer."""
        return any(
            rule.terms.promo_code and rule.refusal is None for rule in self.usual.loaded.rules
        )


def _sum_of(book: PriceBook, quantities: Mapping[int, Decimal]) -> Decimal:
    return sum(
        (
            price.line_at(quantity).incl_tax
            for pk, quantity in quantities.items()
            if (price := book.price(pk)) is not None
        ),
        Decimal("0.00"),
    )
