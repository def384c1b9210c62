"""Writing a basket: quantities by product, comments, agreed prices, putting back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.db import transaction

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.promo import LIVE
from b2b_apps.pricing.selectors import promo_code_state
from b2b_apps.purchasing.errors import BasketMissingError, PromoCodeError
from b2b_apps.purchasing.locks import open_basket_locked
from b2b_apps.purchasing.selectors import with_promo_code
from b2b_apps.purchasing.services.changes import BasketChange, TakenLine, taken_from
from b2b_apps.purchasing.services.edit import (
    BasketEdit,
    edit_begin,
    edit_keep,
    edit_reprice,
    edit_take_out,
    edit_write,
    is_agreed,
)


@transaction.atomic
def basket_set(*, context: TradeContext, product_id: int, quantity: Decimal) -> BasketChange:
    """Set how many base units of a product are in the basket; 0 takes it out.

    The quantity is raised to the minimum and the multiple, which the answer says. Raises
    ProductRefusedError, BasketFullError, PermissionMissingError; then nothing has changed.
    """
    context.require(PLACE_ORDERS)
    return _set(
        edit_begin(context=context, product_ids=[product_id], may_create=quantity > 0),
        product_id,
        quantity,
    )


def _set(edit: BasketEdit, product_id: int, quantity: Decimal) -> BasketChange:
    if refused := edit_write(edit, product_id=product_id, asked=quantity):
        raise refused
    return edit_keep(edit)


@transaction.atomic
def basket_set_many(
    *, context: TradeContext, quantities: Mapping[int, Decimal], add: bool = False
) -> BasketChange:
    """Set (or ``add``) quantities of many products at once; refused ones are named, not raised.

    Locks the basket. At most eleven queries, whatever the number of products or lines. Raises
    BasketFullError, PermissionMissingError.
    """
    context.require(PLACE_ORDERS)
    may_create = any(quantity > 0 for quantity in quantities.values())
    edit = edit_begin(context=context, product_ids=quantities, may_create=may_create)
    for product_id, quantity in quantities.items():
        edit_write(
            edit, product_id=product_id, asked=quantity + (edit.there(product_id) if add else 0)
        )
    return edit_keep(edit)


@transaction.atomic
def basket_raise(*, context: TradeContext, quantities: Mapping[int, Decimal]) -> BasketChange:
    """Have at least so much of each product in the basket: of what lies there in no smaller
    quantity nothing is added, so that doing it twice doubles nothing.

    Locks the basket. As many queries as ``basket_set_many``, and raises the same.
    """
    context.require(PLACE_ORDERS)
    edit = edit_begin(context=context, product_ids=quantities, may_create=bool(quantities))
    for product_id, quantity in quantities.items():
        if quantity > edit.there(product_id):
            edit_write(edit, product_id=product_id, asked=quantity)
    return edit_keep(edit)


@transaction.atomic
def basket_remove(*, context: TradeContext, line_ids: Collection[int]) -> BasketChange:
    """Take lines out of the basket; ids that are not in it are passed over."""
    context.require(PLACE_ORDERS)
    edit = edit_begin(context=context, line_ids=line_ids)
    for line in list(edit.lines.values()):
        if line.pk in line_ids:
            edit_take_out(edit, line)
    return edit_keep(edit)


@transaction.atomic
def basket_put_back(*, context: TradeContext, lines: Sequence[TakenLine]) -> BasketChange:
    """Put lines back that were taken out: quantity, comment and place among the others.

    What has come into the basket meanwhile is added to. Refused ones are named, not raised.
    Locks the basket. One query more than ``basket_set_many``.
    """
    context.require(PLACE_ORDERS)
    edit = edit_begin(
        context=context, product_ids=[line.product_id for line in lines], may_create=bool(lines)
    )
    for line in lines:
        edit_write(
            edit,
            product_id=line.product_id,
            asked=edit.there(line.product_id) + line.quantity,
            like=line,
        )
    return edit_keep(edit)


@transaction.atomic
def basket_take_back(*, context: TradeContext, quantities: Mapping[int, Decimal]) -> BasketChange:
    """Take out what was added, no more than there is; other lines stay. Locks the basket."""
    context.require(PLACE_ORDERS)
    edit = edit_begin(context=context, product_ids=quantities)
    for product_id, quantity in quantities.items():
        edit_write(edit, product_id=product_id, asked=edit.there(product_id) - quantity)
    return edit_keep(edit)


@transaction.atomic
def basket_accept(
    *, context: TradeContext, line_ids: Collection[int] | None = None
) -> BasketChange:
    """Accept today's prices of lines, or of all lines, as agreed; those that had others are told
    with them, for ``basket_unaccept``.
    """
    context.require(PLACE_ORDERS)
    edit = edit_begin(context=context, line_ids=line_ids, is_whole=line_ids is None)
    for product_id, line in edit.lines.items():
        price = edit.before.book.price(product_id)
        if (line_ids is None or line.pk in line_ids) and price and not is_agreed(line, price):
            agreed = line.price_excl_tax, line.price_incl_tax
            edit.was[product_id] = replace(taken_from(line), prices=agreed)
            edit.settled.add(product_id)
            edit.written[product_id] = line
    return edit_keep(edit)


@transaction.atomic
def basket_unaccept(*, context: TradeContext, lines: Sequence[TakenLine]) -> BasketChange:
    """Give lines the prices back that were agreed before others were accepted; those gone since
    stay gone.
    """
    context.require(PLACE_ORDERS)
    edit = edit_begin(context=context, product_ids=[line.product_id for line in lines])
    for was in lines:
        line = edit.lines.get(was.product_id)
        if line is not None and was.prices is not None:
            edit.was[was.product_id] = taken_from(line)
            line.price_excl_tax, line.price_incl_tax = was.prices
            edit.written[was.product_id] = line
    return edit_keep(edit)


@transaction.atomic
def basket_promo_set(*, context: TradeContext, code: str) -> BasketChange:
    """Write a promo code into the basket, or take it out with an empty one; agree on its prices.

    Locks the basket. Raises PromoCodeError (then nothing has changed), BasketMissingError.
    """
    context.require(PLACE_ORDERS)
    code = code.strip()[:40]
    edit = edit_begin(context=context, is_whole=True)
    if edit.basket is None:
        raise BasketMissingError
    if code and (state := promo_code_state(context=context, code=code)) != LIVE:
        raise PromoCodeError(state)
    edit.basket.promo_code = code
    edit.basket.save(update_fields=["promo_code"])
    edit.context = with_promo_code(context, edit.basket)
    edit_reprice(edit)
    return edit_keep(edit)


@transaction.atomic
def basket_reprice(*, context_was: TradeContext, context: TradeContext) -> BasketChange:
    """Agree on the prices of another context of the same contract: the buyer has chosen it.

    What differed from the prices of ``context_was`` already stays a difference. Locks the basket.
    """
    edit = edit_begin(context=context_was, is_whole=True)
    edit.context = with_promo_code(context, edit.basket)
    edit_reprice(edit)
    return edit_keep(edit)


@transaction.atomic
def basket_comment(*, context: TradeContext, line_id: int, comment: str) -> bool:
    """Write a line's comment; return whether there is such a line."""
    context.require(PLACE_ORDERS)
    basket = open_basket_locked(context=context, may_create=False)
    if basket is None:
        return False
    return bool(basket.lines.filter(pk=line_id).update(comment=comment.strip()[:255]))
