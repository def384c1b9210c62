"""What pages of the catalogue share: who may open them, the listing, the remembered view."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.appearance import COOKIE_AGE
from b2b_apps.storefront.candidates import Source
from b2b_apps.storefront.listing import Listing, listing_for
from b2b_apps.storefront.listing_query import VIEWS, listing_query
from b2b_apps.storefront.page_response import PageResponse

VIEW_COOKIE = "goods_view"


@method_decorator(buyer_required(), name="dispatch")
class BuyerPage(TemplateView):
    """A page of the catalogue for a person with a contract."""

    http_method_names = ["get", "head", "options"]
    response_class = PageResponse

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(section="catalogue", **kwargs)


class ListingPage(BuyerPage):
    """A page with a listing; a view chosen in the address is remembered in a cookie."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.query = listing_query(request.GET, view=request.COOKIES.get(VIEW_COOKIE, ""))
        if self.query.wants_bars and request.htmx:
            # The filter of prices alone: one row is enough to know it by.
            self.query = replace(self.query, size=1, page=1)
            self.template_name = "b2b/storefront/_price_range.html"
        response = super().get(request, *args, **kwargs)
        if request.GET.get("view") in VIEWS:
            response.set_cookie(
                VIEW_COOKIE,
                self.query.view,
                max_age=COOKIE_AGE,
                samesite="Lax",
                secure=request.is_secure(),
                httponly=True,
            )
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, **self.page_context(**kwargs))

    def page_context(self, **kwargs: Any) -> dict[str, Any]:
        """What the template of the page needs beside the shell."""
        raise NotImplementedError

    def listing(self, source: Source) -> Listing:
        """The listing of a source as the address asks for it."""
        return listing_for(options=self.request.trade_options, source=source, query=self.query)  # type: ignore[attr-defined]
