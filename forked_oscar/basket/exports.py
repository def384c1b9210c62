"""The basket as a file. Oscar has none."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import View

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.basket_export import basket_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class BasketExportView(View):
    """All lines of the basket under the current contract, as an XLSX."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: Any) -> HttpResponse:
        basket = basket_for(request.trade)
        if basket is None:
            raise Http404
        sheet = basket_sheet(context=request.trade, basket=basket)
        content = basket_xlsx(sheet=sheet, options=request.trade_options)
        name = f"basket-{timezone.localdate():%Y-%m-%d}.xlsx"
        return HttpResponse(
            content,
            content_type=XLSX,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
