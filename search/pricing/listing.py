"""What all rows of a result cost, reckoned at once from their columns: exactly for most, within
bounds where a purchase price may stop a rule, or a row's SKUs are told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from b2b_apps.core.context import WHOLE, TradeContext
from b2b_apps.pricing.conditions import Condition
from b2b_apps.pricing.conversion import Factor
from b2b_apps.pricing.many import Amounts, amounts_after, factored
from b2b_apps.pricing.rules import WITHOUT_PRICE, Rule
from b2b_apps.pricing.streams import Asked, Position, PositionRule, StreamPlan
from search.bodies.filters import NOTHING, any_lazily, any_of, either
from search.engines.base import MISSING, Body
from search.fields import price_field
from search.keeping import Among, kept_rows
from search.live import LiveIndex
from search.merging import LIMIT
from search.pricing.conditions import Vocabulary, condition_clause
from search.pricing.leaves import NO_VAT
from search.pricing.own import is_plain, own_prices

Flags = NDArray[np.bool_]
HIDDEN = any_of("visibility", ["hidden"])
ON_REQUEST = any_of("visibility", ["on_request"])
ODD = any_of("odd", [1])
UNSHOWN = any_of("unshown", [1])


@dataclass(slots=True)
class RowPrices:
    """Prices of rows in the order of their ids, not below ``low`` and not above ``high``; ``has``
    is whether there may be one. The book has to be asked where ``is_unsure``. A row whose ``high``
    is LIMIT may turn out to have no price at all.
    """

    ids: Amounts
    low: Amounts
    high: Amounts
    has: Flags

    @property
    def is_unsure(self) -> Flags:
        return self.has & (self.low != self.high)

    def settle(self, places: Amounts, prices: Mapping[int, int]) -> None:
        """Put in what the book says of the rows at some places; those left out have no price."""
        found = [prices.get(int(pk), -1) for pk in self.ids[places]]
        self.low[places] = self.high[places] = found
        self.has[places] = self.low[places] >= 0


@dataclass(slots=True)
class Listing:
    """Reckons the prices of what queries find. ``apart`` are rows whose price is no function of
    one column, ``mixed`` those some SKUs of which a rule names or the context may not see.
    """

    index: LiveIndex
    context: TradeContext
    plan: StreamPlan
    vocabulary: Vocabulary
    apart: Sequence[Body]
    mixed: Body

    def prices(self, query: Body, *, limit: int) -> RowPrices:
        """The prices of what a query finds, at most ``limit`` rows. One request for the columns
        and one for each condition that is not kept. One query if the contract has prices of its
        own, one if SKUs of a row differ.
        """
        asked = [p.list_id for p in self.plan.positions if not p.is_own]
        slots = {pk: self.index.slots.price_slot(pk) for pk in (*asked, *self.plan.cost_ids)}
        fields = {pk: price_field(slot) for pk, slot in slots.items() if slot is not None}
        ids, *columns = self.index.engine.columns(query, ["id", *fields.values()], limit=limit)
        amounts = dict(zip(fields, columns, strict=True))
        return _Reckoning(self, query, ids, amounts).reckoned()

    def clauses(self) -> list[Body]:
        """What reckoning asks of rows; what it asks beside it costs a request more."""
        plan, vocabulary = self.plan, self.vocabulary
        conditions = [c._replace(is_not=False) for c in plan.conditions if c.kind != "product"]
        levels = [level.list_id for level in plan.costs]
        places = [position.list_id for position in plan.positions]
        found = [
            *(HIDDEN, ON_REQUEST, ODD, UNSHOWN),
            *(self.mixed, self.spread_out, any_of("lists", plan.refined_ids)),
            *map(_of_list, (*levels, *places)),
            *map(_differing, levels),
            *map(_in_part, places),
            *(_of_rate(text) for text in vocabulary.vats if _is_rate(text)),
            *(condition_clause(condition, vocabulary) for condition in conditions),
            *(_varying(condition) for condition in conditions if condition.kind == "attribute"),
        ]
        return [clause for clause in found if clause is not NOTHING]

    @property
    def spread_out(self) -> Body:
        """Rows whose price is no function of one column."""
        return any_lazily(self.apart)


@dataclass(slots=True)
class _Reckoning:
    """Prices of the rows of one query. ``left`` are rows whose SKUs some list before has not got,
    ``loose`` those whose SKUs are told apart, ``odd`` those of several VAT rates, brands or
    visibilities. ``costs`` are purchase prices, 0 where there is none; ``veiled`` are rows that
    have one which is not known.
    """

    listing: Listing
    query: Body
    ids: Amounts
    amounts: Mapping[int, Amounts]
    out: RowPrices = field(init=False)
    left: Flags = field(init=False)
    loose: Flags = field(init=False)
    odd: Flags = field(init=False)
    mixed: Flags = field(init=False)
    on_request: Flags = field(init=False)
    costs: Amounts = field(init=False)
    veiled: Flags = field(init=False)
    _among: Among = field(init=False)
    _met: dict[Condition, Flags] = field(default_factory=dict)
    _by_asks: dict[tuple[Asked, bool], tuple[Flags, Flags]] = field(default_factory=dict)
    _by_vat: list[tuple[Decimal | None, Flags]] = field(default_factory=list)

    def reckoned(self) -> RowPrices:
        plan, num = self.listing.plan, len(self.ids)
        self._among = kept_rows.among(
            self.listing.index.engine, self.ids, within=self.query, asked=self.listing.clauses
        )
        self.out = RowPrices(
            self.ids, np.full(num, LIMIT), np.full(num, LIMIT), np.zeros(num, bool)
        )
        self.left = ~self._holds(HIDDEN)
        self.mixed = self._holds(self.listing.mixed)
        self.loose = (self._holds(self.listing.spread_out) | self.mixed) & self.left
        self.odd = self._holds(ODD)
        self.on_request = self._holds(ON_REQUEST)
        self._read_costs()
        self._ask(self.loose & self._holds(any_of("lists", plan.refined_ids)))
        for position in plan.positions:
            self._placed(position)
        self._open_ends()
        return self.out

    def _placed(self, position: Position) -> None:
        """Prices of the rows that a list has and none before."""
        here = self._holds(_of_list(position.list_id))
        shown = self.left if position.column.is_agreed else self.left & ~self.on_request
        amounts = self.amounts.get(position.list_id)
        if amounts is None:
            self._own(position, here & shown)
        else:
            # A list that got its slot just now is filled in by and by.
            is_known = amounts != MISSING
            self._ask(here & shown & ~is_known)
            here |= is_known
            self._shared(position, here & shown & is_known, amounts)
        # What the list has of some SKUs only may be cheaper in another.
        self.left &= ~here | (self.loose & self._holds(_in_part(position.list_id)))

    def _read_costs(self) -> None:
        """Purchase prices, where the strongest list that has a row has one for all its SKUs."""
        num, mode = len(self.ids), self.listing.context.vat_mode
        self.costs, self.veiled = np.zeros(num, np.int64), np.zeros(num, bool)
        left = np.ones(num, bool)
        for level in self.listing.plan.costs:
            here = left & self._holds(_of_list(level.list_id))
            amounts = self.amounts.get(level.list_id, np.full(num, MISSING))
            differ = self._holds(_differing(level.list_id))
            known = here & ~self.odd & ~differ & (amounts != MISSING)
            for percent, mine in self._rates(heeds_vat=level.heeds_vat(mode)):
                rows = known & mine
                factor = level.factor_at(vat_mode=mode, vat_percent=percent)
                self.costs[rows] = factored(amounts[rows], factor)
            self.veiled |= here & ~known
            left &= ~here

    def _shared(self, position: Position, here: Flags, amounts: Amounts) -> None:
        """Prices of a list that contracts share."""
        loose = np.nonzero(here & self.loose)[0]
        lows, highs = np.full(len(loose), LIMIT), np.zeros(len(loose), np.int64)
        asked = np.zeros(len(loose), bool)
        for percent, mine in self._rates(heeds_vat=position.heeds_vat):
            rows = np.nonzero(here & ~self.loose & mine)[0]
            low, high, has = self._bounds(position, percent, rows, amounts[rows])
            self.out.low[rows], self.out.high[rows], self.out.has[rows] = low, high, has
            # SKUs of an odd row may be of any rate.
            some = (mine | self.odd)[loose]
            rows = loose[some]
            low, high, has = self._bounds(position, percent, rows, amounts[rows])
            lows[some] = np.minimum(lows[some], low)
            highs[some] = np.maximum(highs[some], high)
            asked[some] |= ~has
        self._widen(loose, lows, highs)
        self._ask_at(loose[asked])

    def _rates(self, *, heeds_vat: bool) -> list[tuple[Decimal | None, Flags]]:
        """VAT rates where they matter, with the rows of each; nothing and 0 % change no price."""
        if not heeds_vat:
            return [(None, np.ones(len(self.ids), bool))]
        if not self._by_vat:
            plain = np.ones(len(self.ids), bool)
            for text in self.listing.vocabulary.vats:
                if _is_rate(text):
                    mine = self._holds(_of_rate(text))
                    plain &= ~mine
                    self._by_vat.append((Decimal(text), mine))
            self._by_vat.append((None, plain))
        return self._by_vat

    def _bounds(
        self, position: Position, percent: Decimal | None, rows: Amounts, amounts: Amounts
    ) -> tuple[Amounts, Amounts, Flags]:
        """The least and the most that some rows cost by one list, and which surely have a price.
        A rule that may concern one SKU and not another has its price and the one before it as
        bounds, and so has one that a purchase price may stop which is not known.
        """
        curve, _same = position.curves((), vat_percent=percent, has_cost=False)
        low = factored(amounts, curve.factor)
        is_exact = not (self.loose | self.veiled)[rows].any()
        high = low if is_exact else low.copy()
        has = np.ones(len(rows), bool)
        # Rows that rules may still concern: surely, and perhaps.
        sure, perhaps = has.copy(), has.copy()
        for found in position.rules:
            rule = found.rule
            works, may = self._concerned(found, rows, is_exact=is_exact)
            works, may = works & sure, may & perhaps
            its = np.nonzero(may)[0]
            if not len(its):
                continue
            if rule.terms.action in WITHOUT_PRICE:
                has &= ~may
            else:
                self._apply(rule, curve.vat, (low, high), rows, its, may_not=~works[its])
            if rule.is_last:
                sure &= ~may
                perhaps &= ~works
        return low, high, has

    def _apply(  # noqa: PLR0913 - what a rule is applied to
        self,
        rule: Rule,
        vat: Factor,
        bounds: tuple[Amounts, Amounts],
        rows: Amounts,
        its: Amounts,
        *,
        may_not: Flags,
    ) -> None:
        """Take a rule into the bounds of those of the rows that it may concern."""
        low, high = bounds
        costs = self.costs[rows[its]]
        before = low[its]
        after = amounts_after(rule, before, vat=vat, costs=costs)
        if high is low:
            low[its] = after
            return
        low[its] = np.where(may_not, np.minimum(after, before), after)
        before = high[its]
        after = amounts_after(rule, before, vat=vat, costs=costs)
        stays = may_not
        if rule.terms.floor_percent is not None:
            stays = stays | self.veiled[rows[its]]
        high[its] = np.where(stays, np.maximum(after, before), after)

    def _concerned(
        self, found: PositionRule, rows: Amounts, *, is_exact: bool
    ) -> tuple[Flags, Flags]:
        """Whom a rule surely concerns, and whom it may concern: the same where no SKUs differ."""
        key = found.asks, is_exact
        if key not in self._by_asks:
            self._by_asks[key] = self._all_concerned(*key)
        works, may = self._by_asks[key]
        return works.take(rows), may.take(rows)

    def _all_concerned(self, asks: Asked, is_exact: bool) -> tuple[Flags, Flags]:
        """The same of all rows: a rule works in several lists and for several VAT rates."""
        works = np.ones(len(self.ids), bool)
        may = works if is_exact else works.copy()
        for condition in asks:
            holds = self._condition(condition) != condition.is_not
            if is_exact:
                works &= holds
            else:
                differs = self._differs(condition)
                works &= holds & ~differs
                may &= holds | differs
        return works, may

    def _differs(self, condition: Condition) -> Flags:
        """Of which rows a condition may hold for one SKU and not for another."""
        if condition.kind == "product":
            return self.mixed
        if condition.kind == "brand":
            return self.odd
        if condition.kind == "attribute":
            varies = self._holds(_varying(condition))
            return varies & self._condition(condition)
        return np.zeros(len(self.ids), bool)

    def _condition(self, condition: Condition) -> Flags:
        plain = condition._replace(is_not=False)
        if plain not in self._met:
            if plain.kind == "product":
                self._met[plain] = np.isin(self.ids, list(plain.values))
            else:
                self._met[plain] = self._holds(condition_clause(plain, self.listing.vocabulary))
        return self._met[plain]

    def _widen(self, rows: Amounts, low: Amounts, high: Amounts) -> None:
        """Take prices of loose rows in. The SKU that a row counts by in the first list that has any
        of them costs what that list says: no more does the row; another list's may cost less.
        """
        out = self.out
        out.high[rows] = np.where(out.has[rows], out.high[rows], high)
        out.low[rows] = np.minimum(out.low[rows], low)
        out.has[rows] = True

    def _own(self, position: Position, here: Flags) -> None:
        """Prices of a contract's own list; the book is asked of rows that it tells apart."""
        self._ask(here & self.loose)
        places = np.nonzero(here & ~self.loose)[0]
        if not is_plain(position):
            self._ask_at(places)
            return
        rows = self.ids[places].tolist()
        known = own_prices(position=position, tariff=self.listing.plan.tariff, row_ids=rows)
        for place, pk in zip(places.tolist(), rows, strict=True):
            price = known.get(pk, LIMIT)
            self.out.has[place] = price is not None
            # What the list has not got any more is the book's matter.
            self.out.low[place] = 0 if price == LIMIT else price or 0
            self.out.high[place] = price or 0

    def _open_ends(self) -> None:
        """What a loose row costs has no end where the SKU that it counts by may not be seen."""
        is_open = self.mixed | self._holds(UNSHOWN)
        if self.listing.context.assortment != WHOLE:
            is_open |= self.odd
        self.out.high[self.loose & self.out.has & is_open] = LIMIT

    def _ask(self, rows: Flags) -> None:
        self._ask_at(np.nonzero(rows)[0])

    def _ask_at(self, places: Amounts) -> None:
        """Nothing is known of these rows but what the book says."""
        self.out.low[places], self.out.high[places], self.out.has[places] = 0, LIMIT, True

    def _holds(self, clause: Body) -> Flags:
        """Of which rows a clause holds."""
        if clause is NOTHING:
            return np.zeros(len(self.ids), bool)
        return self._among.holds(clause)


def _of_list(list_id: int) -> Body:
    return any_of("lists", [list_id])


def _in_part(list_id: int) -> Body:
    """Rows of which a list has not all SKUs."""
    return any_of("part", [list_id])


def _differing(list_id: int) -> Body:
    """Rows whose SKUs a list has at several prices, or has not all of them."""
    return either([_in_part(list_id), any_of("uneven", [list_id])])


def _is_rate(text: str) -> bool:
    return text != NO_VAT and bool(Decimal(text))


def _of_rate(text: str) -> Body:
    return any_of("vat", [text])


def _varying(condition: Condition) -> Body:
    """Rows whose SKUs differ in what a condition asks of."""
    return any_of("varies", [condition.attribute_id])
