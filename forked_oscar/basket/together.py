"""What goes with the goods of the basket: fetched by its page, or a page of its own."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import View

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.together import together_rows


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class BasketTogetherView(View):
    """Forgotten accessories, and what others buy with these goods; nothing where there are none."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: Any) -> HttpResponse:
        context = {"rows": together_rows(context=request.trade), "section": "basket"}
        name = "_together" if request.htmx else "together"
        return render(request, f"b2b/storefront/basket/{name}.html", context)
