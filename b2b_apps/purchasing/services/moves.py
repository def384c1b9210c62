"""Carrying lines from the basket of one contract to that of another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.selectors import ProductPrice
from b2b_apps.purchasing.errors import BasketMissingError, ProductRefusedError
from b2b_apps.purchasing.goods import article_of
from b2b_apps.purchasing.locks import OPEN, basket_locked, open_baskets_locked
from b2b_apps.purchasing.moving import is_repriced
from b2b_apps.purchasing.selectors import lines_of
from b2b_apps.purchasing.services.basket import basket_put_back
from b2b_apps.purchasing.services.changes import BasketChange, TakenLine, taken_from
from b2b_apps.purchasing.services.edit import (
    BasketEdit,
    edit_begin,
    edit_keep,
    edit_take_out,
    edit_write,
)
from b2b_apps.purchasing.sheet import SheetLine, refusal_code

LONGEST_COMMENT = 255


@dataclass(frozen=True, slots=True)
class BasketMove:
    """What a move did: both baskets afterwards, what went over, what stayed and why."""

    change: BasketChange
    left: BasketChange
    moved: Sequence[TakenLine]
    stayed: Sequence[ProductRefusedError]
    num_repriced: int


@transaction.atomic
def basket_move(
    *,
    context_from: TradeContext,
    context_to: TradeContext,
    line_ids: Collection[int] | None = None,
) -> BasketMove:
    """Carry lines (all, or ``line_ids``) over to the basket under another contract.

    They get the other contract's prices as agreed; what lies there already is added to. Nothing
    is dropped: a line that can't be had there stays where it is and is named in ``stayed``. Both
    contexts are of one person. Locks both baskets in the order of their contracts. Queries do
    not grow with the lines. Raises BasketFullError, PermissionMissingError.
    """
    source, target = _edits(context_from, context_to)
    lines = [
        taken_from(line)
        for line in source.lines.values()
        if line_ids is None or line.pk in line_ids
    ]
    # They come after what lies there; their old places are kept for the way back.
    return _carried(source, target, lines, to_their_places=False)


@transaction.atomic
def basket_move_back(
    *, context_from: TradeContext, context_to: TradeContext, lines: Sequence[TakenLine]
) -> BasketMove:
    """Undo a move: carry back so much of each line as is still there. Locks as ``basket_move``."""
    source, target = _edits(context_from, context_to)
    there = [
        TakenLine(
            line.product_id,
            min(line.quantity, source.there(line.product_id)),
            line.comment,
            line.created_at,
        )
        for line in lines
        if line.product_id in source.lines
    ]
    return _carried(source, target, there, to_their_places=True)


@transaction.atomic
def basket_take_over(*, context: TradeContext, basket_id: int) -> BasketMove:
    """Carry the lines of the person's basket under a contract that has ended over to the present
    one, at its prices. What can't be had there stays where it was and is named in ``stayed``.

    Locks that basket, then the open one: no other move knows the first. Five queries more than
    ``basket_put_back``. Raises BasketMissingError, BasketFullError, PermissionMissingError; then
    nothing has changed.
    """
    context.require(PLACE_ORDERS)
    basket = basket_locked(basket_id=basket_id, user_id=context.user_id)
    if basket is None or basket.status != OPEN or basket.contract_id == context.contract_id:
        raise BasketMissingError
    rows = lines_of(basket)
    lines = [replace(taken_from(row), created_at=None, warehouse_id=None) for row in rows]
    change = basket_put_back(context=context, lines=lines)
    refused = {error.product_id for error in change.refused}
    moved = [line for line in lines if line.product_id not in refused]
    basket.lines.exclude(product_id__in=refused).delete()
    basket.cached_num_lines = len(refused)
    basket.save(update_fields=["cached_num_lines"])
    agreed = {row.product_id: (row.price_currency, row.price_incl_tax) for row in rows}
    now = {line.product.pk: line for line in change.sheet.lines}
    num_repriced = sum(_agreed_now(context, now.get(x.product_id)) != agreed[x.product_id]
                       for x in moved)  # fmt: skip
    return BasketMove(change, change, moved, change.refused, num_repriced)


def _agreed_now(context: TradeContext, line: SheetLine | None) -> tuple[str, Decimal] | None:
    if line is None or line.price is None:
        return None
    return context.currency, line.price.unit_prices_at(line.quantity)[1]


def _edits(context_from: TradeContext, context_to: TradeContext) -> tuple[BasketEdit, BasketEdit]:
    context_from.require(PLACE_ORDERS)
    context_to.require(PLACE_ORDERS)
    if context_from.user_id != context_to.user_id:
        raise ValueError("Both baskets must be of one person")
    open_baskets_locked(context_from=context_from, context_to=context_to)
    source = edit_begin(context=context_from, is_whole=True)
    # The target's prices and stock are asked for both baskets' goods.
    target = edit_begin(context=context_to, product_ids=list(source.lines), may_create=True)
    return source, target


def _carried(
    source: BasketEdit, target: BasketEdit, lines: Sequence[TakenLine], *, to_their_places: bool
) -> BasketMove:
    moved, stayed = [], []
    prices: dict[int, tuple[ProductPrice | None, Decimal]] = {}
    for line in lines:
        there = target.there(line.product_id)
        like = line if to_their_places else replace(line, created_at=None)
        refused = _refused(target, line) or edit_write(
            target, product_id=line.product_id, asked=there + line.quantity, like=like
        )
        if refused:
            stayed.append(refused)
            continue
        if there:
            _join_comment(target, line)
        prices[line.product_id] = source.before.book.price(line.product_id), line.quantity
        _lessen(source, line)
        moved.append(line)
    change, left = edit_keep(target), edit_keep(source)
    num_repriced = sum(
        is_repriced(*prices[line.product.pk], line.price, line.quantity)
        for line in change.sheet.lines
        if line.product.pk in prices
    )
    return BasketMove(change, left, moved, stayed, num_repriced)


def _refused(target: BasketEdit, line: TakenLine) -> ProductRefusedError | None:
    """Why a line may not go over; one that already lies there, but without a price, too."""
    product = target.products.get(line.product_id)
    code = refusal_code(product, target.book, target.stock.get(line.product_id))
    return ProductRefusedError(line.product_id, code, article_of(product)) if code else None


def _lessen(source: BasketEdit, line: TakenLine) -> None:
    row = source.lines[line.product_id]
    if row.quantity <= line.quantity:
        edit_take_out(source, row)
    else:
        edit_write(source, product_id=line.product_id, asked=row.quantity - line.quantity)


def _join_comment(target: BasketEdit, line: TakenLine) -> None:
    row = target.lines[line.product_id]
    comments = [text for text in (row.comment, line.comment) if text]
    row.comment = "; ".join(dict.fromkeys(comments))[:LONGEST_COMMENT]
