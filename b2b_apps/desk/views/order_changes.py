"""Changing an order on behalf of its buyer, and the rules of who may change what till when."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from b2b_apps.amending.change import Actor
from b2b_apps.amending.editing import edit, withdrawn
from b2b_apps.amending.models import Action, Until, Who
from b2b_apps.amending.rules import rules_all, rules_set
from b2b_apps.amending.shipping_page import shipping_page
from b2b_apps.amending.shipping_page import withdrawn as shipping_withdrawn
from b2b_apps.desk.selectors.orders import order_to_change
from b2b_apps.desk.shell import desk_page

METHODS = ("GET", "HEAD", "POST")


def _order(request: HttpRequest, number: str) -> tuple[Any, Actor]:
    order = order_to_change(number)
    if order is None:
        raise Http404
    return order, Actor(request.user.pk or 0, Who.STAFF)


@require_http_methods(METHODS)
def order_change(request: HttpRequest, number: str) -> HttpResponse:
    """The page of the buyer, with what the rules leave to the staff."""
    order, actor = _order(request, number)
    was_total = order.total_incl_tax
    page = edit(order=order, actor=actor, posted=request.POST if request.method == "POST" else None)
    if page.is_made:
        messages.success(request, _("The order is changed. The buyer and 1C are told."))
        return redirect("dashboard:order", number=number)
    context = _context(order) | {
        "edit": page,
        "was_total": was_total,
        "sees_prices": True,
        "title": _("Change order %(number)s") % {"number": number},
        "part": "b2b/amending/_edit.html",
    }
    return desk_page(
        request, "b2b/desk/order_change.html", context, area="orders",
        status=422 if page.is_bad else 200,
    )  # fmt: skip


@require_http_methods(METHODS)
def order_cancel(request: HttpRequest, number: str) -> HttpResponse:
    """What would be cancelled; by POST it is."""
    order, actor = _order(request, number)
    posted = request.POST if request.method == "POST" else None
    outcome, notes = withdrawn(order, actor, posted)
    if outcome is not None and outcome.revision is not None:
        messages.success(request, _("Cancelled. The buyer and 1C are told."))
        return redirect("dashboard:order", number=number)
    context = _context(order) | {
        "outcome": outcome,
        "notes": notes,
        "title": _("Cancel order %(number)s") % {"number": number},
        "part": "b2b/amending/_cancel.html",
    }
    status = 200 if posted is None else 422
    return desk_page(request, "b2b/desk/order_change.html", context, area="orders", status=status)


@require_http_methods(METHODS)
def order_shipping(request: HttpRequest, number: str) -> HttpResponse:
    """A part of the order to be shipped, asked on the buyer's behalf, or taken back."""
    order, actor = _order(request, number)
    posted = request.POST if request.method == "POST" else None
    if posted is not None and posted.get("act") == "withdraw":
        if shipping_withdrawn(order, posted):
            messages.success(request, _("Taken back. 1C is told."))
        else:
            messages.warning(request, _("It is no longer open."))
        return redirect("dashboard:order", number=number)
    page = shipping_page(order=order, actor=actor, posted=posted)
    if page.made is not None:
        text = _("Shipping request %(n)d is sent to 1C, the buyer is told.")
        messages.success(request, text % {"n": page.made.sequence})
        return redirect("dashboard:order", number=number)
    context = _context(order) | {
        "page": page,
        "title": _("Ship a part of order %(number)s") % {"number": number},
        "part": "b2b/shipping/_ask.html",
    }
    status = 200 if posted is None else 422
    return desk_page(request, "b2b/desk/order_change.html", context, area="orders", status=status)


def _context(order: Any) -> dict[str, Any]:
    back = reverse("dashboard:order", args=[order.number])
    crumbs = [(_("Orders"), reverse("dashboard:orders")), (order.number, back)]
    return {"order": order, "buyer": order.user, "back": back, "crumbs": crumbs}


@require_http_methods(METHODS)
def change_rules(request: HttpRequest) -> HttpResponse:
    """Till when a buyer, a head of his company and a manager may do what with an order."""
    if request.method == "POST":
        posted = {
            (who.value, action.value): request.POST.get(f"{who.value}-{action.value}", "")
            for who in Who
            for action in Action
        }
        known = {key: value for key, value in posted.items() if value in Until.values}
        num = rules_set(until=known, user_id=request.user.pk or 0)
        text = _("Rules changed: %(n)d.") % {"n": num} if num else _("Nothing is different.")
        messages.success(request, text)
        return redirect("dashboard:change-rules")
    held = rules_all()
    context = {
        "who": [who.label for who in Who],
        "rows": [
            (action.label, [(f"{w.value}-{action.value}", held[w, action], w.label) for w in Who])
            for action in Action
        ],
        "choices": Until.choices,
    }
    return desk_page(
        request, "b2b/desk/change_rules.html", context, area="orders", view="change-rules"
    )
