"""All open baskets of a person on one page. Oscar knows one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import View

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.baskets import baskets_of


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class BasketsView(View):
    """The baskets under all contracts, by company."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: Any) -> HttpResponse:
        context = {"companies": baskets_of(options=request.trade_options), "section": "basket"}
        return render(request, "b2b/storefront/basket/every.html", context)
