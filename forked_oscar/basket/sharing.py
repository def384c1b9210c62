"""Baskets that colleagues share. Oscar's baskets have one owner."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.generic import View

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.purchasing.errors import BasketMissingError
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services.sharing import basket_open, basket_share
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.basket_sharing import journal_of
from forked_oscar.basket.editing import EditView, number_of


class BasketShareView(EditView):
    """Share one's own basket with the colleagues, or stop."""

    def post(self, request: Any) -> HttpResponse:
        try:
            basket_share(context=request.trade, is_shared=request.POST.get("share") == "1")
        except BasketMissingError as error:
            raise Http404 from error
        return redirect("basket:summary")


class BasketOpenView(EditView):
    """Work in a colleague's shared basket (``basket``), or in one's own."""

    def post(self, request: Any) -> HttpResponse:
        text = request.POST.get("basket", "")
        try:
            basket_open(context=request.trade, basket_id=number_of(text) if text else None)
        except BasketMissingError as error:
            raise Http404 from error
        return redirect("basket:summary")


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class BasketJournalView(View):
    """Who changed what in the shared basket that is open."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: Any) -> HttpResponse:
        basket = basket_for(request.trade)
        if basket is None or not basket.is_shared:
            raise Http404
        context = {"entries": journal_of(basket), "section": "basket"}
        return render(request, "b2b/storefront/basket/journal.html", context)
