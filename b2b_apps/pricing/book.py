"""The one engine of prices: what a chain of lists and the rules make of each product.

A book reckons from what ``selectors.price_book`` has loaded and never asks the database.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.columns import Column, first_amount
from b2b_apps.pricing.conversion import SAME, Conversion
from b2b_apps.pricing.frozen import Kept, Terms, frozen_of, terms_of
from b2b_apps.pricing.goods import NO_FEATURES, Features, Goods
from b2b_apps.pricing.kept_rules import Rules
from b2b_apps.pricing.prices import (
    HIDDEN,
    ON_REQUEST,
    SHOWN,
    UNAVAILABLE,
    ProductPrice,
    Tier,
    joined,
    tier_at,
    with_refined,
)
from b2b_apps.pricing.rule_index import Working
from b2b_apps.pricing.rules import WITHOUT_PRICE, Applied, Refusal, Rule
from b2b_apps.pricing.steps import PriceStep, steps_of
from b2b_apps.pricing.tariff import Tariff

STRICTNESS = (SHOWN, ON_REQUEST, HIDDEN, UNAVAILABLE)
AFTER_FINAL = Refusal("after_final")
REFINED = "refined"
ZERO = Decimal(0)


class Settled(NamedTuple):
    """What a chain and its rules say of one product.

    ``column`` is the list that gives the price, ``listed`` its tiers before the rules, ``tiers``
    those after them, place by place. ``availability``: shown, on_request, hidden, unavailable.
    ``refined`` is what 1C has named for this contract: it lies upon the tiers, and no rule or
    threshold touches it. Where prices of a project begin at a quantity ``merged`` are their tiers
    before those of the usual chain; ``from_quantity`` is above 0 if below it there is no price.
    """

    column: Column | None
    listed: tuple[Tier, ...]
    tiers: tuple[Tier, ...]
    availability: str
    refined: Tier | None = None
    merged: tuple[Tier, ...] = ()
    from_quantity: Decimal = ZERO

    @property
    def has_price(self) -> bool:
        """Whether there is a price, and the buyer is shown it."""
        return self.availability == SHOWN and self.column is not None

    @property
    def all_tiers(self) -> tuple[Tier, ...]:
        """The tiers that hold, the refined one among them."""
        tiers = self.merged or self.tiers
        return tiers if self.refined is None else with_refined(tiers, self.refined)


class RuleEvent(NamedTuple):
    """What a rule did to a product: the tiers after it, with what limited each; or why nothing."""

    rule: Rule
    refusal: Refusal | None
    before: tuple[Tier, ...]
    after: tuple[Tier, ...]
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that a book reckons from.

    ``columns`` are the usable lists by id; ``cost`` those of purchase prices. ``rules`` are all
    that were loaded, with those that refuse this context. ``starts`` is since when a row holds,
    by list and product, if it begins on a date.
    """

    context: TradeContext
    tariff: Tariff
    conversion: Conversion
    goods: Mapping[int, Goods]
    features: Mapping[int, Features]
    columns: Mapping[int, Column]
    tail: tuple[int, ...]
    retail: Column | None
    cost: tuple[Column, ...]
    rules: tuple[Rule, ...]
    starts: Mapping[tuple[int, int], date] = field(default_factory=dict)


class PriceBook(Mapping[int, ProductPrice]):
    """Prices of the products that were asked for, by id; those without a price are not in it.

    ``availability`` tells why. ``own_list_ids`` are the contract's part of the chain.
    """

    def __init__(
        self, loaded: Loaded, own_list_ids: Sequence[int], origin: "PriceBook | None" = None
    ) -> None:
        self.loaded = loaded
        self.own_list_ids = tuple(own_list_ids)
        self.origin = origin
        self._chain = [
            loaded.columns[pk]
            for pk in dict.fromkeys((*self.own_list_ids, *loaded.tail))
            if pk in loaded.columns and loaded.columns[pk].terms.kind != REFINED
        ]
        self.refined_column = next(
            (
                loaded.columns[pk]
                for pk in self.own_list_ids
                if pk in loaded.columns and loaded.columns[pk].terms.kind == REFINED
            ),
            None,
        )
        rules = loaded.rules if isinstance(loaded.rules, Rules) else Rules(loaded.rules)
        self._rules = rules.finder
        self._settled: dict[int, Settled] = {}
        self._worked: dict[int, Sequence[RuleEvent]] = {}

    def with_chain(self, own_list_ids: Sequence[int]) -> "PriceBook":
        """Return the same products priced by another chain in place of the contract's own part;
        no query. Its lists must have been loaded (``extra_list_ids``); others give nothing.
        """
        return PriceBook(self.loaded, own_list_ids, origin=self)

    def with_price_type(self, price_list_id: int) -> "PriceBook":
        """Return the same products with another price type; what it has no price for keeps the
        one before. Prices of projects and of the contract stay stronger.
        """
        *agreed, price_type = self.own_list_ids
        return self.with_chain([*agreed, price_list_id, price_type])

    def with_rules(self, rules: Sequence[Rule]) -> "PriceBook":
        """Return the same products under other rules."""
        return PriceBook(replace(self.loaded, rules=tuple(rules)), self.own_list_ids)

    def __getitem__(self, product_id: int) -> ProductPrice:
        found = self.price(product_id)
        if found is None:
            raise KeyError(product_id)
        return found

    def __iter__(self) -> Iterator[int]:
        return (pk for pk, item in self.loaded.goods.items() if self.settled(item).has_price)

    def __len__(self) -> int:
        return sum(1 for _pk in self)

    def price(self, product_id: int) -> ProductPrice | None:
        """What a product costs, or None: not asked for, gone, or without a price to show.

        Made anew each time: a price knows its book, and would be kept by it for good.
        """
        item = self.loaded.goods.get(product_id)
        return None if item is None else self._price(item)

    def prices(self) -> dict[int, ProductPrice]:
        """All that have a price, by id."""
        asked = ((pk, self._price(item)) for pk, item in self.loaded.goods.items())
        return {pk: found for pk, found in asked if found is not None}

    def amount(self, product_id: int) -> Decimal | None:
        """What one base unit costs at the smallest order: as ``price``, but quicker for many."""
        item = self.loaded.goods.get(product_id)
        if item is None:
            return None
        settled = self.settle(item)
        return settled.all_tiers[-1].amount if settled.availability == SHOWN else None

    def refined_at(self, product_id: int, quantity: Decimal) -> date | None:
        """The day on which 1C named the price that holds for a quantity, None if it did not."""
        item = self.loaded.goods.get(product_id)
        if self.refined_column is None or item is None:
            return None
        settled = self.settle(item)
        tiers = settled.all_tiers
        if settled.refined is None or tiers[tier_at(tiers, quantity)] is not settled.refined:
            return None
        return self.refined_on(item)

    def refined_on(self, item: Goods) -> date | None:
        """The day on which 1C named the refined price of a product."""
        if self.refined_column is None:
            return None
        return self.loaded.starts.get((self.refined_column.terms.pk, item.pk))

    def availability(self, product_id: int) -> str:
        """Whether a product has a price to show: shown, on_request, hidden or unavailable."""
        item = self.loaded.goods.get(product_id)
        return HIDDEN if item is None else self.settled(item).availability

    def availability_of(self, product_ids: Iterable[int]) -> str:
        """The kindest answer for any of several products, as for characteristics of one."""
        found = {self.availability(pk) for pk in product_ids}
        return min(found, key=STRICTNESS.index, default=HIDDEN)

    def steps(self, product_id: int, quantity: Decimal | None = None) -> Sequence[PriceStep]:
        """How a price came about, in steps that add up to it; none without a price."""
        item = self.loaded.goods.get(product_id)
        if item is None or not self.settled(item).has_price:
            return ()
        return steps_of(self, item, quantity)

    def frozen(self, product_id: int, quantity: Decimal) -> Kept:
        """The same for a line of an order, to be kept with it (``frozen.py``)."""
        item = self.loaded.goods.get(product_id)
        return [] if item is None else frozen_of(self, item, quantity)

    def frozen_terms(self, kept: Iterable[Kept]) -> Terms:
        """What lists and rules in such steps are called, to be kept with their order."""
        return terms_of(self, kept)

    def settled(self, item: Goods) -> Settled:
        """Reckon one product at the smallest order, the first time that it is asked."""
        found = self._settled.get(item.pk)
        if found is None:
            found = self._settled[item.pk] = self.settle(item)
        return found

    def worked(self, item: Goods) -> Sequence[RuleEvent]:
        """What the rules that work did to a product at the smallest order.

        Noted only when it is asked: to note it for each of thousands takes as long as the prices.
        """
        found = self._worked.get(item.pk)
        if found is None:
            log: list[RuleEvent] = []
            self._settled[item.pk] = self.settle(item, log, with_refused=False)
            found = self._worked[item.pk] = log
        return found

    def settle(
        self,
        item: Goods,
        log: list[RuleEvent] | None = None,
        quantity: Decimal | None = None,
        *,
        with_refused: bool = True,
    ) -> Settled:
        """Reckon one product. With a ``log`` every rule is entered there, those too that refuse,
        unless only those that work are wanted: many refuse, and each has to be asked why.

        Where several lists share a product (a project's from a quantity on, the usual one below)
        column, tiers and log are of the one that holds at ``quantity``, else at the smallest order.
        """
        column, listed = self._strongest(item)
        if column is not None and _begins(column, listed):
            return self._shared(item, self._given(item), log, quantity, with_refused)
        events = None if log is None else self._logged(item, column, listed, with_refused)
        tiers, availability = self._part(item, column, listed, events)
        if log is not None and events:
            log.extend(events)
        refined = self._refined(item) if tiers and availability == SHOWN else None
        return Settled(column, listed, tiers, availability, refined)

    def _strongest(self, item: Goods) -> tuple[Column | None, tuple[Tier, ...]]:
        """The first list that has the product, and its tiers."""
        for column in self._chain:
            if listed := column.tiers_of(item):
                return column, listed
        return None, ()

    def _given(self, item: Goods) -> list[tuple[Column, tuple[Tier, ...]]]:
        """The lists that give a product its prices, the strongest first: all before the last are
        of projects and begin at a quantity.
        """
        given = []
        for column in self._chain:
            if listed := column.tiers_of(item):
                given.append((column, listed))
                if not _begins(column, listed):
                    break
        return given

    def _part(
        self,
        item: Goods,
        column: Column | None,
        listed: tuple[Tier, ...],
        events: Sequence[RuleEvent] | None = None,
    ) -> tuple[tuple[Tier, ...], str]:
        """The tiers of a list after the rules, and whether they are shown; ``events`` are what the
        rules did, if that was entered in a log.
        """
        tiers, availability = listed, SHOWN if listed else ON_REQUEST
        if self._rules:
            ruled = self._ruled(item, column, listed) if events is None else _done(events, listed)
            tiers, availability = ruled[0], ruled[1] or availability
        if item.visibility != SHOWN and not self._is_agreed_anyway(item, column):
            availability = max(availability, item.visibility, key=STRICTNESS.index)
        return tiers, availability

    def _shared(
        self,
        item: Goods,
        given: Sequence[tuple[Column, tuple[Tier, ...]]],
        log: list[RuleEvent] | None,
        quantity: Decimal | None,
        with_refused: bool,
    ) -> Settled:
        """Reckon a product whose project prices begin at a quantity: list by list."""
        parts = [(*part, *self._part(item, *part)) for part in given]
        shown = [part for part in parts if part[-1] == SHOWN]
        usual = [part[2] for part in shown if not _begins(*part[:2])]
        merged = joined([part[2] for part in shown if _begins(*part[:2])], *usual)
        column, listed, tiers, availability = (shown or parts)[-1]
        if shown and quantity is not None:
            holding = merged[tier_at(merged, quantity)]
            column, listed, tiers, _shown = next(
                part for part in shown if any(tier is holding for tier in part[2])
            )
        if log is not None:
            log.extend(self._logged(item, column, listed, with_refused))
        if not shown:
            availability = max((part[-1] for part in parts), key=STRICTNESS.index)
            return Settled(column, listed, tiers, availability)
        starts = ZERO if usual else merged[-1].minimum_quantity
        refined = self._refined(item)
        if refined is not None and refined.minimum_quantity < starts:
            starts = refined.minimum_quantity
        return Settled(column, listed, tiers, SHOWN, refined, merged, starts)

    def _refined(self, item: Goods) -> Tier | None:
        found = self.refined_column.tiers_of(item) if self.refined_column else ()
        return found[-1] if found else None

    def _is_agreed_anyway(self, item: Goods, column: Column | None) -> bool:
        """Whether a price was agreed for what others get on request."""
        return item.visibility == ON_REQUEST and column is not None and column.is_agreed

    def cost_of(self, item: Goods) -> Decimal | None:
        """The purchase price of one base unit as the contract reckons, or None."""
        return first_amount(self.loaded.cost, item)

    def retail_of(self, product_id: int) -> Decimal | None:
        """One base unit at the smallest order in the retail column, or None."""
        item, retail = self.loaded.goods.get(product_id), self.loaded.retail
        return None if item is None or retail is None else retail.amount_of(item)

    def _ruled(
        self, item: Goods, column: Column | None, tiers: tuple[Tier, ...]
    ) -> tuple[tuple[Tier, ...], str]:
        """Return the tiers after all rules, and what the last of them says of availability."""
        working = self._working_for(item, column)
        if not working.rules or working.end:
            return tiers, working.end
        vat = column.vat_of(item) if column else SAME
        cost = self.cost_of(item) if working.has_floor else None
        # Tiers are read by place, as this is done for thousands.
        return tuple(
            [Tier(t[0], working.amount(t[1], vat=vat, cost=cost), t[2]) for t in tiers]
        ), ""

    def _working_for(self, item: Goods, column: Column | None) -> Working:
        """The rules that work for a product with the price of a list."""
        list_id, is_agreed = (column.pk, column.is_agreed) if column else (0, False)
        features = self.loaded.features.get(item.pk, NO_FEATURES)
        return self._rules.working_for(item, features, list_id, is_agreed=is_agreed)

    def _logged(
        self, item: Goods, column: Column | None, tiers: tuple[Tier, ...], with_refused: bool
    ) -> Sequence[RuleEvent]:
        """What every loaded rule did to a product, or why nothing; or what those did that work."""
        features = self.loaded.features.get(item.pk, NO_FEATURES)
        list_id, is_agreed = (column.pk, column.is_agreed) if column else (0, False)
        vat = column.vat_of(item) if column else SAME
        log, is_over = [], False
        for rule in self.loaded.rules if with_refused else self._working_for(item, column).rules:
            refusal = None
            if with_refused:
                refusal = rule.refusal_for(item, features, list_id, is_agreed=is_agreed)
            if refusal is None and is_over:
                refusal = AFTER_FINAL
            before = tiers
            done: Sequence[Applied] = ()
            if refusal is None:
                is_over = rule.is_last
                if rule.terms.action not in WITHOUT_PRICE:
                    cost = None if rule.terms.floor_percent is None else self.cost_of(item)
                    # By place, as in ``_ruled``: a page does so for each of its rows.
                    done = [rule.applied(t[1], vat=vat, cost=cost) for t in tiers]
                    tiers = tuple(
                        [Tier(t[0], a[0], t[2]) for t, a in zip(tiers, done, strict=True)]
                    )
            log.append(RuleEvent(rule, refusal, before, tiers, tuple([a[1] for a in done])))
        return log

    def _price(self, item: Goods) -> ProductPrice | None:
        settled = self.settled(item)
        column = settled.column
        if column is None or not settled.has_price:
            return None
        context = self.loaded.context
        return ProductPrice(
            item.pk,
            column.terms.pk,
            column.terms.name,
            column.terms.kind,
            settled.all_tiers,
            context.currency,
            context.vat_mode,
            None if context.vat_mode == "none" else item.vat_percent,
            item.vat_label,
            settled.from_quantity,
            self,
        )


def _begins(column: Column, listed: tuple[Tier, ...]) -> bool:
    """Whether a list of a project has prices from a quantity on alone; below it others hold."""
    return column.is_project and listed[-1].minimum_quantity > 0


def _done(events: Sequence[RuleEvent], listed: tuple[Tier, ...]) -> tuple[tuple[Tier, ...], str]:
    """The tiers after all rules, and what the last of them says of availability."""
    last = next((event for event in reversed(events) if event.refusal is None), None)
    if last is None:
        return listed, ""
    action = last.rule.terms.action
    return (listed, action) if action in WITHOUT_PRICE else (last.after, "")
