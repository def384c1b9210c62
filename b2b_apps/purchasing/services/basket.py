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
from b2b_apps.pricing.promo import LIVE
from b2b_apps.pricing.selectors import (
    BasketPrices,
    PriceBook,
    ProductPrice,
    price_book,
    promo_code_state,
)
from b2b_apps.purchasing.errors import (
    BasketFullError,
    BasketMissingError,
    ProductRefusedError,
    PromoCodeError,
)
from b2b_apps.purchasing.locks import open_basket_locked
from b2b_apps.purchasing.quantities import MAX_QUANTITY, Correction, QuantityError, raised_to_pack
from b2b_apps.purchasing.selectors import lines_of, with_promo_code
from b2b_apps.purchasing.sheet import (
    Sheet,
    is_orderable,
    no_price_kind,
    packs_of,
    quantities_of,
    sheet_from,
)

MAX_LINES = 10_000


@dataclass(frozen=True, slots=True)
class BasketChange:
    """What a write did: the basket afterwards, quantities corrected, products refused.

    ``is_repriced`` if it reached or lost a threshold, so that lines that were not written cost
    something else now.
    """

    sheet: Sheet
    corrections: Sequence[Correction] = ()
    refused: Sequence[ProductRefusedError] = ()
    is_repriced: bool = False


@dataclass
class _Desk:
    """The rows, prices and stock that one write works on.

    ``before`` are the prices of the basket as it was; ``settled`` the written products whose
    price was agreed then, or is now.
    """

    context: TradeContext
    basket: Any | None
    lines: dict[int, Any]
    products: Mapping[int, Any]
    book: PriceBook
    before: BasketPrices
    stock: Mapping[int, ProductStock]
    corrections: list[Correction] = field(default_factory=list)
    refused: list[ProductRefusedError] = field(default_factory=list)
    written: dict[int, Any] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)
    settled: set[int] = field(default_factory=set)


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
        if line_ids is None or line.pk in line_ids:
            desk.settled.add(product_id)
            desk.written[product_id] = line
    return _kept(desk)


@transaction.atomic
def basket_promo_set(*, context: TradeContext, code: str) -> BasketChange:
    """Write a promo code into the basket, or take it out with an empty one; agree on its prices.

    Locks the basket. Raises PromoCodeError (then nothing has changed), BasketMissingError.
    """
    context.require(PLACE_ORDERS)
    code = code.strip()[:40]
    desk = _desk_for(context, {})
    if desk.basket is None:
        raise BasketMissingError
    if code and (state := promo_code_state(context=context, code=code)) != LIVE:
        raise PromoCodeError(state)
    desk.basket.promo_code = code
    desk.basket.save(update_fields=["promo_code"])
    desk.context = with_promo_code(context, desk.basket)
    desk.book = price_book(context=desk.context, product_ids=desk.products, with_thresholds=True)
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
    context = with_promo_code(context, basket)
    book = price_book(context=context, product_ids=products, with_thresholds=True)
    return _Desk(
        context=context,
        basket=basket,
        lines=lines,
        products=products,
        book=book,
        before=BasketPrices(book, quantities_of(lines.values())),
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
    if product_id not in desk.book:
        return no_price_kind(desk.book, product_id)
    return "" if desk.stock[product_id].balances else "no_stock"


def _row(desk: _Desk, line: Any | None, product: Any, quantity: Decimal) -> Any:
    if line is None:
        line = apps.get_model("basket", "Line")(
            basket=desk.basket,
            product=product,
            line_reference=str(product.pk),
            price_currency=desk.context.currency,
        )
        desk.settled.add(product.pk)
    elif _is_agreed(line, desk.before.book.price(product.pk)):
        # Another tier at another quantity is no change of price; an unaccepted change stays one.
        desk.settled.add(product.pk)
    line.quantity = quantity
    best = desk.stock[product.pk].best(quantity=quantity, warehouse_ids=desk.context.warehouse_ids)
    if best:
        line.stockrecord_id = best.stock_record_id
    return line


def _agree_all(desk: _Desk) -> BasketPrices:
    """Agree on the prices that follow from the write, and return them.

    If it reached or lost a threshold of the basket's sum, or changed the promo code, the lines
    that were not written are agreed anew too: it was the buyer who changed their prices.
    """
    prices = BasketPrices(desk.book, quantities_of(desk.lines.values()))
    if prices.reached != desk.before.reached or prices.usual is not desk.before.usual:
        for product_id, line in desk.lines.items():
            if product_id not in desk.written and _is_agreed(
                line, desk.before.book.price(product_id)
            ):
                desk.settled.add(product_id)
                desk.written[product_id] = line
    for product_id in desk.settled & desk.lines.keys():
        if price := prices.book.price(product_id):
            _agree(desk.lines[product_id], price)
    return prices


def _is_agreed(line: Any, price: ProductPrice | None) -> bool:
    return price is not None and (line.price_excl_tax, line.price_incl_tax) == price.unit_prices_at(
        line.quantity
    )


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
    prices = _agree_all(desk)
    changed = [line for line in desk.written.values() if line.pk]
    new = [line for line in desk.written.values() if not line.pk]
    fields = ["quantity", "stockrecord", "price_excl_tax", "price_incl_tax", "date_updated"]
    model.objects.bulk_update(changed, fields, batch_size=2000)
    model.objects.bulk_create(new, batch_size=2000)
    sheet = sheet_from(
        context=desk.context,
        basket=desk.basket,
        lines=list(desk.lines.values()),
        prices=prices,
        stock=desk.stock,
    )
    if desk.basket is not None:
        basket_totals_keep(basket=desk.basket, sheet=sheet)
    is_repriced = prices.reached != desk.before.reached
    return BasketChange(sheet, desk.corrections, desk.refused, is_repriced)
