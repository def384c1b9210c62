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
from b2b_apps.pricing.many import Amounts, amounts_after, factored
from b2b_apps.pricing.rules import WITHOUT_PRICE
from b2b_apps.pricing.streams import Position, PositionRule, StreamPlan
from search.bodies.filters import NOTHING, any_lazily, any_of
from search.engines.base import MISSING, Body
from search.fields import price_field
from search.keeping import kept_rows
from search.live import LiveIndex
from search.merging import LIMIT
from search.pricing.conditions import Vocabulary, condition_clause
from search.pricing.leaves import NO_VAT
from search.pricing.own import is_plain, own_prices
from search.pricing.rows import rows_not_shown

Flags = NDArray[np.bool_]


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
    mixed: Sequence[int]

    def prices(self, query: Body, *, limit: int) -> RowPrices:
        """The prices of what a query finds, at most ``limit`` rows. One request for the columns
        and one for each condition that is not kept. One query if the contract has prices of its
        own, one if SKUs of a row differ.
        """
        streamed = [p for p in self.plan.positions if self._slot(p) is not None]
        names = ["id", *(price_field(self._slot(p) or 0) for p in streamed)]
        ids, *columns = self.index.engine.columns(query, names, limit=limit)
        # A list stands in one place of the chain only.
        amounts = dict(zip([p.list_id for p in streamed], columns, strict=True))
        return _Reckoning(self, query, ids, amounts).reckoned()

    def _slot(self, position: Position) -> int | None:
        return None if position.is_own else self.index.slots.price_slot(position.list_id)


@dataclass(slots=True)
class _Reckoning:
    """Prices of the rows of one query."""

    listing: Listing
    query: Body
    ids: Amounts
    amounts: Mapping[int, Amounts]
    out: RowPrices = field(init=False)
    left: Flags = field(init=False)
    loose: Flags = field(init=False)
    costly: Flags = field(init=False)
    _met: dict[Condition, Flags] = field(default_factory=dict)

    def reckoned(self) -> RowPrices:
        plan, num = self.listing.plan, len(self.ids)
        self.out = RowPrices(
            self.ids, np.full(num, LIMIT), np.full(num, LIMIT), np.zeros(num, bool)
        )
        # Rows that no list before has; those whose SKUs are told apart may be in several.
        self.left = ~self._holds(any_of("visibility", ["hidden"]))
        apart = self._holds(any_lazily(self.listing.apart))
        self.loose = (apart | np.isin(self.ids, self.listing.mixed)) & self.left
        on_request = self._holds(any_of("visibility", ["on_request"]))
        self.costly = self._holds(any_of("lists", plan.cost_ids))
        self._ask(self.loose & self._holds(any_of("lists", plan.refined_ids)))
        for position in plan.positions:
            shown = self.left if position.column.is_agreed else self.left & ~on_request
            here = self._holds(any_of("lists", [position.list_id]))
            amounts = self.amounts.get(position.list_id)
            if amounts is None:
                self._own(position, here & shown)
            else:
                # A list that got its slot just now is filled in by and by.
                self._ask(here & shown & (amounts == MISSING))
                here |= amounts != MISSING
                self._shared(position, here & shown & (amounts != MISSING), amounts)
            self.left &= ~here | self.loose
        self._open_ends()
        return self.out

    def _shared(self, position: Position, here: Flags, amounts: Amounts) -> None:
        """Prices of a list that contracts share."""
        rates = self._rates(position)
        for percent, mine in rates:
            rows = np.nonzero(here & ~self.loose & mine)[0]
            low, high, has = self._bounds(position, percent, rows, amounts[rows])
            self.out.low[rows], self.out.high[rows], self.out.has[rows] = low, high, has
        rows = np.nonzero(here & self.loose)[0]
        if len(rows):
            some = [self._bounds(position, percent, rows, amounts[rows], is_loose=True)
                    for percent, _mine in rates]  # fmt: skip
            lows, highs, has = (np.stack(column) for column in zip(*some, strict=True))
            self._widen(rows, lows.min(axis=0), highs.max(axis=0))
            self._ask_at(rows[~has.all(axis=0)])

    def _rates(self, position: Position) -> list[tuple[Decimal | None, Flags]]:
        """VAT rates where they matter, with the rows of each; nothing and 0 % change no price."""
        plain = np.ones(len(self.ids), bool)
        found: list[tuple[Decimal | None, Flags]] = []
        if position.heeds_vat:
            texts = self.listing.vocabulary.vats
            for text in (text for text in texts if text != NO_VAT and Decimal(text)):
                mine = self._holds(any_of("vat", [text]))
                plain &= ~mine
                found.append((Decimal(text), mine))
        return [*found, (None, plain)]

    def _bounds(
        self,
        position: Position,
        percent: Decimal | None,
        rows: Amounts,
        amounts: Amounts,
        *,
        is_loose: bool = False,
    ) -> tuple[Amounts, Amounts, Flags]:
        """The least and the most that some rows cost by one list, and which have a price. Of loose
        rows every rule that asks for something may work or not, so each SKU is within.
        """
        curve, _same = position.curves((), vat_percent=percent, has_cost=False)
        low = factored(amounts, curve.factor)
        high = low.copy()
        active, has = np.ones(len(rows), bool), np.ones(len(rows), bool)
        for found in position.rules:
            rule = found.rule
            is_maybe = is_loose and bool(found.asks)
            mine = active if is_maybe else active & self._applies(found, rows)
            if not mine.any():
                continue
            if rule.terms.action in WITHOUT_PRICE:
                has &= ~mine
            else:
                new_low = amounts_after(rule, low[mine], vat=curve.vat)
                new_high = amounts_after(rule, high[mine], vat=curve.vat)
                if is_maybe:
                    new_low = np.minimum(new_low, low[mine])
                if is_maybe or rule.terms.floor_percent is not None:
                    stays = self.costly[rows[mine]] | is_maybe
                    new_high = np.where(stays, np.maximum(new_high, high[mine]), new_high)
                low[mine], high[mine] = new_low, new_high
            if rule.is_last and not is_maybe:
                active = active & ~mine
        return low, high, has

    def _applies(self, found: PositionRule, rows: Amounts) -> Flags:
        """Of which rows all holds that a rule asks for."""
        met = np.ones(len(rows), bool)
        for condition in found.asks:
            met &= self._condition(condition)[rows] != condition.is_not
        return met

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
        loose = np.nonzero(self.loose & self.out.has)[0]
        if not len(loose):
            return
        ids = self.ids[loose]
        if self.listing.context.assortment != WHOLE:
            self.out.high[loose] = LIMIT
            return
        hidden = rows_not_shown(ids.tolist())
        is_open = np.isin(ids, [*hidden, *self.listing.mixed])
        self.out.high[loose[is_open]] = LIMIT

    def _ask(self, rows: Flags) -> None:
        self._ask_at(np.nonzero(rows)[0])

    def _ask_at(self, places: Amounts) -> None:
        """Nothing is known of these rows but what the book says."""
        self.out.low[places], self.out.high[places], self.out.has[places] = 0, LIMIT, True

    def _holds(self, clause: Body) -> Flags:
        """Of which rows a clause holds."""
        if clause is NOTHING:
            return np.zeros(len(self.ids), bool)
        engine = self.listing.index.engine
        return kept_rows.holds(engine, clause, self.ids, within=self.query)
