"""The order, the range and the spread of prices that were reckoned for all rows at once."""

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np

from b2b_apps.pricing.many import Amounts
from search.bodies.filters import any_of
from search.engines.base import Body
from search.merging import LIMIT
from search.pricing.listing import Flags, Listing, RowPrices
from search.pricing.rows import TooManyPricesError, row_prices
from search.pricing.spread import KOPECK, NUM_BARS, ROUND, spread_of
from search.query import PriceSpread, SearchQuery

# So many unsure prices are settled for bars; of more rows bars are those of the lower bounds.
FEW_UNSURE = 40
# Engines take no more ids in a clause.
MOST_NAMED = 60_000


@dataclass(slots=True)
class ListedPrices:
    """``total`` is how many rows the base has, whom no filter was asked of. The book is asked of
    rows only as far as bounds leave their place open.
    """

    listing: Listing
    base: Body
    total: int
    _found: list[tuple[Body, RowPrices]] = field(default_factory=list)

    def page(self, query: Body, *, offset: int, size: int, is_descending: bool) -> list[int]:
        """Ids of a page by price, then by id; what has no price comes last either way.

        Queries as ``row_prices``, for the rows that bounds leave open.
        """
        rows = self.rows(query)
        places = self._first(rows, offset + size, is_descending=is_descending)
        found: list[int] = rows.ids[places[offset : offset + size]].tolist()
        if len(found) < size:
            without = rows.ids[~rows.has]
            start = max(0, offset - len(places))
            found += without[start : start + size - len(found)].tolist()
        return found

    def between(self, first: int, last: int) -> Body:
        """The rows of the base that cost from ``first`` to ``last``, both inclusive.

        Raises TooManyPricesError.
        """
        rows = self.rows(self.base)
        doubtful = rows.is_unsure & (rows.low <= last) & (rows.high >= first)
        # A row without an end may have no price.
        is_open = (rows.low < first) | (rows.high > last) | (rows.high >= LIMIT)
        self._settle(rows, doubtful & is_open)
        ids = rows.ids[rows.has & (rows.low >= first) & (rows.high <= last)]
        if len(ids) > MOST_NAMED:
            raise TooManyPricesError
        return any_of("id", ids.tolist())

    def spread(self, query: Body, asked: SearchQuery) -> PriceSpread | None:
        """The spread of prices of what a query finds; None if there is nothing to choose."""
        rows = self.rows(query)
        if np.count_nonzero(rows.is_unsure) <= FEW_UNSURE:
            self._settle(rows, rows.is_unsure)
        self._settle_ends(rows, asked)
        ends = [rows.low[place] for is_last in (False, True)
                for place in self._first(rows, 1, is_descending=is_last)[:1]]  # fmt: skip
        if not ends or ends[0] == ends[1]:
            return None
        lowest, highest = (int(end) for end in ends)
        values = np.sort(np.clip(rows.low[rows.has], lowest, highest))
        top = min(max(_top(values), lowest + KOPECK), highest)
        bounds = [lowest + -(-(top - lowest) * bar // NUM_BARS) for bar in range(1, NUM_BARS)]
        cuts = [0, *np.searchsorted(values, bounds).tolist(), len(values)]
        return spread_of(lowest, highest, top, np.diff(cuts).tolist(), asked)

    def _settle_ends(self, rows: RowPrices, asked: SearchQuery) -> None:
        """Ask the book at once of what both ends and the page need."""
        which = np.zeros(len(rows.ids), bool)
        for is_descending, sort in ((False, "price"), (True, "-price")):
            number = asked.offset + asked.size if asked.sort == sort else 1
            which[self._candidates(rows, number, is_descending=is_descending)] = True
        self._settle(rows, which & rows.is_unsure)

    def rows(self, query: Body) -> RowPrices:
        """The prices of what a query finds, reckoned once."""
        for known, rows in self._found:
            if known == query:
                return rows
        rows = self.listing.prices(query, limit=self.total)
        self._found.append((query, rows))
        return rows

    def _first(self, rows: RowPrices, number: int, *, is_descending: bool) -> Amounts:
        """Places of so many rows in the order of their prices, and perhaps of some more; of all
        that have a price, if they are fewer.
        """
        while True:
            places = self._candidates(rows, number, is_descending=is_descending)
            unsure = rows.is_unsure[places]
            if not unsure.any():
                break
            self._settle_at(rows, places[unsure])
        values = rows.low[places]
        order = np.lexsort((rows.ids[places], -values if is_descending else values))
        return places[order]

    def _candidates(self, rows: RowPrices, number: int, *, is_descending: bool) -> Amounts:
        """Places of rows that may be among the first: so many others stand before the rest."""
        sure = rows.has & (rows.high < LIMIT)
        if np.count_nonzero(sure) < number:
            return np.nonzero(rows.has)[0]
        if is_descending:
            least = -np.partition(-rows.low[sure], number - 1)[number - 1]
            return np.nonzero(rows.has & (rows.high >= least))[0]
        most = np.partition(rows.high[sure], number - 1)[number - 1]
        return np.nonzero(rows.has & (rows.low <= most))[0]

    def _settle(self, rows: RowPrices, which: Flags) -> None:
        self._settle_at(rows, np.nonzero(which)[0])

    def _settle_at(self, rows: RowPrices, places: Amounts) -> None:
        """Ask the book. Raises TooManyPricesError."""
        if len(places):
            listing = self.listing
            found = row_prices(
                context=listing.context,
                tariff=listing.plan.tariff,
                row_ids=rows.ids[places].tolist(),
            )
            rows.settle(places, found)


def _top(values: Amounts) -> int:
    """The least round sum that 98 of 100 prices do not exceed; LIMIT if there is none."""
    place = -(-len(values) * 98 // 100) - 1
    at: int = bisect_right(ROUND, int(values[place]) - 1)
    return ROUND[at] if at < len(ROUND) else LIMIT
