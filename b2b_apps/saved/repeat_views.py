"""Ordering again: what has changed since an order; an order kept as a template."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_ORDERS
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.contracts.models import Contract
from b2b_apps.purchasing.orders import order_for
from b2b_apps.saved.errors import ListMissingError
from b2b_apps.saved.past import past_of_order
from b2b_apps.saved.quick import quick_remember, receiver_of
from b2b_apps.saved.services import list_from_order
from b2b_apps.saved.sheet import recall_view
from b2b_apps.saved.views import is_quick, named_in, taken, told
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.contract_choice import contract_choose
from b2b_apps.storefront.order_views import order_contract
from b2b_apps.storefront.redirects import way_back


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_required()
@told
def repeat(request: Any, number: str) -> HttpResponse:
    """What has become of an order's lines, and all that can be had of them into the basket."""
    order, contract = _order(request, number)
    if contract is None:
        text = _("%(other)s has no contract in force.")
        messages.error(request, text % {"other": order.counterparty.name})
        return redirect("storefront:order", number=number)
    trade = request.trade
    if contract.pk != trade.contract_id:
        trade = trade_context_for(user_id=request.user.pk, contract_id=contract.pk)
    past = list(past_of_order(order, context=trade))
    if request.method == "POST":
        return _taken(request, past, order, contract, trade)
    context = {
        "order": order,
        "contract": contract,
        "is_elsewhere": contract.pk != request.trade.contract_id,
        "view": recall_view(context=trade, past=past, query=request.GET),
        "act": request.path,
        "section": "orders",
    }
    return render(request, "b2b/saved/repeat.html", context)


def _taken(request: Any, past: Any, order: Any, contract: Contract, trade: Any) -> HttpResponse:
    name = _("Order %(number)s") % {"number": order.number}
    if not taken(request, past, name=name, trade=trade):
        return redirect(way_back(request, request.path))
    if contract.pk != request.trade.contract_id:
        contract_choose(request, str(contract.pk))
        text = _("You buy for %(company)s under contract %(contract)s now.")
        values = {"company": contract.counterparty.name, "contract": contract}
        messages.info(request, text % values)
    if not is_quick(request):
        return redirect("basket:summary")
    quick_remember(request, contract_id=contract.pk, texts=receiver_of(order))
    return redirect("checkout:quick")


@require_POST
@buyer_required(PLACE_ORDERS)
@told
def save_order(request: Any, number: str) -> HttpResponse:
    """Keep an order as a template of its company."""
    order, _contract = _order(request, number)
    if order.counterparty_id != request.trade.counterparty_id:
        text = _("This is an order of %(company)s: switch to its contract first.")
        messages.error(request, text % {"company": order.counterparty.name})
        return redirect("storefront:order", number=number)
    made = list_from_order(context=request.trade, order=order, named=named_in(request))
    messages.success(request, _("Kept as a template: “%(name)s”.") % {"name": made.name})
    return redirect(reverse("saved:one", args=[made.pk]))


def _order(request: Any, number: str) -> tuple[Any, Contract | None]:
    """An order that the person may see, and under which contract he may repeat it."""
    found = None
    if request.reader and request.reader.companies_with(SEE_ORDERS):
        found = order_for(context=request.reader, number=number)
    if found is None:
        raise ListMissingError
    if not request.reader.may(PLACE_ORDERS, counterparty_id=found.counterparty_id):
        raise PermissionDenied
    return found, order_contract(request, found)
