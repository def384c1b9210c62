"""Fork of ``oscar.apps.checkout``: one page, one POST, thanks.

Oscar keeps what was filled in step by step in the session; here the form carries all of it, with
the signed offer that the buyer saw. The session keeps what was typed over a switch of the contract.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import View

from b2b_apps.approvals.selectors import request_of_basket
from b2b_apps.approvals.services.submitting import request_submit
from b2b_apps.chat.attached import ACCEPT
from b2b_apps.chat.selectors import files_of_basket
from b2b_apps.companies.models import Consignee
from b2b_apps.companies.roles import PLACE_ORDERS, SEE_ORDERS
from b2b_apps.contracts.errors import CreditExceededError
from b2b_apps.core.context import TradeContext
from b2b_apps.core.row_ids import row_id
from b2b_apps.delivery.selectors import delivery_book
from b2b_apps.purchasing.choices import SplitChoice, choice_from, choice_token
from b2b_apps.purchasing.errors import (
    BasketMissingError,
    ConsigneeUnknownError,
    ContractSwitchedError,
    OfferChangedError,
)
from b2b_apps.purchasing.offers import (
    Offer,
    differences_from,
    offer_from,
    offer_token,
    plan_offered,
)
from b2b_apps.purchasing.orders import order_for, order_of_basket
from b2b_apps.purchasing.plan import usual_choice
from b2b_apps.purchasing.ruled import sheet_ruled
from b2b_apps.purchasing.selectors import (
    basket_sheet,
    baskets_of,
    current_of,
    open_baskets,
)
from b2b_apps.purchasing.services import OrderDetails, order_place
from b2b_apps.purchasing.services.orders import payment_due
from b2b_apps.purchasing.sheet import Sheet
from b2b_apps.storefront import basket_steps
from b2b_apps.storefront.access import buyer_required, reader_required
from b2b_apps.storefront.approvals.needed import (
    APPROVAL_ERRORS,
    approval_needed,
    in_the_way_words,
)
from b2b_apps.storefront.basket import BasketView
from b2b_apps.storefront.basket_moves import elsewhere_of
from b2b_apps.storefront.contract_choice import contract_choose
from b2b_apps.storefront.order_delivery import deliveries_offered
from b2b_apps.storefront.order_page import order_page
from b2b_apps.storefront.order_split import (
    SplitView,
    UnknownPlaceError,
    chosen,
    rearranged,
    split_offered,
    split_view,
)
from b2b_apps.storefront.stale import FIELD, is_stale, project_switched
from b2b_apps.storefront.switches import after_switch
from forked_oscar.checkout import typed
from forked_oscar.checkout.forms import OTHER, CheckoutForm, address_of


@dataclass(frozen=True)
class Asked:
    """What a request is about: the basket as it stands now, how the buyer would have it split."""

    view: BasketView
    consignees: Sequence[Consignee]
    choice: SplitChoice

    @property
    def sheet(self) -> Sheet:
        return self.view.sheet

    def split(self, *, error: str = "") -> SplitView:
        return split_view(
            sheet=self.sheet,
            options=self.view.options,
            consignees=self.consignees,
            choice=self.choice,
            error=error,
        )


@dataclass(frozen=True)
class Page:
    """What the page is made of: the basket, its shipments, the form over both."""

    view: BasketView
    split: SplitView
    form: CheckoutForm

    @property
    def shown(self) -> BasketView:
        """The basket with what its deliveries cost."""
        return replace(self.view, carriage=self.form.deliveries.total_incl_tax)

    @property
    def sheet(self) -> Sheet:
        return self.view.sheet


@method_decorator(buyer_required(PLACE_ORDERS, minds_contract=False), name="dispatch")
class IndexView(View):
    """The checkout of the basket under the current contract."""

    http_method_names = ["get", "head", "post", "options"]
    here = "checkout:index"
    template = "oscar/checkout/checkout.html"

    def trade(self, request: Any) -> TradeContext:
        """The context that names the basket to be ordered."""
        trade: TradeContext = request.trade
        return trade

    def basket(self, request: Any) -> Any | None:
        """The basket to be ordered. One query, none for the person's own open one."""
        return current_of(request.open_baskets, request.trade)

    def kept(self, request: Any) -> Mapping[str, str]:
        """What the form is filled with before anything is sent."""
        return typed.kept(request)

    def keep(self, request: Any, form: CheckoutForm) -> None:
        """Keep what was sent over a page that another one has to come before."""
        typed.keep(request, form)

    def forget(self, request: Any) -> None:
        """Drop what was typed: it has become an order."""
        typed.forget(request)

    def get(self, request: Any) -> HttpResponse:
        page = self.page(request)
        if not page.sheet.lines:
            return redirect("basket:summary")
        if page.sheet.blocking:
            messages.error(request, _("First settle the lines marked red."))
            return redirect(f"{reverse('basket:summary')}?only=problems")
        return self.answer(request, page)

    def post(self, request: Any) -> HttpResponse:  # noqa: PLR0911 - a way out per obstacle
        basket_id = self._basket_id(request)
        asked = self.asked(request)
        is_another = basket_id != (asked.sheet.id or 0)
        if is_another:
            order = order_of_basket(context=request.reader, basket_id=basket_id)
            if order is not None:
                return self._thanks(order)
            sent = request_of_basket(user_id=request.user.pk, basket_id=basket_id)
            if sent is not None:
                return redirect("storefront:approval", number=sent.number)
        contract = request.POST.get("contract", str(request.trade.contract_id))
        if "switch" in request.POST or contract != str(request.trade.contract_id):
            return self._under_another(request, self.page(request, asked).form, contract)
        if is_stale(request):
            return self._of_another_project(request, self.page(request, asked).form)
        if is_another:
            return self._of_another_contract(request, self.page(request, asked).form, basket_id)
        if not self._is_ours(asked.consignees, request.POST.get("consignee", "")):
            raise Http404
        if not asked.sheet.lines:
            return self._nothing_to_order(request, self.page(request, asked).form)
        if "split" in request.POST or "move" in request.POST:
            return self._split(request, asked)
        return self._send(request, asked, basket_id)

    def _split(self, request: Any, asked: Asked) -> HttpResponse:
        """Show the shipments as the buyer would have them; nothing is written."""
        try:
            page = self.page(request, replace(asked, choice=self._choice(request, asked)))
        except UnknownPlaceError:
            said = _("There is no such shipment, line or place in this plan: choose from the list.")
            page = self.page(request, asked, error=said)
        template = "oscar/checkout/_split.html" if request.htmx else None
        return self.answer(request, page, status=422 if page.split.error else 200, name=template)

    def _choice(self, request: Any, asked: Asked) -> SplitChoice:
        """How the buyer would have it split after what he has pressed."""
        if request.POST.get("move") and request.POST.get("split") != "anew":
            return rearranged(asked.split(), request.POST)
        return chosen(asked.choice, request.POST)

    def _send(self, request: Any, asked: Asked, basket_id: int) -> HttpResponse:
        offer = offer_from(request.POST.get("offer", ""), basket_id=basket_id) or Offer()
        plan = plan_offered(offer, asked.sheet)
        if differences := differences_from(offer, asked.sheet, plan=plan):
            page = self.page(request, asked)
            return self.answer(request, page, differences=differences, status=409)
        split = split_offered(
            plan=plan,
            options=request.trade_options,
            consignees=asked.consignees,
            choice=asked.choice,
        )
        form = self._form(request, split, data=request.POST)
        if not form.is_valid():
            return self.answer(request, Page(asked.view, split, form), status=422)
        return self._place(request, form, basket_id)

    def _under_another(self, request: Any, form: CheckoutForm, contract: str) -> HttpResponse:
        """Switch to the contract chosen on this page, or follow a switch in another window."""
        if is_stale(request) and contract == request.POST.get(FIELD, "").partition(".")[0]:
            return self._switched(request, form)
        switched = contract_choose(request, contract)
        # Without scripts a buyer may choose a contract and send at once: not unseen prices.
        self._keep(request, form, is_news="send" in request.POST)
        return redirect(after_switch(request, switched, reverse(self.here)))

    def _place(  # noqa: PLR0911 - a way out per obstacle
        self, request: Any, form: CheckoutForm, basket_id: int
    ) -> HttpResponse:
        try:
            if "approval" in request.POST:
                return self._sent_for_approval(request, form, basket_id)
            order = order_place(
                context=self.trade(request),
                basket_id=basket_id,
                details=replace(
                    self._details(request, form), credit_seen=request.POST.get("credit", "")
                ),
                offer=request.POST.get("offer", ""),
            )
        except APPROVAL_ERRORS as error:
            # The page says what is needed by now, or no longer.
            page = self.page(request)
            return self.answer(request, page, in_the_way=in_the_way_words(error), status=409)
        except OfferChangedError as error:
            # What the page shows next, and offers anew, is read after the refusal.
            page = self.page(request)
            return self.answer(request, page, differences=error.differences, status=409)
        except ConsigneeUnknownError:
            said = _("A consignee is no longer in your list: check where each shipment goes.")
            return self.answer(request, self.page(request, error=said), status=409)
        except CreditExceededError as error:
            page = self.page(request)
            return self.answer(request, page, exceeded=error, status=409)
        except ContractSwitchedError:
            return self._switched(request, form)
        except BasketMissingError:
            return self._nothing_to_order(request, form)
        self.forget(request)
        return self._thanks(order)

    def _sent_for_approval(self, request: Any, form: CheckoutForm, basket_id: int) -> HttpResponse:
        sent = request_submit(
            context=self.trade(request),
            basket_id=basket_id,
            details=self._details(request, form),
            offer=request.POST.get("offer", ""),
        )
        self.forget(request)
        messages.success(request, _("Sent for approval: %(number)s.") % {"number": sent.number})
        return redirect("storefront:approval", number=sent.number)

    def _details(self, request: Any, form: CheckoutForm) -> OrderDetails:
        details = form.details(seen=request.POST.get("delivery", ""))
        return replace(details, split=request.POST.get("choice", ""))

    def _thanks(self, order: Any) -> HttpResponse:
        return redirect("checkout:thank-you", number=order.number)

    def _switched(self, request: Any, form: CheckoutForm) -> HttpResponse:
        """Show the checkout of the contract that is current now, with what was typed."""
        self._keep(request, form)
        return redirect(self.here)

    def _keep(self, request: Any, form: CheckoutForm, *, is_news: bool = True) -> None:
        self.keep(request, form)
        if is_news:
            messages.warning(request, _("The contract was switched. Check the order once more."))

    def _of_another_project(self, request: Any, form: CheckoutForm) -> HttpResponse:
        """The page showed the prices of a project that another window has switched from."""
        self._keep(request, form, is_news=False)
        messages.warning(request, project_switched(request))
        return redirect(self.here)

    def _of_another_contract(
        self, request: Any, form: CheckoutForm, basket_id: int
    ) -> HttpResponse:
        """The page was opened before a switch in another tab; a foreign basket is not found."""
        trade = self.trade(request)
        mine = baskets_of(user_id=trade.basket_user_id, status=trade.basket_status)
        if not mine.filter(pk=basket_id).exists():
            raise Http404
        return self._switched(request, form)

    def _nothing_to_order(self, request: Any, form: CheckoutForm) -> HttpResponse:
        self.keep(request, form)
        messages.warning(request, _("The basket is empty: there is nothing to order."))
        return redirect("basket:summary")

    def page(self, request: Any, asked: Asked | None = None, *, error: str = "") -> Page:
        asked = asked or self.asked(request)
        split = asked.split(error=error)
        return Page(asked.view, split, self._form(request, split))

    def asked(self, request: Any) -> Asked:
        """Read what the request is about."""
        request.open_baskets = list(open_baskets(user_id=request.user.pk))
        sheet = basket_sheet(context=request.trade, basket=self.basket(request))
        warehouses = request.trade_options.warehouses
        sheet = sheet_ruled(context=request.trade, sheet=sheet, warehouses=warehouses)
        self.tell_header(request, sheet)
        view = BasketView(sheet, request.trade_options)
        request.delivery_book = delivery_book()
        # Of a draft that was taken up the choice is kept with what was filled in.
        token = request.POST.get("choice") or self.kept(request).get("choice", "")
        kept = choice_from(token, basket_id=sheet.id or 0)
        own = Consignee.objects.filter(
            counterparty_id=request.trade.counterparty_id, is_active=True
        )
        return Asked(view, list(own), kept or usual_choice(sheet))

    def tell_header(self, request: Any, sheet: Sheet) -> None:
        """The header shows the figures of this very basket, without another query."""
        request.basket_figures = (sheet.total_incl_tax, sheet.num_lines)

    def _form(self, request: Any, split: SplitView, data: Any = None) -> CheckoutForm:
        """The form of a split: sent, or with what was typed so far."""
        texts = {**self.kept(request), **request.POST.dict()}
        deliveries = deliveries_offered(
            context=request.trade,
            split=split,
            address=address_of(split.consignees, texts),
            typed=texts,
            book=request.delivery_book,
        )
        return CheckoutForm(
            data,
            typed=texts,
            consignees=split.consignees,
            shipments=split.rows,
            deliveries=deliveries,
        )

    def _is_ours(self, consignees: Sequence[Consignee], consignee: str) -> bool:
        return consignee in {"", OTHER, *(str(known.pk) for known in consignees)}

    def _basket_id(self, request: Any) -> int:
        found = row_id(request.POST.get("basket", ""))
        if found is None:
            raise Http404
        return found

    def answer(
        self, request: Any, page: Page, status: int = 200, name: str | None = None, **more: Any
    ) -> HttpResponse:
        view, plan, deliveries = page.shown, page.split.plan, page.form.deliveries
        context = {
            "view": view,
            "split": page.split,
            "form": page.form,
            "deliveries": deliveries,
            "total_excl_tax": view.sheet.total_excl_tax + deliveries.total_excl_tax,
            "vat_by_rate": deliveries.vat_by_rate(view.sheet.vat_by_rate),
            "approval": approval_needed(
                context=request.trade, sheet=view.sheet, addresses=page.form.addresses
            ),
            "offer": offer_token(view.sheet, plan),
            "choice": choice_token(plan.choice, basket_id=view.sheet.id or 0),
            "files": files_of_basket(basket_id=view.sheet.id, user_id=request.user.pk),
            "attachable": ACCEPT,
            "due": payment_due(contract=request.trade_options.contract, day=timezone.localdate()),
            "section": "basket",
            "act": reverse(self.here),
            "may_put_aside": not request.trade.basket_owner_id,
            "elsewhere": elsewhere_of(baskets=request.open_baskets, options=request.trade_options),
            "step": basket_steps.offered(request, view.sheet.id),
            **more,
        }
        return render(request, name or self.template, context, status=status)


@method_decorator(reader_required(SEE_ORDERS), name="dispatch")
class ThankYouView(View):
    """The number of the order, its invoice, what follows."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: Any, number: str) -> HttpResponse:
        order = order_for(context=request.reader, number=number)
        if order is None:
            raise Http404
        context = {"page": order_page(context=request.reader, order=order), "section": "orders"}
        return render(request, "oscar/checkout/thank_you.html", context)
