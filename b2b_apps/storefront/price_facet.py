"""The spread of my prices in a listing, drawn over the filter of prices."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from b2b_apps.storefront.listing_query import ListingQuery

NUM_BARS = 20


@dataclass(frozen=True, slots=True)
class PriceFacet:
    """The spread of my prices; bars are per cent of the highest, ``first`` to ``last`` chosen."""

    lowest: Decimal
    highest: Decimal
    bars: Sequence[int]
    first: int
    last: int


def price_facet(*, prices: Iterable[Decimal], query: ListingQuery) -> PriceFacet | None:
    """Return the spread of prices in bars of one width; None if there is nothing to choose."""
    prices = sorted(prices)
    if len(prices) < 2 or prices[0] == prices[-1]:
        return None
    lowest, highest = prices[0], prices[-1]
    # A few dear goods would flatten the rest: the last bar takes the top two per cent.
    top = max(prices[len(prices) * 98 // 100], lowest + Decimal("0.01"))
    width = (top - lowest) / NUM_BARS
    bars = Counter(min(int((price - lowest) / width), NUM_BARS - 1) for price in prices)
    most = max(bars.values())
    first = _bar(query.price_from, lowest, width, 0)
    last = _bar(query.price_to, lowest, width, NUM_BARS - 1) + 1
    heights = [max(4, bars[place] * 100 // most) if bars[place] else 0 for place in range(NUM_BARS)]
    return PriceFacet(lowest, highest, heights, first, last)


def _bar(amount: Decimal | None, lowest: Decimal, width: Decimal, otherwise: int) -> int:
    if amount is None:
        return otherwise
    return min(max(int((amount - lowest) / width), 0), NUM_BARS - 1)
