"""Answers to edits of the basket: partials for htmx, messages and a redirect for anyone else."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from b2b_apps.purchasing.errors import ProductRefusedError, PromoCodeError
from b2b_apps.purchasing.quantities import Correction, QuantityError
from b2b_apps.purchasing.selectors import basket_for, basket_quantities, basket_sheet
from b2b_apps.purchasing.services import BasketChange
from b2b_apps.purchasing.sheet import Sheet, packs_of, unit_of
from b2b_apps.storefront.basket import BasketView
from b2b_apps.storefront.figures import quantity_text
from b2b_apps.storefront.redirects import way_back

CHANGED = "b2b/storefront/basket/_changed.html"
SET = "b2b/storefront/basket/_set.html"
# The smallest quantity there is: raised to the pack, and nobody typed it.
ONE_PACK = Decimal("0.001")


def header_knows(request: Any, sheet: Sheet) -> None:
    """Spare the header its own look at the basket."""
    request.basket_figures = (sheet.total_incl_tax, sheet.num_lines)


def quantity_error(error: QuantityError, text: str) -> str:
    """Say why a typed quantity is not one, in the user's language."""
    if error.code == "empty":
        return _("Enter a quantity.")
    if error.code == "too_large":
        return _("Too large a quantity: no more than 1,000,000,000.")
    return _("“%(text)s” is not a quantity. Digits and a comma, for example 12 or 1.5.") % {
        "text": text[:32]
    }


def refusal(error: ProductRefusedError) -> str:
    """Say why a product can't be put into the basket."""
    return {
        "no_price": _("The product has no price under your contract. Ask your manager."),
        "unavailable": _("This product is not for sale under your contract."),
        "no_stock": _("None of our warehouses holds this product."),
    }.get(error.code, _("There is no such product."))


def promo_refusal(error: PromoCodeError) -> str:
    """Say why a promo code does not work."""
    return {
        "not_yet": _("This promo code is not valid yet."),
        "over": _("This promo code is no longer valid."),
        "not_yours": _("This promo code is not for your company, contract or region."),
    }.get(error.code, _("There is no such promo code. Check the spelling."))


def correction_text(correction: Correction) -> str:
    """Return «Кратность 12: было 140, стало 144»."""
    values = {
        "asked": quantity_text(correction.asked),
        "taken": quantity_text(correction.taken),
        "multiple": quantity_text(correction.multiple),
        "minimum": quantity_text(correction.minimum),
    }
    if correction.asked < correction.minimum:
        return _("Minimum %(minimum)s: was %(asked)s, became %(taken)s") % values
    return _("Multiple of %(multiple)s: was %(asked)s, became %(taken)s") % values


def tell(request: Any, change: BasketChange) -> None:
    """Put corrections and refusals into messages, the first few of them."""
    for correction in change.corrections[:5]:
        messages.warning(request, correction_text(correction))
    for error in change.refused[:5]:
        messages.error(request, refusal(error))


def tell_added(
    request: Any, change: BasketChange, asked: Mapping[int, Decimal], unknown: Sequence[str]
) -> None:
    """Report pasted lines: how many were added, which were not understood."""
    tell(request, change)
    num_added = len(asked) - len(change.refused)
    if num_added:
        text = ngettext("%(n)d line added", "%(n)d lines added", num_added)
        messages.success(request, text % {"n": num_added})
    if unknown:
        shown = ", ".join(line[:60] for line in unknown[:10])
        num = len(unknown)
        text = ngettext("%(n)d line not found: %(shown)s", "%(n)d lines not found: %(shown)s", num)
        messages.error(request, text % {"n": num, "shown": shown})


def set_(request: Any, product_id: int, change: BasketChange) -> HttpResponse:
    """Answer a quantity set from the catalogue."""
    line = next((line for line in change.sheet.lines if line.product.pk == product_id), None)
    typed = [correction for correction in change.corrections if correction.asked != ONE_PACK]
    note = correction_text(typed[0]) if typed else ""
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
        return _buy(request, _product(product_id), None, note, "warn")
    return _buy(request, line.product, line.quantity, note, "warn")


def not_set(
    request: Any, product_id: int, error: QuantityError | ProductRefusedError
) -> HttpResponse:
    """Answer a refused quantity of the catalogue: nothing has changed."""
    if isinstance(error, QuantityError):
        note = quantity_error(error, request.POST.get("quantity", ""))
    elif error.code == "unknown":
        raise Http404
    else:
        note = refusal(error)
    if not request.htmx:
        messages.error(request, note)
        return redirect(way_back(request, "/basket/"))
    there = basket_quantities(context=request.trade, product_ids=[product_id])
    response = _buy(request, _product(product_id), there.get(product_id), note, "bad")
    response.status_code = 422
    return response


def _product(product_id: int) -> Any:
    rows = apps.get_model("catalogue", "Product").objects.filter(pk=product_id, is_public=True)
    product = rows.select_related("base_unit", "parent__base_unit").first()
    if product is None:
        raise Http404
    return product


def _buy(
    request: Any, product: Any, in_basket: Decimal | None, note: str, kind: str
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
    }
    return render(request, SET, context)


def line_changed(request: Any, line_id: int, change: BasketChange) -> HttpResponse:
    """Answer an edit of one line: its row, the totals, the header."""
    line = next((line for line in change.sheet.lines if line.id == line_id), None)
    if not request.htmx:
        tell(request, change)
        return redirect(way_back(request, "/basket/"))
    if change.is_repriced:
        return _anew()
    header_knows(request, change.sheet)
    view = BasketView(change.sheet, request.trade_options)
    correction = change.corrections[0] if change.corrections else None
    row = view.row(line, correction=correction) if line else None
    return render(request, CHANGED, {"view": view, "row": row, "undone": 0 if line else 1})


def line_refused(request: Any, line_id: int, text: str, error: QuantityError) -> HttpResponse:
    """Answer a quantity that is none: the row with what was typed and why it was refused."""
    note = quantity_error(error, text)
    if not request.htmx:
        messages.error(request, note)
        return redirect(way_back(request, "/basket/"))
    sheet = basket_sheet(context=request.trade, basket=basket_for(request.trade))
    line = next((line for line in sheet.lines if line.id == line_id), None)
    if line is None:
        raise Http404
    header_knows(request, sheet)
    view = BasketView(sheet, request.trade_options)
    row = view.row(line, typed=text[:32] or " ", error=note)
    return render(request, CHANGED, {"view": view, "row": row}, status=422)


def removed(request: Any, lines: Sequence[Any], change: BasketChange) -> HttpResponse:
    """Answer a removal: the totals, and a toast with the way back."""
    if not request.htmx:
        return redirect(way_back(request, "/basket/"))
    if change.is_repriced:
        return _anew()
    header_knows(request, change.sheet)
    view = BasketView(change.sheet, request.trade_options)
    return render(request, CHANGED, {"view": view, "row": None, "undone": len(lines)})


def _anew() -> HttpResponse:
    """Have the page loaded anew: a threshold changed the prices of lines that were not edited."""
    return HttpResponse(headers={"HX-Refresh": "true"})
