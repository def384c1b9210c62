"""How a price came about, in steps that add up to it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from b2b_apps.pricing.goods import Goods
from b2b_apps.pricing.prices import Tier, tier_at
from b2b_apps.pricing.rules import RuleTerms
from b2b_apps.pricing.tariff import ListTerms

if TYPE_CHECKING:
    from b2b_apps.pricing.book import PriceBook, RuleEvent


class PriceStep(NamedTuple):
    """One step; ``amount`` is what it adds (the first: what it starts from), ``price`` the sum.

    ``kind``: retail, list, quantity, rule, threshold or refined (named by 1C on ``day``).
    ``limit`` of a rule: cap or floor.
    """

    kind: str
    amount: Decimal
    price: Decimal
    price_list: ListTerms | None = None
    tier: Tier | None = None
    rule: RuleTerms | None = None
    limit: str = ""
    day: date | None = None


class _Sum:
    """Steps so far; one that changes nothing is left out, unless it is the first."""

    def __init__(self, steps: Sequence[PriceStep] = ()) -> None:
        self.steps = list(steps)

    def reach(
        self,
        price: Decimal,
        kind: str,
        **what: Any,
    ) -> None:
        was = self.steps[-1].price if self.steps else Decimal(0)
        if price != was or not self.steps:
            self.steps.append(PriceStep(kind, price - was, price, **what))


def steps_of(book: "PriceBook", item: Goods, quantity: Decimal | None) -> Sequence[PriceStep]:
    """Return the steps of a product that has a price: retail, price type, contract or project,
    pack or quantity, rules, threshold of the basket's sum, what 1C has named.
    """
    steps = _usual_steps(book, item, quantity)
    settled = book.settled(item)
    tiers = settled.all_tiers
    if settled.refined is None or tiers[_place(tiers, quantity)] is not settled.refined:
        return steps
    total = _Sum(steps)
    total.reach(settled.refined.amount, "refined", day=book.refined_on(item))
    return total.steps


def _usual_steps(book: "PriceBook", item: Goods, quantity: Decimal | None) -> Sequence[PriceStep]:
    """The steps before 1C was asked."""
    origin = book.origin
    if origin is not None and origin.settled(item).has_price:
        total = _Sum(_usual_steps(origin, item, quantity))
        settled = book.settle(item, quantity=quantity)
        total.reach(
            settled.tiers[_place(settled.tiers, quantity)].amount,
            "threshold",
            price_list=settled.column.terms if settled.column else None,
        )
        return total.steps
    return _own_steps(book, item, quantity)


def _own_steps(book: "PriceBook", item: Goods, quantity: Decimal | None) -> Sequence[PriceStep]:
    log: list[RuleEvent] = []
    if quantity is None:
        settled, log = book.settled(item), [*book.worked(item)]
    else:
        settled = book.settle(item, log, quantity, with_refused=False)
    column, place = settled.column, _place(settled.listed, quantity)
    if column is None:
        return ()
    total = _Sum()
    retail = book.loaded.retail
    if retail is not None and retail is not column and (shown := retail.tiers_of(item)):
        total.reach(shown[-1].amount, "retail", price_list=retail.terms)
    price_type = book.loaded.columns.get(book.own_list_ids[-1]) if book.own_list_ids else None
    if price_type in {None, column, retail}:
        price_type = None
    if price_type is not None and (typical := price_type.tiers_of(item)):
        total.reach(typical[-1].amount, "list", price_list=price_type.terms)
    kind = "retail" if column is retail else "list"
    total.reach(settled.listed[-1].amount, kind, price_list=column.terms)
    total.reach(settled.listed[place].amount, "quantity", tier=settled.listed[place])
    for event in log:
        if event.limits:
            total.reach(
                event.after[place].amount,
                "rule",
                rule=event.rule.terms,
                limit=event.limits[place],
            )
    return total.steps


def _place(tiers: Sequence[Tier], quantity: Decimal | None) -> int:
    return len(tiers) - 1 if quantity is None else tier_at(tiers, quantity)
