"""Writing a basket: quantities by product, comments, agreed prices."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import transaction

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.selectors import ProductStock, stock_for
from b2b_apps.pricing.selectors import ProductPrice, prices_for
from b2b_apps.purchasing.errors import BasketFullError, ProductRefusedError
from b2b_apps.purchasing.locks import open_basket_locked
from b2b_apps.purchasing.quantities import MAX_QUANTITY, Correction, QuantityError, raised_to_pack
from b2b_apps.purchasing.selectors import lines_of
from b2b_apps.purchasing.sheet import Sheet, is_orderable, packs_of, sheet_from

MAX_LINES = 10_000


@dataclass(frozen=True, slots=True)
class BasketChange:
    """What a write did: the basket afterwards, quantities corrected, products refused."""

    sheet: Sheet
    corrections: Sequence[Correction] = ()
    refused: Sequence[ProductRefusedError] = ()


@dataclass
class _Desk:
    """The rows, prices and stock that one write works on."""

    context: TradeContext
    basket: Any | None
    lines: dict[int, Any]
    products: Mapping[int, Any]
    prices: Mapping[int, ProductPrice]
    stock: Mapping[int, ProductStock]
    corrections: list[Correction] = field(default_factory=list)
    refused: list[ProductRefusedError] = field(default_factory=list)
    written: dict[int, Any] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)


def basket_set(*, context: TradeContext, product_id: int, quantity: Decimal) -> BasketChange:
    """Set how many base units of a product are in the basket; 0 takes it out.

    The quantity is raised to the minimum and the multiple, which the answer says. Raises
    ProductRefusedError, BasketFullError, PermissionMissingError; then nothing has changed.
    """
    with transaction.atomic():
        change = basket_set_many(context=context, quantities={product_id: quantity})
        if change.refused:
            raise change.refused[0]
    return change


@transaction.atomic
def basket_set_many(
    *, context: TradeContext, quantities: Mapping[int, Decimal], add: bool = False
) -> BasketChange:
    """Set (or ``add``) quantities of many products at once; refused ones are named, not raised.

    Locks the basket. At most eleven queries, whatever the number of products or lines.
    """
    context.require(PLACE_ORDERS)
    desk = _desk_for(context, quantities)
    for product_id, quantity in quantities.items():
        there = desk.lines.get(product_id)
        _write(desk, product_id, quantity + (there.quantity if add and there else 0))
    return _kept(desk)


@transaction.atomic
def basket_remove(*, context: TradeContext, line_ids: Collection[int]) -> BasketChange:
    """Take lines out of the basket; ids that are not in it are passed over."""
    context.require(PLACE_ORDERS)
    desk = _desk_for(context, {})
    for line in list(desk.lines.values()):
        if line.pk in line_ids:
            _take_out(desk, line)
    return _kept(desk)


@transaction.atomic
def basket_accept(
    *, context: TradeContext, line_ids: Collection[int] | None = None
) -> BasketChange:
    """Accept today's prices of lines, or of all lines, as agreed."""
    context.require(PLACE_ORDERS)
    desk = _desk_for(context, {})
    for product_id, line in desk.lines.items():
        price = desk.prices.get(product_id)
        if price and (line_ids is None or line.pk in line_ids):
            _agree(line, price)
            desk.written[product_id] = line
    return _kept(desk)


@transaction.atomic
def basket_comment(*, context: TradeContext, line_id: int, comment: str) -> bool:
    """Write a line's comment; return whether there is such a line."""
    context.require(PLACE_ORDERS)
    basket = open_basket_locked(context=context, may_create=False)
    if basket is None:
        return False
    return bool(basket.lines.filter(pk=line_id).update(comment=comment.strip()[:255]))


def basket_totals_keep(*, basket: Any, sheet: Sheet) -> None:
    """Write what the header shows, if it changed. At most one query."""
    if (basket.cached_total, basket.cached_num_lines) == (sheet.total_incl_tax, sheet.num_lines):
        return
    basket.cached_total, basket.cached_num_lines = sheet.total_incl_tax, sheet.num_lines
    # By pk and not by save(): another tab may have written the rest of the row.
    type(basket).objects.filter(pk=basket.pk).update(
        cached_total=sheet.total_incl_tax, cached_num_lines=sheet.num_lines
    )


def _desk_for(context: TradeContext, quantities: Mapping[int, Decimal]) -> _Desk:
    may_create = any(quantity > 0 for quantity in quantities.values())
    basket = open_basket_locked(context=context, may_create=may_create)
    lines = {line.product_id: line for line in lines_of(basket)}
    new = [pk for pk in quantities if pk not in lines]
    products = {pk: line.product for pk, line in lines.items()}
    if new:
        rows = apps.get_model("catalogue", "Product").objects.filter(pk__in=new)
        products |= rows.select_related("base_unit", "parent__base_unit").in_bulk()
    return _Desk(
        context=context,
        basket=basket,
        lines=lines,
        products=products,
        prices=prices_for(context=context, product_ids=products),
        stock=stock_for(context=context, product_ids=products),
    )


def _write(desk: _Desk, product_id: int, asked: Decimal) -> None:
    line = desk.lines.get(product_id)
    if asked <= 0:
        if line is not None:
            _take_out(desk, line)
        return
    if asked > MAX_QUANTITY:
        raise QuantityError("too_large")
    if line is None and (code := _refusal(desk, product_id)):
        desk.refused.append(ProductRefusedError(product_id, code))
        return
    product = desk.products[product_id]
    multiple, minimum = packs_of(product)
    taken = raised_to_pack(asked, multiple=multiple, minimum=minimum)
    if taken != asked:
        desk.corrections.append(Correction(product_id, asked, taken, multiple, minimum))
    desk.lines[product_id] = desk.written[product_id] = _row(desk, line, product, taken)


def _refusal(desk: _Desk, product_id: int) -> str:
    """Why a new product can't be taken, or nothing."""
    product = desk.products.get(product_id)
    if product is None or not is_orderable(product):
        return "unknown"
    if product_id not in desk.prices:
        return "no_price"
    return "" if desk.stock[product_id].balances else "no_stock"


def _row(desk: _Desk, line: Any | None, product: Any, quantity: Decimal) -> Any:
    price = desk.prices.get(product.pk)
    if line is None:
        line = apps.get_model("basket", "Line")(
            basket=desk.basket,
            product=product,
            line_reference=str(product.pk),
            price_currency=desk.context.currency,
        )
        is_settled = True
    else:
        is_settled = price is not None and _is_agreed(line, price)
    line.quantity = quantity
    best = desk.stock[product.pk].best(quantity=quantity, warehouse_ids=desk.context.warehouse_ids)
    if best:
        line.stockrecord_id = best.stock_record_id
    # Another tier at another quantity is no change of price; an unaccepted change stays one.
    if price and is_settled:
        _agree(line, price)
    return line


def _is_agreed(line: Any, price: ProductPrice) -> bool:
    return (line.price_excl_tax, line.price_incl_tax) == price.unit_prices_at(line.quantity)


def _agree(line: Any, price: ProductPrice) -> None:
    line.price_excl_tax, line.price_incl_tax = price.unit_prices_at(line.quantity)


def _take_out(desk: _Desk, line: Any) -> None:
    desk.removed.append(line.pk)
    del desk.lines[line.product_id]


def _kept(desk: _Desk) -> BasketChange:
    """Write what the desk holds, keep the totals, and return the basket as it is now."""
    model = apps.get_model("basket", "Line")
    if desk.removed:
        model.objects.filter(pk__in=desk.removed).delete()
    if len(desk.lines) > MAX_LINES:
        raise BasketFullError
    changed = [line for line in desk.written.values() if line.pk]
    new = [line for line in desk.written.values() if not line.pk]
    fields = ["quantity", "stockrecord", "price_excl_tax", "price_incl_tax", "date_updated"]
    model.objects.bulk_update(changed, fields, batch_size=2000)
    model.objects.bulk_create(new, batch_size=2000)
    sheet = sheet_from(
        context=desk.context,
        basket_id=desk.basket.pk if desk.basket else None,
        lines=list(desk.lines.values()),
        prices=desk.prices,
        stock=desk.stock,
    )
    if desk.basket is not None:
        basket_totals_keep(basket=desk.basket, sheet=sheet)
    return BasketChange(sheet, desk.corrections, desk.refused)
