"""Lines that come over from the basket of another contract."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import View

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.errors import BasketFullError, BasketMissingError
from b2b_apps.purchasing.moving import move_preview
from b2b_apps.purchasing.selectors import open_baskets
from b2b_apps.purchasing.services import basket_move, basket_take_over
from b2b_apps.storefront import basket_steps
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.basket_moves import Ended, ended_of, other_context
from b2b_apps.storefront.redirects import way_back
from forked_oscar.basket import answers, words
from forked_oscar.basket.editing import EditView


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class BasketMoveView(View):
    """Lines of the basket under another contract: what moving them here changes, and the move."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs["contract_id"] in {found.contract.pk for found in _ended(request)}:
            messages.warning(request, _("The other contract is not in force any more."))
            return redirect("basket:summary")
        return super().dispatch(request, *args, **kwargs)

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


class BasketTakeOverView(EditView):
    """All lines of the person's basket under a contract that has ended, into the present one."""

    def post(self, request: Any, pk: int) -> HttpResponse:
        if pk not in {found.basket_id for found in _ended(request)}:
            raise Http404
        try:
            move = basket_take_over(context=request.trade, basket_id=pk)
        except BasketMissingError as error:
            raise Http404 from error
        if move.moved:
            messages.success(request, words.moved(move))
        answers.tell_moved(request, move)
        return redirect(way_back(request, reverse("basket:summary")))


def _ended(request: Any) -> Sequence[Ended]:
    baskets = list(open_baskets(user_id=request.user.pk))
    return ended_of(baskets=baskets, options=request.trade_options)
