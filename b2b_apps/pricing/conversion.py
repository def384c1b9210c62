"""From one currency to another, and into or out of VAT: factors, no rounding."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from b2b_apps.core.context import TradeContext
from b2b_apps.core.money import HUNDRED

ROUBLE = "RUB"
ONE = Decimal(1)
# The Bank of Russia sets no rates on holidays; after the longest of them a rate is ten days old.
FRESH = timedelta(days=10)


class DayRate(NamedTuple):
    """Roubles per unit of a currency; ``source``: bank, hand or fixed (by the contract)."""

    rate: Decimal
    day: date
    source: str


class Factor(NamedTuple):
    """What an amount is multiplied and divided by."""

    times: Decimal = ONE
    by: Decimal = ONE

    def of(self, amount: Decimal) -> Decimal:
        return amount * self.times / self.by

    def and_then(self, other: "Factor") -> "Factor":
        return Factor(self.times * other.times, self.by * other.by)


SAME = Factor()


@dataclass(frozen=True, slots=True)
class Conversion:
    """The rates of one contract on one day.

    Its rate of a currency is the one fixed in the contract, else the day's, raised by its markup.
    The fixed rate is of the contract's own currency; where that is the rouble, of the first
    foreign currency of its lists, seen from the price type up. Between two foreign currencies
    the way leads through the rouble.
    """

    currency: str
    day: date
    rates: Mapping[str, DayRate]
    markup_percent: Decimal = Decimal(0)
    fixed: tuple[str, Decimal] | None = None

    def rate_of(self, currency: str) -> DayRate | None:
        """The rate that the contract goes by, markup not added; None if there is none."""
        if self.fixed is not None and self.fixed[0] == currency:
            return DayRate(self.fixed[1], self.day, "fixed")
        return self.rates.get(currency)

    def is_stale(self, rate: DayRate) -> bool:
        return self.day - rate.day > FRESH

    def factor_from(self, currency: str) -> Factor | None:
        """What makes an amount of ``currency`` one of the contract's; None without a rate."""
        if currency == self.currency:
            return SAME
        theirs, ours = self._roubles(currency), self._roubles(self.currency)
        return None if theirs is None or ours is None else Factor(theirs, ours)

    def _roubles(self, currency: str) -> Decimal | None:
        if currency == ROUBLE:
            return ONE
        rate = self.rate_of(currency)
        return None if rate is None else rate.rate * (HUNDRED + self.markup_percent) / HUNDRED


def fixed_rate_of(
    *, context: TradeContext, currencies: Mapping[int, str]
) -> tuple[str, Decimal] | None:
    """Return (currency, roubles per unit) fixed in the contract, or None.

    ``currencies`` are those of price lists by id.
    """
    if context.rate_policy != "fixed" or not context.fixed_rate:
        return None
    if context.currency != ROUBLE:
        return context.currency, context.fixed_rate
    own = [currencies.get(pk, ROUBLE) for pk in reversed(context.price_list_ids)]
    foreign = next((currency for currency in own if currency != ROUBLE), None)
    return None if foreign is None else (foreign, context.fixed_rate)


def vat_factor(*, includes_vat: bool, vat_mode: str, vat_percent: Decimal | None) -> Factor:
    """What takes VAT out of a price, or adds it, so that it reads as the contract reckons."""
    if not vat_percent or includes_vat == (vat_mode == "included"):
        return SAME
    gross = HUNDRED + vat_percent
    return Factor(HUNDRED, gross) if includes_vat else Factor(gross, HUNDRED)
