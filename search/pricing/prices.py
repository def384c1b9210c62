"""The prices of one context in one search: order, range, spread.

Most rows stand in leaves and are never priced one by one. The rest is known by ids and priced by
the price book: what the contract has of its own, SKUs that differ, parts too small to bother.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.streams import Position, StreamPlan
from search.bodies.clauses import num_clauses
from search.bodies.filters import (
    ALL,
    NOTHING,
    all_of,
    any_lazily,
    any_of,
    each_of,
    either,
    only_counted,
)
from search.engines.base import Asked, Body
from search.keeping import Seeing, kept
from search.live import LiveIndex
from search.merging import LIMIT, Merge, Stream
from search.ordering import BY_ID, Part, page_of
from search.pricing.conditions import (
    Vocabulary,
    is_indexed,
    varying_clauses,
    vocabulary_aggs,
    vocabulary_of,
)
from search.pricing.leaves import Leaf, LeafMaker, TooManyPartsError, placed
from search.pricing.listed import ListedPrices
from search.pricing.listing import Listing
from search.pricing.own import is_plain, own_prices
from search.pricing.rows import TooManyPricesError, row_prices
from search.pricing.spread import price_spread
from search.query import PriceSpread, SearchQuery

# More rows are not held for a single page.
MOST_KNOWN = 40_000
# Of the thousand that a request may have: the end of a page leaves out the parts of what a range
# of prices, as long again, has found.
MOST_CLAUSES = 400
# So few rows are priced at once, without looking for parts; under rules that ask of goods more: to
# find out after a commit what all conditions hold of takes ten times as long.
FEW, FEW_UNDER_RULES = 40, 100
# So many rows are reckoned at once where no rule asks of goods; parts are few then.
MOST_PLAIN = 40_000
# So few prices are listed rather than counted in ranges.
FEW_LISTED = 1_500
# Parts whose prices are known within bounds only are priced at once up to this size.
FEW_WITHIN_BOUNDS = 500


class Prices(Protocol):
    """The prices of what a base finds."""

    def page(self, query: Body, *, offset: int, size: int, is_descending: bool) -> list[int]:
        """Ids of a page by price, then by id; what has no price comes last either way."""

    def between(self, first: int, last: int) -> Body:
        """The rows of the base that cost from ``first`` to ``last``, both inclusive."""

    def spread(self, query: Body, asked: SearchQuery) -> PriceSpread | None:
        """The spread of prices of what a query finds; None if there is nothing to choose."""


@dataclass(slots=True)
class StreamPrices:
    """``leaves`` and ``rest`` together are all rows of ``base`` that may have a price; they share
    none. ``base`` heeds no filter.
    """

    index: LiveIndex
    context: TradeContext
    plan: StreamPlan
    base: Body
    leaves: Sequence[Leaf]
    rest: Body | None
    own: Sequence[tuple[Position, Body]] = ()
    _known: dict[int, int | None] = field(default_factory=dict)

    @property
    def is_listed(self) -> bool:
        """Whether so few rows are in the leaves, all exact, that their prices can be listed."""
        is_exact = all(leaf.is_exact for leaf in self.leaves)
        return is_exact and sum(leaf.num for leaf in self.leaves) <= FEW_LISTED

    def known_in(self, query: Body) -> dict[int, int]:
        """Prices of the rows of a query that no leaf has; rows without one are left out.

        Raises TooManyPricesError.
        """
        ids = [] if self.rest is None else self._ids(query, self.rest)
        for position, clause in self.own:
            own = self._ids(query, clause)
            new = [pk for pk in own if pk not in self._known]
            tariff = self.plan.tariff
            self._known |= own_prices(position=position, tariff=tariff, row_ids=new)
            ids += own
        return self.exact(ids)

    def _ids(self, query: Body, clause: Body) -> list[int]:
        asked = {"bool": {"filter": [query, clause]}}
        found = self.index.engine.ids(asked, limit=MOST_KNOWN + 1)
        if len(found) > MOST_KNOWN:
            raise TooManyPricesError
        return list(found)

    def exact(self, ids: Sequence[int]) -> dict[int, int]:
        """What rows cost, by the price book; those without a price are left out."""
        new = [pk for pk in ids if pk not in self._known]
        if new:
            found = row_prices(context=self.context, tariff=self.plan.tariff, row_ids=new)
            self._known |= {pk: found.get(pk) for pk in new}
        return {pk: value for pk in ids if (value := self._known[pk]) is not None}

    def streams(self, query: Body) -> list[Stream]:
        """The leaves of a query."""
        return [leaf.within(query) for leaf in self.leaves]

    def page(self, query: Body, *, offset: int, size: int, is_descending: bool) -> list[int]:
        """Ids of a page by price, then by id; what has no price comes last either way."""
        known = self.known_in(query)
        merge = Merge(
            engine=self.index.engine,
            streams=self.streams(query),
            known=[(value, pk) for pk, value in known.items()],
            is_descending=is_descending,
            exact=self.exact,
        )
        found = merge.page(offset=offset, size=size)
        if len(found) < size:
            tail = Part(self._without_price(query, known), BY_ID)
            start = max(0, offset - merge.total())
            found += page_of(self.index.engine.search, [tail], offset=start, size=size - len(found))
        return found

    def between(self, first: int, last: int) -> Body:
        """The rows of the base that cost from ``first`` to ``last``, both inclusive."""
        known = self.known_in(self.base)
        ids = [pk for pk, value in known.items() if first <= value <= last]
        clauses = []
        for leaf in self.leaves:
            low, high = leaf.high.first(first), leaf.low.first(last + 1) - 1
            if leaf.is_exact:
                clauses += [_within(leaf, low, high)] if low <= high else []
                continue
            sure = leaf.low.first(first), leaf.high.first(last + 1) - 1
            if sure[0] <= sure[1]:
                clauses.append(_within(leaf, *sure))
                doubtful = [(low, sure[0] - 1), (sure[1] + 1, high)]
            else:
                doubtful = [(low, high)]
            ids += self._priced_within(leaf, doubtful, first, last)
        clauses = self._short(self.base, clauses)
        if ids:
            clauses.append(any_of("id", sorted(ids)))
        return any_lazily(clauses)

    def spread(self, query: Body, asked: SearchQuery) -> PriceSpread | None:
        """See ``price_spread``."""
        return price_spread(prices=self, query=query, asked=asked)

    def _short(self, query: Body, clauses: list[Body]) -> list[Body]:
        """The clauses, or the ids of the rows of a query that they find, where all of them would
        make a request too long for an engine; one request for each. Raises TooManyPricesError.
        """
        if sum(map(num_clauses, clauses)) <= MOST_CLAUSES:
            return clauses
        ids = {pk for clause in clauses for pk in self._ids(query, clause)}
        if len(ids) > MOST_KNOWN:
            raise TooManyPricesError
        return [any_of("id", sorted(ids))] if ids else []

    def _priced_within(
        self, leaf: Leaf, spans: Sequence[tuple[int, int]], first: int, last: int
    ) -> list[int]:
        """Rows of a leaf within doubtful spans of its column that cost what is asked."""
        clauses = [_within(leaf, low, high) for low, high in spans if low <= high]
        if not clauses:
            return []
        ids = self._ids(self.base, either(clauses))
        return [pk for pk, value in self.exact(ids).items() if first <= value <= last]

    def _without_price(self, query: Body, known: Mapping[int, int]) -> Body:
        must_not = self._short(query, [leaf.clause for leaf in self.leaves])
        must_not += [any_of("id", sorted(known))] if known else []
        return {"bool": {"filter": [query], "must_not": must_not}}


def prices_in(
    *,
    index: LiveIndex,
    context: TradeContext,
    plan: StreamPlan,
    base: Body,
    total: int,
) -> Prices:
    """Return the prices of what a base finds, ``total`` rows of it.

    No query. Requests as ``LeafMaker.leaves``, none where all rows are reckoned at once.
    """
    everything = StreamPrices(index, context, plan, base, (), base)
    few = FEW_UNDER_RULES if plan.conditions else FEW
    if total <= few or not all(is_indexed(condition) for condition in plan.conditions):
        return everything
    vocabulary = _vocabulary(index.engine, base, plan)
    apart, mixed = _apart(plan, vocabulary), _mixed(context, plan)
    if total <= most_listed(index.engine, plan):
        listing = Listing(index, context, plan, vocabulary, apart, mixed)
        return ListedPrices(listing, base, total)
    if mixed is not NOTHING:
        apart.append(mixed)

    def count(clauses: Sequence[Body]) -> Sequence[int]:
        bodies = [only_counted({"bool": {"filter": [base, c]}}) for c in clauses]
        return [answer.total for answer in index.engine.search(bodies)] if bodies else []

    maker = LeafMaker(index=index, plan=plan, vocabulary=vocabulary, apart=apart, count=count)
    try:
        leaves = maker.leaves()
    except TooManyPartsError:
        return everything
    small = [leaf for leaf in leaves if not leaf.is_exact and leaf.num <= FEW_WITHIN_BOUNDS]
    rest = [*apart, *(leaf.clause for leaf in small)]
    own: list[tuple[Position, Body]] = []
    for position in plan.positions:
        if maker.is_streamed(position):
            continue
        if is_plain(position):
            own.append((position, maker.clause_of(position)))
        else:
            rest.append(placed(position))
    kept = [leaf for leaf in leaves if leaf not in small]
    return StreamPrices(index, context, plan, base, kept, any_lazily(rest), own)


def most_listed(engine: Asked, plan: StreamPlan) -> int:
    """How many rows are reckoned at once rather than part by part, which is slower for few, and
    where rules ask of goods. A server sends columns over the net: parts are better, if they can be.
    """
    if plan.conditions:
        return engine.most_columns
    return MOST_PLAIN if isinstance(engine, Seeing) else 0


def _vocabulary(engine: Asked, base: Body, plan: StreamPlan) -> Vocabulary:
    """How what rules ask of is written: in the whole index, if that is kept, else in the base. One
    request, or none.
    """
    aggs = vocabulary_aggs(plan)
    if not aggs:
        return Vocabulary()
    if isinstance(engine, Seeing):
        return vocabulary_of(kept.answer(engine, {"query": ALL, "size": 0, "aggs": aggs}))
    (answer,) = engine.search([{"query": base, "size": 0, "aggs": aggs}])
    return vocabulary_of(answer)


def _apart(plan: StreamPlan, vocabulary: Vocabulary) -> list[Body]:
    """Rows whose price is no function of one column."""
    clauses = [any_of("odd", [1]), *each_of("part", plan.list_ids)]
    clauses += varying_clauses(plan, vocabulary)
    if plan.refined_ids:
        clauses += each_of("lists", plan.refined_ids)
    return clauses


def _mixed(context: TradeContext, plan: StreamPlan) -> Body:
    """Rows some SKUs of which are named by a rule of prices, or of the assortment, which may hide
    them.
    """
    named = {pk for c in plan.conditions if c.kind == "product" for pk in c.values}
    named.update(
        pk for c in context.assortment.conditions if c.kind == "product" for pk in c.values
    )
    return any_of("skus", sorted(named))


def _within(leaf: Leaf, low: int, high: int) -> Body:
    if low <= 0 and high >= LIMIT - 1:
        return leaf.clause
    bounds = {"gte": max(low, 0), "lte": high}
    return all_of(leaf.clause, {"range": {leaf.field: bounds}})
