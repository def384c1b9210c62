"""The list of orders, an order, and ordering it again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_ORDERS
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.contracts.models import Contract
from b2b_apps.inventory.selectors import order_hold, order_lost_stock
from b2b_apps.purchasing.errors import BasketFullError
from b2b_apps.purchasing.orders import order_for
from b2b_apps.purchasing.services.repeat import RepeatReport, order_repeat
from b2b_apps.storefront import basket_steps
from b2b_apps.storefront.access import buyer_required, reader_required
from b2b_apps.storefront.contract_choice import contract_choose
from b2b_apps.storefront.order_list import SIZES, order_list
from b2b_apps.storefront.order_page import order_page

MOST_NAMED = 30


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
    context = {"list": found, "sizes": SIZES, "section": "orders"}
    return render(request, "b2b/storefront/orders/list.html", context)


@require_safe
@reader_required(SEE_ORDERS)
def order(request: Any, number: str) -> HttpResponse:
    """One order."""
    found = _order(request, number)
    page = order_page(context=request.reader, order=found)
    may_order = order_contract(request, found) is not None
    context = {
        "page": page,
        "may_order": may_order,
        "hold": order_hold(order_id=found.pk),
        "has_lost_stock": order_lost_stock(order_id=found.pk),
        "section": "orders",
    }
    return render(request, "b2b/storefront/orders/order.html", context)


@require_POST
@buyer_required()
def repeat(request: Any, number: str) -> HttpResponse:
    """Put what an order held into the basket of its company, and say what is different now."""
    found = _order(request, number)
    if not request.reader.may(PLACE_ORDERS, counterparty_id=found.counterparty_id):
        raise PermissionDenied
    contract = order_contract(request, found)
    if contract is None:
        text = _("%(other)s has no contract in force.")
        messages.error(request, text % {"other": found.counterparty.name})
        return redirect("storefront:order", number=number)
    trade = request.trade
    if contract.pk != trade.contract_id:
        contract_choose(request, str(contract.pk))
        trade = trade_context_for(user_id=request.user.pk, contract_id=contract.pk)
        text = _("You buy for %(company)s under contract %(contract)s now.")
        values = {"company": contract.counterparty.name, "contract": contract}
        messages.info(request, text % values)
    try:
        report = order_repeat(context=trade, order=found)
    except BasketFullError:
        text = _("The basket is full: no more than 10,000 lines or 100,000,000,000 in money.")
        messages.error(request, text)
        return redirect("basket:summary")
    basket_steps.remember_added(request, report.change, _added(report, number, contract))
    _tell(request, report)
    return redirect("basket:summary")


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


def _added(report: RepeatReport, number: str, contract: Contract) -> str:
    """What was added to what: the page says it and offers to undo it."""
    text = ngettext(
        "Order %(number)s: %(n)d line added to the basket of contract %(contract)s",
        "Order %(number)s: %(n)d lines added to the basket of contract %(contract)s",
        report.num_added,
    ) % {"number": number, "n": report.num_added, "contract": contract}
    if not report.num_joined:
        return text
    more = ngettext(
        "%(n)d of them lay there already: the quantities are added up",
        "%(n)d of them lay there already: the quantities are added up",
        report.num_joined,
    ) % {"n": report.num_joined}
    return f"{text}; {more}"


def _tell(request: Any, report: RepeatReport) -> None:
    if report.num_repriced:
        text = ngettext(
            "The price of %(n)d line is another one now",
            "The prices of %(n)d lines are others now",
            report.num_repriced,
        )
        messages.warning(request, text % {"n": report.num_repriced})
    if report.missing:
        shown = ", ".join(report.missing[:MOST_NAMED])
        more = len(report.missing) - MOST_NAMED
        if more > 0:
            shown += " " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}
        messages.error(request, _("Not available now: %(shown)s") % {"shown": shown})
