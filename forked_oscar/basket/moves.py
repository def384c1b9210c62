"""Lines that come over from the basket of another contract."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import View

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.errors import BasketFullError
from b2b_apps.purchasing.moving import move_preview
from b2b_apps.purchasing.services import basket_move
from b2b_apps.storefront import basket_steps
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.basket_moves import other_context
from b2b_apps.storefront.redirects import way_back
from forked_oscar.basket import answers, words


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class BasketMoveView(View):
    """Lines of the basket under another contract: what moving them here changes, and the move."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: Any, contract_id: int) -> HttpResponse:
        other, options = self._other(request, contract_id), request.trade_options
        preview = move_preview(context_from=other, context_to=request.trade)
        if not preview.lines:
            return redirect("basket:summary")
        context = {
            "preview": preview,
            "contract": next(c for c in options.contracts if c.pk == contract_id),
            "currency_was": other.currency,
            "options": options,
            "next": way_back(request, reverse("basket:summary")),
            "section": "basket",
        }
        return render(request, "b2b/storefront/basket/move.html", context)

    def post(self, request: Any, contract_id: int) -> HttpResponse:
        other = self._other(request, contract_id)
        try:
            move = basket_move(context_from=other, context_to=request.trade)
        except BasketFullError:
            messages.error(request, words.full())
            return redirect("basket:summary")
        basket_steps.remember(
            request,
            kind=basket_steps.MOVED,
            basket_id=move.change.sheet.id,
            lines=move.moved,
            text=words.moved(move),
            contract_id=contract_id,
        )
        answers.tell_moved(request, move)
        return redirect(way_back(request, reverse("basket:summary")))

    def _other(self, request: Any, contract_id: int) -> TradeContext:
        found = other_context(options=request.trade_options, contract_id=contract_id)
        if found is None:
            raise Http404
        return found
