"""Reserving by hand what a buyer has not ordered yet: from the card, from the basket."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.errors import ReserveRefusedError
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.selectors import ProductStock, reserves_for, stock_for
from b2b_apps.inventory.services import Reserver, reserves_let_go, stock_reserve
from b2b_apps.pricing.selectors import prices_for
from b2b_apps.purchasing.errors import ProductRefusedError
from b2b_apps.purchasing.leaving import fitting_packs
from b2b_apps.purchasing.orderable import orderable_products
from b2b_apps.purchasing.probing import PROBED, probed_products, probes_note
from b2b_apps.purchasing.selectors import basket_quantities
from b2b_apps.purchasing.services.basket import basket_set_many
from b2b_apps.purchasing.services.changes import BasketChange

Kind = StockHold.Kind


@dataclass(frozen=True, slots=True)
class ReserveReport:
    """What came of it: holds made; products that were short, refused or reserved before."""

    holds: Sequence[StockHold] = ()
    short: Sequence[int] = ()
    refused: Sequence[ProductRefusedError] = ()
    settled: Sequence[int] = ()


def products_reserve(
    *,
    context: TradeContext,
    quantities: Mapping[int, Decimal],
    hours: int,
    reason: str = "",
    is_of_basket: bool = False,
) -> ReserveReport:
    """Reserve quantities of products by hand under the current contract, whole packs of each.

    Each at the first warehouse that has all of it; what no warehouse has whole is left out and
    named. Of a basket only what is not reserved yet is taken. Raises ReserveRefusedError,
    StockShortageError if somebody was quicker, PermissionMissingError; then nothing is reserved.
    Some fifteen queries, whatever the number of products.
    """
    context.require(PLACE_ORDERS)
    products = orderable_products(context=context, product_ids=quantities.keys()).in_bulk()
    probed = probed_products(context)
    prices = prices_for(context=context, product_ids=products)
    stock = stock_for(context=context, product_ids=products)
    demand: dict[int, Decimal] = {}
    short, refused, settled = [], [], []
    for pk, asked in quantities.items():
        code = "unknown" if pk not in products else "no_price" if pk not in prices else ""
        if code := code or (PROBED if pk in probed else ""):
            refused.append(ProductRefusedError(pk, code))
            continue
        wanted = fitting_packs(products[pk], asked, prices[pk])
        if is_of_basket:
            wanted -= stock[pk].own
        record_id = _record(context, stock[pk], wanted)
        if wanted <= 0:
            settled.append(pk)
        elif record_id is None:
            short.append(pk)
        else:
            demand[record_id] = wanted
    probes_note(context=context, product_ids=short)
    try:
        holds = _reserve(context, demand, hours, reason, Kind.CART if is_of_basket else Kind.MANUAL)
    except ReserveRefusedError as error:
        if error.code == "share":
            probes_note(context=context, product_ids=_products_of(stock, error.stock_record_id))
        raise
    return ReserveReport(holds, short, refused, settled)


def _products_of(stock: Mapping[int, ProductStock], record_id: int | None) -> Collection[int]:
    return [
        pk
        for pk, found in stock.items()
        if any(balance.stock_record_id == record_id for balance in found.balances.values())
    ]


def _record(context: TradeContext, stock: ProductStock, quantity: Decimal) -> int | None:
    """The first stock record with all of it, what is held already not counted."""
    for pk in context.warehouse_ids:
        balance = stock.balances.get(pk)
        if balance and balance.free - balance.own >= quantity:
            return balance.stock_record_id
    return None


def _reserve(
    context: TradeContext, demand: Mapping[int, Decimal], hours: int, reason: str, kind: Kind
) -> Sequence[StockHold]:
    if not demand:
        return ()
    reserver = Reserver(context.contract_id, context.counterparty_id, context.user_id)
    return stock_reserve(reserver=reserver, demand=demand, hours=hours, reason=reason, kind=kind)


def hold_let_go(*, context: TradeContext, hold_id: int) -> bool:
    """Let a reserve by hand of the current contract go; False if there is no such one."""
    context.require(PLACE_ORDERS)
    return bool(reserves_let_go(contract_id=context.contract_id, hold_ids=[hold_id]))


def reserves_to_basket(
    *, context: TradeContext, hold_ids: Collection[int] | None = None
) -> BasketChange | None:
    """Put what is reserved under the current contract (all, or some) into the basket.

    A line that is there already is raised to what is reserved, never lowered. None if there is
    no such reserve. The reserves go into the order once it is placed.
    """
    context.require(PLACE_ORDERS)
    quantities: dict[int, Decimal] = {}
    for hold in reserves_for(context=context):
        if hold_ids is None or hold.pk in hold_ids:
            pk = hold.stock_record.product_id
            quantities[pk] = quantities.get(pk, Decimal(0)) + hold.quantity
    if not quantities:
        return None
    there = basket_quantities(context=context, product_ids=quantities)
    return basket_set_many(
        context=context,
        quantities={pk: max(q, there.get(pk, q)) for pk, q in quantities.items()},
    )
