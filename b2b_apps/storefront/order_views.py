"""The list of orders, an order, and under which contract it may be ordered again."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from b2b_apps.amending.editing import may_edit
from b2b_apps.amending.selectors import history_of
from b2b_apps.amending.shipping_page import asking_state, requests_of
from b2b_apps.approvals.selectors import change_waiting
from b2b_apps.chat.selectors import files_of_order, num_unread
from b2b_apps.companies.roles import PLACE_ORDERS, SEE_ORDERS
from b2b_apps.contracts.models import Contract
from b2b_apps.inventory.selectors import order_hold, order_lost_stock
from b2b_apps.purchasing.orders import order_for
from b2b_apps.storefront.access import reader_required
from b2b_apps.storefront.amend_views import actor_for
from b2b_apps.storefront.chat_views import chat_context
from b2b_apps.storefront.order_list import SIZES, order_list
from b2b_apps.storefront.order_page import order_page


@require_safe
@reader_required(SEE_ORDERS)
def orders(request: Any) -> HttpResponse:
    """The orders of all companies where the person may see them."""
    options = request.trade_options
    found = order_list(
        context=request.reader,
        companies=[membership.counterparty for membership in request.memberships],
        open_contracts=options.contracts if options else [],
        query=request.GET,
    )
    unread = num_unread(order_ids=[row.order.pk for row in found.rows], user_id=request.user.pk)
    for row in found.rows:
        row.order.num_unread = unread.get(row.order.pk, 0)
    context = {"list": found, "sizes": SIZES, "section": "orders"}
    return render(request, "b2b/storefront/orders/list.html", context)


@require_safe
@reader_required(SEE_ORDERS)
def order(request: Any, number: str) -> HttpResponse:
    """One order."""
    found = _order(request, number)
    page = order_page(context=request.reader, order=found)
    may_order = order_contract(request, found) is not None
    actor = actor_for(request, found)
    shipments = [block.shipment for block in page.shipments]
    may_change, may_cancel = may_edit(found, shipments, actor.who) if actor else (False, False)
    context = chat_context(request, found) | {
        "page": page,
        "files": files_of_order(found),
        "may_order": may_order,
        "may_change": may_change,
        "may_cancel": may_cancel,
        "asking": asking_state(found, shipments) if actor else "",
        "asked": requests_of(found),
        "shipping_url": reverse("storefront:order_shipping", args=[number]) if actor else "",
        "history": history_of(found),
        "waits": change_waiting(order=found),
        "hold": order_hold(order_id=found.pk),
        "has_lost_stock": order_lost_stock(order_id=found.pk),
        "section": "orders",
    }
    return render(request, "b2b/storefront/orders/order.html", context)


def order_contract(request: Any, order: Any) -> Contract | None:
    """Under which contract an order may be repeated: the current one if it is of the order's
    company, else the order's own, else another of the company; None if it can't be.
    """
    options, company_id = request.trade_options, order.counterparty_id
    if options is None or not request.reader.may(PLACE_ORDERS, counterparty_id=company_id):
        return None
    contracts = [c for c in options.contracts if c.counterparty_id == company_id]
    for wanted in (options.contract.pk, order.contract_id):
        for contract in contracts:
            if contract.pk == wanted:
                return contract
    return contracts[0] if contracts else None


def _order(request: Any, number: str) -> Any:
    found = None
    if request.reader and request.reader.companies_with(SEE_ORDERS):
        found = order_for(context=request.reader, number=number)
    if found is None:
        raise Http404
    return found
