"""Ordering again what was ordered before."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.services.basket import basket_set_many
from b2b_apps.purchasing.services.changes import BasketChange


@dataclass(frozen=True, slots=True)
class RepeatReport:
    """What came of it: the change of the basket, lines with another price than in the order,
    articles that can't be had.
    """

    change: BasketChange
    num_repriced: int
    missing: Sequence[str]

    @property
    def num_added(self) -> int:
        return len(self.change.added)

    @property
    def num_joined(self) -> int:
        """How many of the lines lay in the basket already and hold more now."""
        lines, added = self.change.sheet.lines, self.change.added
        return sum(1 for x in lines if x.quantity > added.get(x.product.pk, x.quantity))


def order_repeat(*, context: TradeContext, order: Any) -> RepeatReport:
    """Add an order's lines to the current basket, those that can be had today.

    ``order`` must be one that the person may see. Locks the basket.
    """
    quantities: dict[int, Decimal] = {}
    articles: dict[int, str] = {}
    prices: dict[int, Decimal | None] = {}
    missing = []
    for line in order.lines.order_by("position", "pk"):
        if line.product_id is None:
            missing.append(line.article or line.title)
            continue
        quantities[line.product_id] = quantities.get(line.product_id, Decimal(0)) + line.quantity
        articles[line.product_id] = line.article or line.title
        prices[line.product_id] = line.unit_price_incl_tax
    change = basket_set_many(context=context, quantities=quantities, add=True)
    missing += [articles[refusal.product_id] for refusal in change.refused]
    repriced = [
        line
        for line in change.sheet.lines
        if line.product.pk in prices
        and line.price
        and line.price.unit_prices_at(line.quantity)[1] != prices[line.product.pk]
    ]
    return RepeatReport(change, len(repriced), missing)
