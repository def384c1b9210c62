"""Answers to edits of the basket: partials for htmx, messages and a redirect for anyone else."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from b2b_apps.core.context import TradeContext
from b2b_apps.core.figures import quantity_text
from b2b_apps.purchasing.errors import ProductRefusedError
from b2b_apps.purchasing.goods import packs_of, unit_of
from b2b_apps.purchasing.kept import KeptSheet
from b2b_apps.purchasing.orderable import orderable_products
from b2b_apps.purchasing.quantities import QuantityError
from b2b_apps.purchasing.selectors import basket_for, basket_quantities, line_sheet, names_of
from b2b_apps.purchasing.services import BasketChange, BasketMove
from b2b_apps.purchasing.sheet import Sheet
from b2b_apps.purchasing.typed_words import quantity_error
from b2b_apps.storefront import basket_steps
from b2b_apps.storefront.basket import SIZES, BasketView, basket_view
from b2b_apps.storefront.goods_words import correction_text, of_article
from b2b_apps.storefront.redirects import way_back
from b2b_apps.storefront.typed_cells import TypedCell
from forked_oscar.basket import words

CHANGED = "b2b/storefront/basket/_changed.html"
SET = "b2b/storefront/basket/_set.html"
WHOLE = "b2b/storefront/basket/_whole.html"
SAID = "b2b/storefront/basket/_said.html"
MOST_MESSAGES = 5
MOST_NAMED = 30
# Raised to the pack; less than anybody can type, so it is told from what was typed.
ONE_PACK = Decimal("1E-9")


def header_knows(request: Any, sheet: Sheet | KeptSheet) -> None:
    """Spare the header its own look at the basket."""
    request.basket_figures = (sheet.total_incl_tax, sheet.num_lines)


def tell(request: Any, change: BasketChange) -> None:
    """Put corrections and refusals into messages, each with its article, the first of them."""
    for correction in change.corrections[:MOST_MESSAGES]:
        text = correction_text(correction)
        messages.warning(request, of_article(correction.article, text))
    for error in change.refused[:MOST_MESSAGES]:
        messages.error(request, of_article(error.article, words.refusal(error)))
    more = sum(max(0, len(f) - MOST_MESSAGES) for f in (change.corrections, change.refused))
    if more:
        text = ngettext("and %(n)d more line", "and %(n)d more lines", more)
        messages.warning(request, text % {"n": more})


def tell_cells(request: Any, change: BasketChange, bad: Mapping[int, TypedCell]) -> None:
    """Report a table sent as a whole: what was added, what was corrected, every bad cell by name.

    Three queries if there are bad cells.
    """
    basket_steps.remember_taken(request, change, words.deleted(len(change.taken)))
    is_new = not change.added.keys() <= {line.product_id for line in change.was}
    if is_new and not change.taken:
        basket_steps.remember_added(request, change, words.added(len(change.added)))
        if not way_back(request).startswith(reverse("basket:summary")):
            messages.success(request, words.added(len(change.added)))
    tell(request, BasketChange(change.sheet, change.corrections))
    names = names_of(context=request.trade, product_ids=list(bad)) if bad else {}
    for product_id, cell in bad.items():
        messages.error(request, of_article(names.get(product_id, ""), cell.error))


def tell_moved(request: Any, move: BasketMove) -> None:
    """Name what could not be carried over, and what was raised to its pack."""
    tell(request, BasketChange(move.change.sheet, move.change.corrections))
    if move.stayed:
        shown = ", ".join(error.article for error in move.stayed[:MOST_NAMED])
        more = len(move.stayed) - MOST_NAMED
        if more > 0:
            shown += " " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}
        text = ngettext(
            "%(n)d line can't be had under this contract and stays where it was: %(shown)s",
            "%(n)d lines can't be had under this contract and stay where they were: %(shown)s",
            len(move.stayed),
        )
        messages.warning(request, text % {"n": len(move.stayed), "shown": shown})


def set_(request: Any, product_id: int, change: BasketChange) -> HttpResponse:
    """Answer a quantity set from the catalogue."""
    line = next((line for line in change.sheet.lines if line.product.pk == product_id), None)
    typed = [correction for correction in change.corrections if correction.asked != ONE_PACK]
    stuck = words.stuck(line) if line else ""
    note = ". ".join(text for text in (correction_text(typed[0]) if typed else "", stuck) if text)
    if not request.htmx:
        if note:
            messages.warning(request, note)
        if line and not note:
            text = _("In the basket: %(article)s, %(quantity)s")
            values = {"article": line.article, "quantity": quantity_text(line.quantity)}
            messages.success(request, text % values)
        return redirect(way_back(request, "/basket/"))
    header_knows(request, change.sheet)
    if line is None:
        return _buy(request, _product(request.trade, product_id), None, note, "warn")
    return _buy(request, line.product, line.quantity, note, "warn", is_short=bool(stuck))


def not_set(
    request: Any, product_id: int, error: QuantityError | ProductRefusedError
) -> HttpResponse:
    """Answer a refused quantity of the catalogue: nothing has changed."""
    if isinstance(error, QuantityError):
        note = quantity_error(error, request.POST.get("quantity", ""))
    elif error.code == "unknown":
        return only_said(request, words.refusal(error))
    else:
        note = words.refusal(error)
    if not request.htmx:
        messages.error(request, note)
        return redirect(way_back(request, "/basket/"))
    there = basket_quantities(context=request.trade, product_ids=[product_id])
    response = _buy(
        request, _product(request.trade, product_id), there.get(product_id), note, "bad"
    )
    response.status_code = 422
    return response


def _product(context: TradeContext, product_id: int) -> Any:
    product = orderable_products(context=context, product_ids=[product_id]).first()
    if product is None:
        raise Http404
    return product


def _buy(  # noqa: PLR0913 - what the field shows
    request: Any,
    product: Any,
    in_basket: Decimal | None,
    note: str,
    kind: str,
    *,
    is_short: bool = False,
) -> HttpResponse:
    multiple, minimum = packs_of(product)
    context = {
        "product_id": product.pk,
        "title": product.get_title(),
        "in_basket": in_basket,
        "multiple": multiple,
        "minimum": minimum,
        "unit": unit_of(product),
        "state": "",
        "next": way_back(request, "/basket/"),
        "note": note,
        "note_kind": kind,
        "is_short": is_short,
    }
    return render(request, SET, context)


def line_changed(request: Any, line_id: int, change: BasketChange) -> HttpResponse:
    """Answer an edit of one line: its row, the totals, the header; no other row is rendered."""
    line = next((line for line in change.sheet.lines if line.id == line_id), None)
    if not request.htmx:
        tell(request, change)
        return redirect(way_back(request, "/basket/"))
    if line is None or change.is_repriced:
        tell(request, change)
        text = words.repriced() if change.is_repriced else ""
        return lines_changed(request, change, text)
    header_knows(request, change.sheet)
    view = BasketView(change.sheet, request.trade_options)
    correction = change.corrections[0] if change.corrections else None
    return render(request, CHANGED, {"view": view, "row": view.row(line, correction=correction)})


def line_refused(
    request: Any, line_id: int, text: str, note: str, *, again: Decimal | None = None
) -> HttpResponse:
    """Answer a quantity that can't be: the row with what was typed and why it was refused; if only
    because somebody was quicker, with the base units to be set ``again``, all the same.
    """
    if not request.htmx:
        messages.error(request, note)
        return redirect(way_back(request, "/basket/"))
    sheet = line_sheet(request.trade, line_id)
    line = next((line for line in sheet.lines if line.id == line_id), None)
    if line is None:
        raise Http404
    header_knows(request, sheet)
    view = BasketView(sheet, request.trade_options)
    row = view.row(line, typed=text[:32] or " ", error=note, again=again)
    return render(request, CHANGED, {"view": view, "row": row}, status=422)


def lines_changed(request: Any, change: BasketChange, text: str = "") -> HttpResponse:
    """Answer a removal, a step back, a change of all prices: the whole basket once more."""
    step = basket_steps.offered(request, change.sheet.id) if request.htmx and not text else None
    if not request.htmx:
        if text:
            messages.info(request, text)
        return redirect(way_back(request, "/basket/"))
    # The pager and the filters go on from the page that is looked at, not from this address.
    request.GET = QueryDict(urlsplit(request.htmx.current_url or "").query)
    here = request.htmx.current_url_abs_path
    basket = basket_for(request.trade)
    view = basket_view(basket=basket, options=request.trade_options, query=request.GET)
    header_knows(request, view.sheet)
    context = {"view": view, "sizes": SIZES, "step": step, "text": text, "here": here}
    response = render(request, WHOLE, context)
    # A row asks for itself to be replaced.
    response["HX-Retarget"], response["HX-Reswap"] = "#basket", "outerHTML"
    return response


def only_said(request: Any, text: str) -> HttpResponse:
    """Answer an edit that changed nothing: say why, and leave the page as it is."""
    if not request.htmx:
        messages.error(request, text)
        return redirect(way_back(request, "/basket/"))
    response = render(request, SAID, {"text": text}, status=422)
    response["HX-Reswap"] = "none"
    return response
