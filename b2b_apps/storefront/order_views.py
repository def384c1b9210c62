"""The list of orders, an order, and ordering it again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_ORDERS
from b2b_apps.purchasing.orders import order_for
from b2b_apps.purchasing.services.repeat import RepeatReport, order_repeat
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.order_list import SIZES, order_list
from b2b_apps.storefront.order_page import order_page


@require_safe
@buyer_required(SEE_ORDERS)
def orders(request: Any) -> HttpResponse:
    """The counterparty's orders."""
    found = order_list(options=request.trade_options, query=request.GET)
    may_order = request.trade.may(PLACE_ORDERS)
    context = {"list": found, "sizes": SIZES, "may_order": may_order, "section": "orders"}
    return render(request, "b2b/storefront/orders/list.html", context)


@require_safe
@buyer_required(SEE_ORDERS)
def order(request: Any, number: str) -> HttpResponse:
    """One order of the counterparty."""
    found = order_for(context=request.trade, number=number)
    if found is None:
        raise Http404
    page = order_page(context=request.trade, order=found)
    context = {"page": page, "may_order": request.trade.may(PLACE_ORDERS), "section": "orders"}
    return render(request, "b2b/storefront/orders/order.html", context)


@require_POST
@buyer_required(SEE_ORDERS, PLACE_ORDERS)
def repeat(request: Any, number: str) -> HttpResponse:
    """Put what an order held into the current basket, and say what is different now."""
    found = order_for(context=request.trade, number=number)
    if found is None:
        raise Http404
    _tell(request, order_repeat(context=request.trade, order=found))
    return redirect("basket:summary")


def _tell(request: Any, report: RepeatReport) -> None:
    if report.num_added:
        text = ngettext("%(n)d line added", "%(n)d lines added", report.num_added)
        messages.success(request, text % {"n": report.num_added})
    if report.num_repriced:
        text = ngettext(
            "The price of %(n)d line is another one now",
            "The prices of %(n)d lines are others now",
            report.num_repriced,
        )
        messages.warning(request, text % {"n": report.num_repriced})
    if report.missing:
        shown = ", ".join(report.missing[:10])
        messages.error(request, _("Not available now: %(shown)s") % {"shown": shown})
