"""What of a wanted quantity can leave now, and from which warehouse. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.seen import shows_figures
from b2b_apps.inventory.selectors import Balance, ProductStock
from b2b_apps.pricing.selectors import PriceBook, ProductPrice
from b2b_apps.purchasing.goods import packs_of
from b2b_apps.purchasing.orderable import is_orderable
from b2b_apps.purchasing.quantities import raised_to_pack

ZERO = Decimal(0)


class Wanted(NamedTuple):
    """A product, how much of it, and the warehouse that it has to leave, if the buyer chose one."""

    product: Any
    quantity: Decimal
    warehouse_id: int | None = None


def leaving(
    *,
    context: TradeContext,
    wanted: Iterable[Wanted],
    stock: Mapping[int, ProductStock],
    book: PriceBook,
) -> frozenset[int]:
    """Return the ids of those products that can leave now, whatever they cost: enough
    is free, and the quantity fits the packs and what was agreed. What is left out of the sum to
    pay counts for no threshold.
    """
    return frozenset(
        product.pk
        for product, quantity, warehouse_id in wanted
        if is_orderable(product)
        and can_leave(context, Wanted(product, quantity, warehouse_id), stock.get(product.pk))
        and fitting_packs(product, quantity, book.price(product.pk)) == quantity
    )


def wanted_of(lines: Iterable[Any]) -> Sequence[Wanted]:
    """What rows of a basket ask for."""
    return [Wanted(line.product, line.quantity, line.from_warehouse_id) for line in lines]


def balance_for(
    context: TradeContext, stock: ProductStock, quantity: Decimal, warehouse_id: int | None
) -> Balance | None:
    """The balance that a line leaves from: that of the chosen warehouse, as long as the buyer sees
    it and it knows the product, else the best one.
    """
    if warehouse_id in stock.balances and warehouse_id in context.warehouse_ids:
        return stock.balances[warehouse_id]
    return stock.best(quantity=quantity, warehouse_ids=context.warehouse_ids)


def can_leave(context: TradeContext, wanted: Wanted, stock: ProductStock | None) -> bool:
    """Whether so much of a product can leave: from one warehouse, else in whole packs from
    several, if none was chosen and the person may see how much each has.
    """
    return wanted.quantity <= most_of(context, wanted, stock or ProductStock())


def most_of(context: TradeContext, wanted: Wanted, stock: ProductStock) -> Decimal:
    """How much can leave at all; of one warehouse where it was chosen, or figures are hidden."""
    found = balance_for(context, stock, wanted.quantity, wanted.warehouse_id)
    free = found.free if found else ZERO
    is_chosen = found is not None and found.warehouse_id == wanted.warehouse_id
    if free >= wanted.quantity or is_chosen or not shows_figures(context):
        return free
    pack = wanted.product.order_multiple
    return max(free, sum((b.free // pack * pack for b in stock.balances.values()), ZERO))


def fitting_packs(product: Any, quantity: Decimal, price: ProductPrice | None) -> Decimal:
    """The quantity raised to whole packs and to the least that is sold."""
    multiple, minimum = packs_of(product, price)
    return raised_to_pack(quantity, multiple=multiple, minimum=minimum)
