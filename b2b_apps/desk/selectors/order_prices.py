"""Prices of the lines of an order: how they came about when it was placed, and today's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from b2b_apps.contracts.context import context_under
from b2b_apps.pricing.frozen import KeptStep, thawed
from b2b_apps.pricing.selectors import price_book


@dataclass(frozen=True, slots=True)
class LinePrice:
    """A position of an order; ``steps`` are empty if it was placed without them, or its price was
    agreed anew. ``today`` is the same quantity by the lists and rules of today, None without any.
    """

    line: Any
    quantity: Decimal
    steps: Sequence[KeptStep]
    price: Decimal
    today: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """By how much a unit costs more today."""
        return None if self.today is None else self.today - self.price

    @property
    def moved(self) -> Decimal | None:
        """What the price that the steps come to was still changed by: nothing, as a rule."""
        return self.price - self.steps[-1].price if self.steps else None


def line_prices(order: Any, lines: Sequence[Any]) -> Sequence[LinePrice]:
    """Return the prices of an order's positions, once where one leaves in several shipments.

    Today's are those under the order's contract, project and promo code, for the quantity of the
    position; the threshold of the basket's sum is not in them. Six queries, whatever the number of
    lines.
    """
    positions: dict[tuple[Any, ...], list[Any]] = {}
    for line in lines:
        key = (line.position or line.pk, line.product_id, line.unit_price_incl_tax)
        positions.setdefault(key, []).append(line)
    today = _today(order, {line.product_id for line in lines if line.product_id})
    found = []
    for of_one in positions.values():
        line, quantity = of_one[0], sum((x.quantity for x in of_one), Decimal(0))
        price = today.get(line.product_id)
        found.append(
            LinePrice(
                line,
                quantity,
                thawed(line.price_steps, order.price_terms),
                shown_price(order, line),
                price.unit_price_at(quantity) if price else None,
            )
        )
    return found


def shown_price(order: Any, line: Any) -> Decimal:
    """The unit price as its contract reckons: without VAT where that comes on top."""
    is_on_top = order.vat_mode == "on_top"
    return Decimal((line.unit_price_excl_tax if is_on_top else line.unit_price_incl_tax) or 0)


def _today(order: Any, product_ids: set[int]) -> Mapping[int, Any]:
    if not product_ids:
        return {}
    context = context_under(contract_id=order.contract_id, project_id=order.project_id)
    context = replace(context, promo_code=order.promo_code)
    return price_book(context=context, product_ids=product_ids)
