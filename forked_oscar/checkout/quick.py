"""An order in one step: goods of a row, a card, a template or an order, on one page with the sum,
the place and the day of the last order, and one button. Oscar has none.

The page is the checkout of a basket of its own (``purchasing.services.quick``): what is offered,
checked and placed there is what the checkout offers, checks and places.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.offers import Difference, Offer, differences_from
from b2b_apps.purchasing.orders import last_order_of
from b2b_apps.purchasing.quantities import QuantityError
from b2b_apps.purchasing.services import TakenLine
from b2b_apps.purchasing.services.quick import (
    quick_basket,
    quick_context,
    quick_fill,
    quick_to_basket,
)
from b2b_apps.purchasing.sheet import Sheet
from b2b_apps.purchasing.typed_words import quantity_error
from b2b_apps.saved.quick import KEY, receiver_of
from b2b_apps.storefront import basket_steps
from b2b_apps.storefront.goods_words import correction_text
from b2b_apps.storefront.pack_units import counted_quantity
from b2b_apps.storefront.redirects import way_back
from forked_oscar.basket import words
from forked_oscar.basket.answers import ONE_PACK, tell
from forked_oscar.basket.editing import EditView, number_in
from forked_oscar.checkout.forms import CheckoutForm
from forked_oscar.checkout.views import IndexView, Page

# So many lines are shown by name.
MOST_SHOWN = 30


class QuickNewView(EditView):
    """Begin an order of one product: from its card, or its row in the catalogue."""

    def post(self, request: Any) -> HttpResponse:
        product_id = number_in(request, "product")
        try:
            change = quick_fill(
                context=request.trade, lines=[TakenLine(product_id, self._quantity(request))]
            )
        except QuantityError as error:
            return self._back(request, quantity_error(error, request.POST["quantity"]))
        if change.refused:
            return self._back(request, words.refusal(change.refused[0]))
        for correction in change.corrections:
            if correction.asked != ONE_PACK:
                messages.info(request, correction_text(correction))
        request.session.pop(KEY, None)
        return self._go(request, reverse("checkout:quick"))

    def _quantity(self, request: Any) -> Decimal:
        """A field never filled means one pack."""
        text = request.POST.get("quantity", "").strip()
        if not text:
            return ONE_PACK
        found = counted_quantity(
            context=request.trade,
            product_id=number_in(request, "product"),
            text=text,
            key=request.POST.get("unit", ""),
        )
        if not found:
            raise QuantityError("empty")
        return found

    def _back(self, request: Any, text: str) -> HttpResponse:
        messages.error(request, text)
        return self._go(request, way_back(request, reverse("catalogue:index")))

    def _go(self, request: Any, address: str) -> HttpResponse:
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": address})
        return redirect(address)


class QuickToBasketView(EditView):
    """Put what was to be ordered into the basket instead."""

    def post(self, request: Any) -> HttpResponse:
        change = quick_to_basket(context=request.trade)
        tell(request, change)
        basket_steps.remember_added(request, change, words.added(len(change.added)))
        return redirect("basket:summary")


class QuickView(IndexView):
    """The page that asks once, and the order."""

    here = "checkout:quick"
    template = "oscar/checkout/quick.html"

    def trade(self, request: Any) -> TradeContext:
        return quick_context(request.trade)

    def basket(self, request: Any) -> Any | None:
        return quick_basket(context=request.trade)

    def kept(self, request: Any) -> Mapping[str, str]:
        """Where the last order went, or what the template or the order said that it is made of."""
        if not hasattr(request, "quick_kept"):
            own = request.session.get(KEY, {})
            is_mine = own.get("contract") == request.trade.contract_id
            request.quick_kept = own["texts"] if is_mine else _as_last(request.trade)
        kept: Mapping[str, str] = request.quick_kept
        return kept

    def keep(self, request: Any, form: CheckoutForm) -> None:
        """What was typed here is of this order alone."""

    def forget(self, request: Any) -> None:
        request.session.pop(KEY, None)

    def tell_header(self, request: Any, sheet: Sheet) -> None:
        """The header goes on showing the open basket."""

    def get(self, request: Any) -> HttpResponse:
        page = self.page(request)
        if not page.sheet.lines:
            messages.info(request, _("Nothing is about to be ordered in one step."))
            return redirect("basket:summary")
        return self.answer(request, page)

    def answer(
        self, request: Any, page: Page, status: int = 200, name: str | None = None, **more: Any
    ) -> HttpResponse:
        lines, stuck = page.sheet.lines, _stuck(page.sheet)
        found = {
            "lines": lines[:MOST_SHOWN],
            "num_more": max(0, len(lines) - MOST_SHOWN),
            "is_stuck": bool(stuck),
            "may_put_aside": False,
            "stuck": () if "differences" in more else stuck,
        }
        return super().answer(request, page, status, name, **found, **more)


def _stuck(sheet: Sheet) -> list[Difference]:
    """What can't be ordered as it is, line by line."""
    if not sheet.blocking:
        return []
    return [d for d in differences_from(Offer(), sheet) if d.line and d.line.is_blocking]


def _as_last(trade: TradeContext) -> Mapping[str, str]:
    """What the form is filled with: who received the last order. Three queries at most."""
    order = last_order_of(context=trade)
    return receiver_of(order) if order else {}
