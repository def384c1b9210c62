"""Orders in one step: of a basket of their own, that what lies in the open one has no part in."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db import transaction

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.services.basket import basket_put_back
from b2b_apps.purchasing.services.changes import BasketChange, TakenLine, taken_from
from b2b_apps.purchasing.services.edit import edit_begin, edit_keep, edit_take_out

# The status of such a basket; one for each person and contract, filled anew for each order.
QUICK = "Quick"


def quick_context(context: TradeContext) -> TradeContext:
    """The context in which services write and order this basket, and no other."""
    return replace(context, basket_owner_id=None, basket_status=QUICK)


def quick_basket(*, context: TradeContext) -> Any | None:
    """Return what the person is about to order in one step under this contract. One query."""
    return (
        apps.get_model("basket", "Basket")
        .objects.filter(owner_id=context.user_id, contract_id=context.contract_id, status=QUICK)
        .first()
    )


@transaction.atomic
def quick_fill(*, context: TradeContext, lines: Sequence[TakenLine]) -> BasketChange:
    """Put these lines, and nothing else, into the basket of an order in one step.

    They are new lines at today's prices: what a page of before offered is no longer offered, and
    says so when it is sent. Refused products are named, not raised. Locks that basket. Queries of
    ``basket_put_back`` and at most four. Raises BasketFullError, PermissionMissingError.
    """
    context = quick_context(context)
    context.require(PLACE_ORDERS)
    # Made if there is none, so that whoever clicks at the same time waits here.
    edit = edit_begin(context=context, is_whole=True, may_create=bool(lines))
    if edit.lines:
        for line in list(edit.lines.values()):
            edit_take_out(edit, line)
        edit_keep(edit)
    return basket_put_back(context=context, lines=lines)


@transaction.atomic
def quick_to_basket(*, context: TradeContext) -> BasketChange:
    """Carry what was to be ordered in one step over to the open basket, where it is edited.

    Locks that basket, then the open one. Raises BasketFullError, PermissionMissingError; then
    nothing has changed.
    """
    context.require(PLACE_ORDERS)
    edit = edit_begin(context=quick_context(context), is_whole=True)
    lines = [taken_from(line) for line in edit.lines.values()]
    change = basket_put_back(context=context, lines=[replace(x, created_at=None) for x in lines])
    refused = {error.product_id for error in change.refused}
    for line in list(edit.lines.values()):
        if line.product_id not in refused:
            edit_take_out(edit, line)
    edit_keep(edit)
    return change
