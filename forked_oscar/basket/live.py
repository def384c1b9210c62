"""Prices asked of 1C live: the question, and the acceptance of its answer.

Oscar knows one source of prices; here 1C may be asked before the order, and need not answer.
"""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_PRICES
from b2b_apps.core.addresses import client_address
from b2b_apps.core.guesses import GuessRefusedError, Limits, guess_begin
from b2b_apps.purchasing.selectors import lines_in_basket
from b2b_apps.purchasing.services import BasketChange
from b2b_apps.storefront import basket_steps
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.redirects import way_back
from b2b_apps.sync1c.live.errors import AnswerOutdatedError
from b2b_apps.sync1c.live.selectors import live_connection_for
from b2b_apps.sync1c.live.services import live_prices_accept, prices_refine
from forked_oscar.basket import answers
from forked_oscar.basket.editing import EditView, number_of

# Each question takes a thread of ours and one of 1C for up to three seconds: so many of a person
# in a quarter of an hour.
MOST_QUESTIONS = Limits(pair=30, name=30)


@method_decorator(buyer_required(PLACE_ORDERS, SEE_PRICES), name="dispatch")
class BasketRefineView(EditView):
    """Ask 1C what the basket costs; the page then shows where it differs, or why it is silent."""

    def post(self, request: Any) -> HttpResponse:
        connection = live_connection_for(organization_id=request.trade.organization_id)
        if connection is None:
            raise Http404
        try:
            guess_begin(
                kind="live",
                name=str(request.user.pk),
                address=client_address(request),
                limits=MOST_QUESTIONS,
            )
        except GuessRefusedError:
            text = _("Too many tries. Wait a quarter of an hour and try again.")
            return answers.only_said(request, text)
        live = prices_refine(context=request.trade, connection=connection)
        if not request.htmx:
            return redirect(way_back(request, "/basket/"))
        return answers.lines_changed(request, BasketChange(live.sheet))


@method_decorator(buyer_required(PLACE_ORDERS, SEE_PRICES), name="dispatch")
class BasketRefinedView(EditView):
    """Let the prices hold that 1C named: of a line (``accept``), or of all that differ."""

    def post(self, request: Any) -> HttpResponse:
        ids = [number_of(text) for text in request.POST.getlist("accept")]
        if ids and not lines_in_basket(context=request.trade, line_ids=ids):
            raise Http404
        try:
            change, number = live_prices_accept(context=request.trade, line_ids=ids or None)
        except AnswerOutdatedError:
            text = _("This answer of 1C does not hold any more: ask for the prices once more.")
            return answers.only_said(request, text)
        text = ngettext(
            "%(n)d price of 1C is accepted", "%(n)d prices of 1C are accepted", number
        ) % {"n": number}
        basket_steps.remember_accepted(request, change, text)
        return answers.lines_changed(request, change, "" if change.was else text)
