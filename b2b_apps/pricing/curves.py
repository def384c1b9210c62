"""What becomes of a stored amount under a list and some rules: a curve that never falls.

Amounts are whole ten-thousandths on both sides. It is what ``PriceBook`` reckons, with the same
functions and the same rounding, but for purchase prices: those are of each product alone, so a
curve gives the bounds that they leave.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cached_property

from b2b_apps.core.money import HUNDRED, round_unit_price
from b2b_apps.pricing.conversion import SAME, Factor
from b2b_apps.pricing.rules import Rule, amount_after_all, links_of

SCALE = 10_000
# No amount is as large: columns of amounts have ten digits before the point.
LIMIT = 10**16


class Curve:
    """The price of goods whose amounts stand in one list and that the same rules concern.

    ``factor`` makes the list's amounts the contract's; ``vat`` reads sums of rules as the list
    does. Two of the same terms are equal.
    """

    def __init__(
        self, factor: Factor, vat: Factor, rules: Sequence[Rule] = (), *, is_highest: bool = False
    ) -> None:
        self.factor = factor
        self.vat = vat
        self.rules = tuple(rules)
        self.is_highest = is_highest
        self._links = links_of(self.rules, vat)
        self._firsts: dict[int, int] = {}

    def of(self, raw: int) -> int:
        """What an amount costs; the least or the most that it can, where a floor may stop it."""
        amount = Decimal(raw) / SCALE
        if self.factor is not SAME:
            amount = round_unit_price(amount * self.factor.times / self.factor.by)
        if not self.is_highest:
            return int(amount_after_all(self._links, amount, vat=self.vat, cost=None) * SCALE)
        for rule, link in zip(self.rules, self._links, strict=True):
            after = amount_after_all([link], amount, vat=self.vat, cost=None)
            amount = after if rule.terms.floor_percent is None else max(after, amount)
        return int(amount * SCALE)

    def first(self, value: int) -> int:
        """The least amount that costs ``value`` or more; LIMIT if none does."""
        if value <= 0:
            return 0
        if self.is_plain:
            return min(value, LIMIT)
        found = self._firsts.get(value)
        if found is None:
            found = self._firsts[value] = least(
                lambda raw: self.of(raw) >= value, self._near(value)
            )
        return found

    @cached_property
    def is_plain(self) -> bool:
        """Whether amounts stay what they are."""
        return self.factor is SAME and not self.rules

    def _near(self, value: int) -> int:
        """An amount that costs about ``value``."""
        scale, shift = self._line
        return min(max(int((value - shift) / scale), 0), LIMIT) if scale > 0 else 0

    @cached_property
    def _line(self) -> tuple[float, float]:
        """The straight line that the curve goes along, were it not for rounding and limits."""
        scale, shift = float(self.factor.times / self.factor.by), 0.0
        for rule in self.rules:
            value = rule.terms.value or Decimal(0)
            if rule.terms.action == "percent":
                times = float((HUNDRED + value) / HUNDRED)
                scale, shift = scale * times, shift * times
            else:
                sum_ = float(self.vat.of(rule.money.of(value) if rule.money else value)) * SCALE
                scale, shift = (scale, shift + sum_) if rule.terms.action == "step" else (0.0, sum_)
        return scale, shift


def least(test: Callable[[int], bool], near: int) -> int:
    """The least number that passes a test which holds from some number on; LIMIT if none does.

    The search begins at ``near`` and doubles its steps, so a good guess takes a few tests.
    """
    step = 1
    if test(near):
        high = near
        while high > 0 and test(max(high - step, 0)):
            high, step = max(high - step, 0), step * 2
        low = max(high - step, -1) if high > 0 else -1
        if high == 0:
            return 0
    else:
        low = near
        while low + step < LIMIT and not test(low + step):
            low, step = low + step, step * 2
        if low + step >= LIMIT and not test(LIMIT - 1):
            return LIMIT
        high = min(low + step, LIMIT - 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if test(middle) else (middle, high)
    return high
