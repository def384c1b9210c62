"""What was put together before signing in goes into the basket.

Oscar merges anonymous baskets, rows of its own; ours are of a contract, and who has none has none.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import scope

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.contracts.context import TradeOptions, trade_context_for
from b2b_apps.core.context import TradeContext
from b2b_apps.entry.errors import TooManyRowsError
from b2b_apps.entry.services import text_check
from b2b_apps.guests import basket as guest_basket
from b2b_apps.purchasing.errors import BasketFullError
from b2b_apps.purchasing.pasted import pasted_rows
from b2b_apps.purchasing.services import BasketChange, basket_raise, basket_set_many
from b2b_apps.purchasing.typed_words import quantity_error
from b2b_apps.storefront import basket_steps, signed_out
from b2b_apps.storefront.pack_units import counted_quantities
from forked_oscar.basket import answers, words
from forked_oscar.basket.answers import MOST_NAMED, ONE_PACK
from forked_oscar.checkout import typed as checkout_typed


def bring_along(request: Any, options: TradeOptions | None) -> bool:
    """Put into the basket what a guest has chosen, and what was typed after a session had ended,
    and say so; return whether there was anything. No query if there was nothing.

    All of it may be done twice, by two clicks, without doubling anything.
    """
    chosen = guest_basket.chosen_in(request) if guest_basket.is_any(request) else []
    typed = signed_out.taken(request)
    guest_basket.forget(request)
    if not chosen and typed is None:
        return False
    names = {line.product.pk: line.product.article for line in chosen}
    context = options.context if options else None
    if context is None or not context.may(PLACE_ORDERS):
        messages.warning(request, _nowhere([*names.values()]))
        return True
    with scope(counterparty=list(context.counterparty_ids)):
        if chosen:
            wanted = {line.product.pk: line.quantity for line in chosen}
            _raise(request, context, wanted, names)
        if typed is not None:
            _typed(request, context, typed)
    return True


def _raise(
    request: Any, context: TradeContext, wanted: Mapping[int, Decimal], names: Mapping[int, str]
) -> None:
    """Have at least so much in the basket, and say what came, lay there already, could not."""
    try:
        change = basket_raise(context=context, quantities=wanted)
    except BasketFullError:
        messages.error(request, words.full())
        return
    if change.added:
        text = ngettext(
            "%(n)d line that you chose before signing in is in your basket",
            "%(n)d lines that you chose before signing in are in your basket",
            len(change.added),
        )
        basket_steps.remember_added(request, change, words.added(len(change.added)))
        messages.success(request, text % {"n": len(change.added)})
    refused = [error.product_id for error in change.refused]
    lay = [names[pk] for pk in wanted if pk not in change.added and pk not in refused]
    if lay:
        text = _("Lay there already, in no smaller quantity, and were not doubled: %(shown)s")
        messages.info(request, text % {"shown": _listed(lay)})
    answers.tell(request, BasketChange(change.sheet, change.corrections))
    if refused:
        text = _("Not to be had under your contract: %(shown)s")
        messages.warning(request, text % {"shown": _listed([names[pk] for pk in refused])})


def _typed(request: Any, current: TradeContext, typed: signed_out.Typed) -> None:
    """What was typed under a contract goes into its basket, or is told not to."""
    context: TradeContext | None = current
    if typed.contract_id not in {None, current.contract_id}:
        context = trade_context_for(user_id=current.user_id, contract_id=typed.contract_id)
    if (
        context is None
        or (typed.contract_id or context.contract_id) != context.contract_id
        or not context.may(PLACE_ORDERS)
    ):
        messages.warning(
            request, _("What you typed was for a contract that is not yours: it went nowhere.")
        )
        return
    if typed.fields:
        checkout_typed.keep_fields(request, typed.fields)
        messages.info(request, _("The order was not sent: check what you filled in and send it."))
    if typed.cells:
        _set(request, context, typed.cells)
    if typed.where == "entry:check":
        _check(request, context, typed.text)
    elif typed.text:
        _paste(request, context, typed.text)


def _set(request: Any, context: TradeContext, cells: Sequence[tuple[int, str, str]]) -> None:
    texts = {product_id: text for product_id, text, _unit in cells}
    filled = {product_id: (text, unit) for product_id, text, unit in cells if text}
    counted, odd = counted_quantities(context=context, cells=filled)
    for product_id, error in odd.items():
        messages.error(request, quantity_error(error, texts[product_id]))
    quantities = {pk: ONE_PACK for pk, text in texts.items() if not text} | dict(counted)
    try:
        change = basket_set_many(context=context, quantities=quantities)
    except BasketFullError:
        messages.error(request, words.full())
        return
    corrections = [c for c in change.corrections if c.asked != ONE_PACK]
    answers.tell(request, BasketChange(change.sheet, corrections, change.refused))
    if num := len(quantities) - len(change.refused):
        text = ngettext(
            "What you typed after your session had ended is in the basket: %(n)d line",
            "What you typed after your session had ended is in the basket: %(n)d lines",
            num,
        )
        messages.success(request, text % {"n": num})


def _check(request: Any, context: TradeContext, text: str) -> None:
    """A list of fast entry is a list of it again, checked under the contract."""
    try:
        text_check(context=context, text=text)
    except TooManyRowsError as error:
        messages.error(
            request, _("No more than %(n)s rows are pasted at once.") % {"n": error.limit}
        )
    else:
        messages.success(
            request, _("The list that you pasted is checked: it is in the quick order.")
        )


def _paste(request: Any, context: TradeContext, text: str) -> None:
    """Rows of the basket's own field."""
    rows = pasted_rows(text, context=context)
    wanted: dict[int, Decimal] = {}
    for row in rows:
        if row.product_id and not row.code:
            wanted[row.product_id] = wanted.get(row.product_id, Decimal(0)) + row.quantity
    _raise(request, context, wanted, {row.product_id or 0: row.article for row in rows})
    if left := [row.text for row in rows if not row.product_id or row.code]:
        text = _("Not understood, and not in the basket: %(shown)s")
        messages.warning(request, text % {"shown": _listed(left)})


def _nowhere(names: Sequence[str]) -> str:
    text = _("You have no contract to order under: what you put together is in no basket.")
    return f"{text} {_listed(names)}" if names else text


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name[:60] for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    if more > 0:
        shown += " " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}
    return shown
