"""Asking for a part of an order to be shipped, and taking that back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from b2b_apps.amending.shipping_page import shipping_page, withdrawn
from b2b_apps.companies.roles import SEE_ORDERS
from b2b_apps.storefront.access import reader_required
from b2b_apps.storefront.amend_views import READ, order_to_change


@require_http_methods(READ)
@reader_required(SEE_ORDERS)
def order_shipping(request: Any, number: str) -> HttpResponse:
    """What of the order is to be shipped when and where; by POST it is asked, or taken back."""
    order, actor = order_to_change(request, number)
    back = reverse("storefront:order", args=[number])
    posted = request.POST if request.method == "POST" else None
    if posted is not None and posted.get("act") == "withdraw":
        if withdrawn(order, posted):
            messages.success(request, _("Taken back. The warehouse is told."))
        else:
            messages.warning(request, _("It is no longer open."))
        return redirect(back)
    page = shipping_page(order=order, actor=actor, posted=posted)
    if page.made is not None:
        text = _("Shipping request %(n)d is sent to the warehouse.") % {"n": page.made.sequence}
        messages.success(request, text)
        return redirect(back)
    context = {
        "page": page,
        "order": order,
        "back": back,
        "title": _("Ship a part of order %(number)s") % {"number": number},
        "part": "b2b/shipping/_ask.html",
        "section": "orders",
    }
    status = 200 if posted is None else 422
    return render(request, "b2b/storefront/orders/change.html", context, status=status)
