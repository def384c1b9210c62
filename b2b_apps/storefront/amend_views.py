"""Changing and cancelling an order that was placed, by its buyer or a head of the company."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from b2b_apps.amending.change import Actor
from b2b_apps.amending.editing import Edit, edit, refusal_text, withdrawn
from b2b_apps.amending.errors import ChangeOverBudgetError, ChangeRefusedError
from b2b_apps.amending.models import Who
from b2b_apps.amending.words import trouble_text
from b2b_apps.approvals.errors import (
    ApprovalNotNeededError,
    ChangeWaitsError,
    NoApproverError,
    RequestClosedError,
)
from b2b_apps.approvals.selectors import change_waiting
from b2b_apps.approvals.services.changes import change_submit
from b2b_apps.companies.roles import MANAGE_APPROVALS, PLACE_ORDERS, SEE_ORDERS, SEE_PRICES
from b2b_apps.contracts.errors import CreditExceededError
from b2b_apps.purchasing.orders import order_for
from b2b_apps.storefront.access import reader_required

READ = ("GET", "HEAD", "POST")


def actor_for(request: Any, order: Any) -> Actor | None:
    """Who the person is to an order; None if he may not change it."""
    company_id = order.counterparty_id
    if not request.reader.may(PLACE_ORDERS, counterparty_id=company_id):
        return None
    is_head = request.reader.may(MANAGE_APPROVALS, counterparty_id=company_id)
    who = Who.APPROVER if is_head else Who.BUYER
    return Actor(request.user.pk, who, request.reader.employee_id)


def order_to_change(request: Any, number: str) -> tuple[Any, Actor]:
    """The order and who the person is to it, or 404: who may not change it finds no such page."""
    order = order_for(context=request.reader, number=number)
    actor = actor_for(request, order) if order else None
    if order is None or actor is None:
        raise Http404
    return order, actor


@require_http_methods(READ)
@reader_required(SEE_ORDERS)
def order_change_page(request: Any, number: str) -> HttpResponse:
    """Another quantity, goods, day, consignee: looked at first, then made."""
    order, actor = order_to_change(request, number)
    back = reverse("storefront:order", args=[number])
    was_total = order.total_incl_tax
    page = edit(order=order, actor=actor, posted=request.POST if request.method == "POST" else None)
    if page.approval and request.POST.get("act") == "ask" and (sent := _sent(request, order, page)):
        return sent
    if page.is_made:
        messages.success(request, _("The order is changed. The manager and 1C are told."))
        return redirect(back)
    context = {
        "edit": page,
        "order": order,
        "back": back,
        "was_total": was_total,
        "sees_prices": request.reader.may(SEE_PRICES, counterparty_id=order.counterparty_id),
        "title": _("Change order %(number)s") % {"number": number},
        "part": "b2b/amending/_edit.html",
        "section": "orders",
        "waits": change_waiting(order=order),
        "may_ask": True,
    }
    status = 422 if page.is_bad else 200
    return render(request, "b2b/storefront/orders/change.html", context, status=status)


def _sent(request: Any, order: Any, page: Edit) -> HttpResponse | None:
    """Send what was typed to those whose word it needs; None if it can't be sent, the page says
    why.
    """
    if page.change is None:
        return None
    try:
        found = change_submit(
            context=request.reader, order_id=order.pk, actor=page.actor, change=page.change
        )
    except ChangeWaitsError:
        page.notes.append(
            _("A change of this order waits for approval already: withdraw it first.")
        )
        return None
    except ChangeRefusedError as refused:
        page.notes += [
            ": ".join(filter(None, (trouble.article, trouble_text(trouble))))
            for trouble in refused.troubles
        ]
        return None
    except (CreditExceededError, ChangeOverBudgetError) as error:
        page.notes.append(refusal_text(error, order.currency))
        return None
    except (NoApproverError, ApprovalNotNeededError, RequestClosedError):
        page.notes.append(_("It could not be sent: look at the change again."))
        return None
    text = _("Sent for approval as request %(number)s. Till then the order stays as it is.")
    messages.success(request, text % {"number": found.number})
    return redirect("storefront:order", number=order.number)


@require_http_methods(READ)
@reader_required(SEE_ORDERS)
def order_cancel_page(request: Any, number: str) -> HttpResponse:
    """What would be cancelled; by POST it is."""
    order, actor = order_to_change(request, number)
    back = reverse("storefront:order", args=[number])
    outcome, notes = withdrawn(order, actor, request.POST if request.method == "POST" else None)
    if outcome is not None and outcome.revision is not None:
        messages.success(request, _("Cancelled. The manager and 1C are told."))
        return redirect(back)
    context = {
        "outcome": outcome,
        "notes": notes,
        "order": order,
        "back": back,
        "title": _("Cancel order %(number)s") % {"number": number},
        "part": "b2b/amending/_cancel.html",
        "section": "orders",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "b2b/storefront/orders/change.html", context, status=status)
