"""Writing lines of a basket that are there already: how many, counted in what, from where."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import prefetch_related_objects

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.errors import BasketMissingError, LineChangedError
from b2b_apps.purchasing.kept import line_ids_of
from b2b_apps.purchasing.quantities import QuantityError
from b2b_apps.purchasing.selectors import basket_for, kept_sheet
from b2b_apps.purchasing.services.changes import BasketChange, TakenLine
from b2b_apps.purchasing.services.edit import (
    BasketEdit,
    edit_begin,
    edit_keep,
    edit_take_out,
    edit_touch,
    edit_write,
)
from b2b_apps.purchasing.typed import TypedQuantity, base_units_of

LONGEST_COMMENT = 255


@transaction.atomic
def basket_line_set(*, context: TradeContext, line_id: int, typed: TypedQuantity) -> BasketChange:
    """Set how many there are of a line, as ``basket_set`` does. Seven queries, whatever the length
    of the basket.

    Also raises BasketMissingError if there is no such line, LineChangedError if somebody has
    changed it since the person saw it, QuantityError if it has no such pack or unit; one query more
    if a unit is written.
    """
    context.require(PLACE_ORDERS)
    edit = edit_begin(context=context, line_ids=[line_id])
    line = _line(edit, line_id)
    quantity = base_units_of(typed, line.product, line.pack)
    if typed.seen is not None and typed.seen != line.quantity != quantity:
        raise LineChangedError(line, quantity)
    if refused := edit_write(edit, product_id=line.product_id, asked=quantity):
        raise refused
    return edit_keep(edit)


@transaction.atomic
def basket_lines_set(
    *, context: TradeContext, typed: Mapping[int, TypedQuantity]
) -> tuple[BasketChange, Sequence[LineChangedError], Mapping[int, QuantityError]]:
    """Set quantities of many lines by id; what cannot be is named, not raised, lines whose unit is
    none of theirs by id. Locks the basket.

    A figure that is as the person saw it says nothing: the line stays as somebody else has made it
    meanwhile. Lines that are in no basket of his are passed over. As many queries for any number.
    """
    context.require(PLACE_ORDERS)
    edit = edit_begin(context=context, line_ids=list(typed))
    changed, odd = [], {}
    lines = [(line, typed[line.pk]) for line in edit.lines.values() if line.pk in typed]
    prefetch_related_objects([line.product for line, asked in lines if asked.unit], "packs")
    for line, asked in lines:
        try:
            quantity = base_units_of(asked, line.product, line.pack)
        except QuantityError as error:
            odd[line.pk] = error
            continue
        if quantity in (asked.seen, line.quantity):
            continue
        if asked.seen is not None and asked.seen != line.quantity:
            changed.append(LineChangedError(line, quantity))
            continue
        edit_write(edit, product_id=line.product_id, asked=quantity)
    return edit_keep(edit), changed, odd


@transaction.atomic
def basket_line_change(
    *,
    context: TradeContext,
    line_id: int,
    comment: str,
    warehouse_id: int | None,
    pack_id: int | None,
) -> BasketChange:
    """Write a line's comment, the warehouse it has to leave (None: the best one) and the pack it is
    counted in (None: base units).

    Raises BasketMissingError; for a warehouse that the person does not see or a pack of another
    product, too.
    """
    context.require(PLACE_ORDERS)
    edit = edit_begin(context=context, line_ids=[line_id])
    line = _line(edit, line_id)
    if warehouse_id is not None and warehouse_id not in context.warehouse_ids:
        raise BasketMissingError
    packs = apps.get_model("catalogue", "ProductUnit").objects
    pack = packs.filter(pk=pack_id, product_id=line.product_id).first() if pack_id else None
    if pack_id and pack is None:
        raise BasketMissingError
    line.comment, line.pack = comment.strip()[:LONGEST_COMMENT], pack
    edit_touch(edit, line, warehouse_id=warehouse_id)
    return edit_keep(edit)


@transaction.atomic
def basket_lines_from(
    *, context: TradeContext, line_ids: Collection[int], warehouse_id: int | None
) -> BasketChange:
    """Have lines leave one warehouse, or the best one of each. Locks the basket.

    Raises BasketMissingError for a warehouse that the person does not see.
    """
    context.require(PLACE_ORDERS)
    if warehouse_id is not None and warehouse_id not in context.warehouse_ids:
        raise BasketMissingError
    edit = edit_begin(context=context, line_ids=line_ids)
    for line in edit.lines.values():
        if line.pk in line_ids and line.from_warehouse_id != warehouse_id:
            edit_touch(edit, line, warehouse_id=warehouse_id)
    return edit_keep(edit)


@transaction.atomic
def basket_settle(*, context: TradeContext) -> BasketChange:
    """Do to each line that keeps the order back what its own button would: take as many as there
    are, take out what can't be had. Locks the basket.

    A line of which that would tell more than the person may see stays as it is.
    """
    context.require(PLACE_ORDERS)
    basket = basket_for(context)
    places = line_ids_of(basket.pk, only="problems") if basket else {}
    edit = edit_begin(context=context, line_ids=list(places))
    for shown in kept_sheet(context=context, basket=basket, places=places).lines:
        line = edit.lines.get(shown.product.pk)
        problem = next((p for p in shown.problems if p.is_blocking), None)
        if line is None or problem is None:
            continue
        if problem.only_removing:
            edit_take_out(edit, line)
        elif problem.take:
            edit_write(edit, product_id=line.product_id, asked=problem.take)
    return edit_keep(edit)


@transaction.atomic
def basket_as_before(
    *, context: TradeContext, lines: Sequence[TakenLine], with_gone: bool = False
) -> BasketChange:
    """Give lines the quantities and warehouses back that they had; those gone since stay gone, but
    ``with_gone``. What can't be had again is named, not raised.
    """
    context.require(PLACE_ORDERS)
    edit = edit_begin(context=context, product_ids=[line.product_id for line in lines])
    for was in lines:
        line = edit.lines.get(was.product_id)
        if line is not None:
            edit_touch(edit, line, warehouse_id=was.warehouse_id)
        if line is not None or with_gone:
            edit_write(edit, product_id=was.product_id, asked=was.quantity, like=was)
    return edit_keep(edit)


def _line(edit: BasketEdit, line_id: int) -> Any:
    found = next((line for line in edit.lines.values() if line.pk == line_id), None)
    if found is None:
        raise BasketMissingError
    return found
