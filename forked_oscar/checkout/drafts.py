"""An order put aside at the checkout, and taken up again. Oscar has none."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import View

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.core.row_ids import row_id
from b2b_apps.purchasing.choices import choice_from
from b2b_apps.saved.errors import ListFullError, ListMissingError, NothingToKeepError
from b2b_apps.saved.selectors import drafts_of
from b2b_apps.saved.services.drafts import draft_make, draft_remove, draft_take
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.contract_choice import contract_choose
from forked_oscar.checkout import typed

# Fields of the form that are no choices: what it is signed with, whose it is, its buttons.
NO_CHOICES = frozenset({
    "csrfmiddlewaretoken", "under", "offer", "basket", "credit", "contract", "next", "approval",
    "send", "switch", "split", "move",
})  # fmt: skip


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class DraftMakeView(View):
    """Put the basket aside with what was filled in so far, right or not."""

    http_method_names = ["post", "options"]

    def post(self, request: Any) -> HttpResponse:
        choices = {
            name: text[: typed.MAX_LENGTH]
            for name, text in list(request.POST.items())[: typed.MAX_FIELDS]
            if name not in NO_CHOICES and text
        }
        # The choice of shipments is signed as a whole: it is of use whole or not at all, and no
        # text of whatever length.
        choices.pop("choice", None)
        token, basket_id = request.POST.get("choice", ""), row_id(request.POST.get("basket", ""))
        if choice_from(token, basket_id=basket_id or 0):
            choices["choice"] = token
        name = choices.get("customer_number", "")
        try:
            draft = draft_make(context=request.trade, name=name, choices=choices)
        except NothingToKeepError:
            messages.warning(request, _("Only your own basket with lines in it is put aside."))
            return redirect("basket:summary")
        except ListFullError:
            messages.error(request, _("You keep 100 drafts under this contract: remove some."))
            return redirect("checkout:index")
        typed.forget(request)
        text = _("Put aside: “%(name)s”. The basket is empty now.") % {"name": draft.name}
        undo = reverse("checkout:draft_take", args=[draft.pk])
        messages.success(request, text, extra_tags=undo)
        return redirect("saved:index")


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class DraftTakeView(View):
    """Take a draft up: its basket is the open one again, its contract the current one."""

    http_method_names = ["post", "options"]

    def post(self, request: Any, pk: int) -> HttpResponse:
        trade, options = request.trade, request.trade_options
        ids = [c.pk for c in options.contracts if options.may_under(c, PLACE_ORDERS)]
        draft = drafts_of(user_id=request.user.pk, contract_ids=ids).filter(pk=pk).first()
        if draft is None:
            raise Http404
        if draft.basket.contract_id != trade.contract_id:
            trade = trade_context_for(user_id=request.user.pk, contract_id=draft.basket.contract_id)
        try:
            choices, other = draft_take(context=trade, pk=pk)
        except ListMissingError as error:
            raise Http404 from error
        if trade is not request.trade:
            contract_choose(request, str(trade.contract_id))
        request.session[typed.KEY] = choices
        if other is not None:
            text = _("What lay in the basket is put aside: “%(name)s”.")
            messages.info(request, text % {"name": other.name})
        return redirect("checkout:index")


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class DraftRemoveView(View):
    """Put a draft of this contract away, or take it back."""

    http_method_names = ["post", "options"]
    is_back = False

    def post(self, request: Any, pk: int) -> HttpResponse:
        try:
            draft = draft_remove(context=request.trade, pk=pk, is_back=self.is_back)
        except ListMissingError as error:
            raise Http404 from error
        if self.is_back:
            messages.success(request, _("“%(name)s” is back.") % {"name": draft.name})
        else:
            text = _("Draft “%(name)s” removed.") % {"name": draft.name}
            undo = reverse("checkout:draft_back", args=[pk])
            messages.success(request, text, extra_tags=undo)
        return redirect("saved:index")
