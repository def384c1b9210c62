"""What of a wanted quantity can leave now or when it has come, and from which warehouse. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
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
    """Return the ids of those products that can leave, whatever they cost: enough is free, or comes
    and may be ordered, and the quantity fits the packs and what was agreed. What is left out of
    the sum to pay counts for no threshold.
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
    several, if none was chosen and the person may see how much each has; else with what is on its
    way, if he may order that.
    """
    found = stock or ProductStock()
    if wanted.quantity <= most_of(context, wanted, found):
        return True
    return awaited_of(context, wanted, found) is not None


class Awaited(NamedTuple):
    """How much of a wanted quantity is not here yet, and the day by which the last of it comes."""

    quantity: Decimal
    day: date


def awaited_of(context: TradeContext, wanted: Wanted, stock: ProductStock) -> Awaited | None:
    """What of a quantity that can't leave now can be ordered to arrive: in whole packs of each
    warehouse, of the chosen one if one was; None if all of it is here, if the person may not order
    what is on its way, or if less than asked for is.
    """
    if not stock.receipts or not (context.orders_arriving and shows_figures(context)):
        return None
    chosen = wanted.warehouse_id if wanted.warehouse_id in context.warehouse_ids else None
    places = {
        pk: balance.free
        for pk, balance in stock.balances.items()
        if chosen is None or chosen not in stock.balances or pk == chosen
    }
    here = _in_packs(places, wanted)
    if here >= wanted.quantity:
        return None
    for receipt in stock.receipts:
        if receipt.warehouse_id in places:
            places[receipt.warehouse_id] += receipt.quantity
            if _in_packs(places, wanted) >= wanted.quantity:
                return Awaited(wanted.quantity - here, receipt.day)
    return None


def _in_packs(places: Mapping[int, Decimal], wanted: Wanted) -> Decimal:
    pack = wanted.product.order_multiple
    return sum((much // pack * pack for much in places.values()), ZERO)


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
