"""Curves of many amounts at once: what ``Rule.applied`` and ``Curve.of`` reckon, over arrays.

Amounts are whole ten-thousandths. Fractions are exact: a factor is a numerator and a denominator,
and where 64 bits would not hold a product, numbers of any length are reckoned with instead.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from b2b_apps.core.money import HUNDRED, half_up
from b2b_apps.pricing.conversion import SAME, Factor
from b2b_apps.pricing.curves import SCALE
from b2b_apps.pricing.rules import ZERO, Rule

Amounts = NDArray[np.int64]
# Below it twice a product and a denominator fit in 64 bits.
LARGEST = 2**61


def factored(amounts: Amounts, factor: Factor) -> Amounts:
    """Amounts of a list as the contract reckons them."""
    if factor is SAME or not len(amounts):
        return amounts
    times, by = factor.times.as_integer_ratio(), factor.by.as_integer_ratio()
    return _rounded(_scaled(amounts, times[0] * by[1], times[1] * by[0]), times[1] * by[0])


def amounts_after(
    rule: Rule, amounts: Amounts, *, vat: Factor, costs: Amounts | None = None
) -> Amounts:
    """What becomes of unit prices under a rule that leaves a price. ``costs`` are the purchase
    prices that may stop it, 0 where there is none.
    """
    if not len(amounts):
        return amounts
    terms = rule.terms
    wanted, den = _wanted(rule, amounts, vat)
    result = _rounded(wanted, den)
    if terms.round_to:
        num_step, den_step = (terms.round_to * SCALE).as_integer_ratio()
        steps = half_up(_scaled(wanted, den_step, den * num_step), den * num_step)
        rounded = _rounded(_scaled(steps, num_step, den_step), den_step)
        result = np.where(rounded > 0, rounded, result)
    if terms.max_change is not None:
        cap = half_up(*(rule.sum_of(terms.max_change, vat) * SCALE).as_integer_ratio())
        result = np.minimum(np.maximum(result, amounts - cap), amounts + cap)
    if costs is not None and terms.floor_percent is not None:
        num, den = ((HUNDRED + terms.floor_percent) / HUNDRED).as_integer_ratio()
        floors = _rounded(_scaled(costs, max(num, 0), den), den)
        stops = (result < amounts) & (result < floors)
        result = np.where(stops, np.minimum(amounts, floors), result)
    return result


def _wanted(rule: Rule, amounts: Amounts, vat: Factor) -> tuple[Any, int]:
    """What a rule makes of amounts before it is rounded: numerators, and their denominator."""
    terms = rule.terms
    value = terms.value or ZERO
    if terms.action == "percent":
        num, den = ((HUNDRED + value) / HUNDRED).as_integer_ratio()
        return _scaled(amounts, max(num, 0), den), den
    num, den = (rule.sum_of(value, vat) * SCALE).as_integer_ratio()
    if terms.action == "fixed":
        return _scaled(np.ones_like(amounts), max(num, 0), den), den
    return np.maximum(_scaled(amounts, den, den, more=abs(num)) + num, 0), den


def _scaled(amounts: Any, times: int, den: int, *, more: int = 0) -> Any:
    """Amounts times a number, of a length that bears rounding by ``den``."""
    if amounts.dtype != object and int(amounts.max()) * max(times, 1) + more + den >= LARGEST:
        amounts = amounts.astype(object)
    return amounts * times


def _rounded(numerators: Any, den: int) -> Amounts:
    found: Amounts = half_up(numerators, den).astype(np.int64)
    return found
