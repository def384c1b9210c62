"""Fork of ``oscar.apps.basket``: the basket page and its edits.

Oscar edits a formset of all lines at once; here an edit is one line by htmx, or the whole table
by a plain form.
"""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import View

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.addresses import client_address
from b2b_apps.core.guesses import GuessRefusedError, Limits, guess_begin
from b2b_apps.purchasing.errors import (
    BasketMissingError,
    ProductRefusedError,
    PromoCodeError,
)
from b2b_apps.purchasing.quantities import QuantityError
from b2b_apps.purchasing.selectors import (
    basket_for,
    basket_quantities,
    current_of,
    lines_in_basket,
    open_baskets,
)
from b2b_apps.purchasing.services import (
    BasketChange,
    basket_accept,
    basket_as_before,
    basket_move_back,
    basket_promo_set,
    basket_put_back,
    basket_remove,
    basket_set,
    basket_take_back,
    basket_unaccept,
)
from b2b_apps.storefront import basket_steps, typed_cells
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.basket import SIZES, basket_view, tabs_of
from b2b_apps.storefront.basket_moves import elsewhere_of, ended_of, other_context
from b2b_apps.storefront.basket_sharing import shared_view
from b2b_apps.storefront.pack_units import counted_quantity
from forked_oscar.basket import answers, report, words
from forked_oscar.basket.editing import EditView, number_in, number_of

# Wrong promo codes of one person in a quarter of an hour, from wherever he tries.
PROMO_LIMITS = Limits(pair=20, name=20)


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class BasketView(View):
    """The basket under the current contract."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: Any) -> HttpResponse:
        return self.page(request)

    def page(self, request: Any, status: int = 200, **more: Any) -> HttpResponse:
        baskets = list(open_baskets(user_id=request.user.pk))
        basket = current_of(baskets, request.trade)
        view = basket_view(
            basket=basket,
            options=request.trade_options,
            query=request.GET,
            typed=typed_cells.taken(request),
        )
        sheet = view.sheet
        answers.header_knows(request, sheet)
        tabs = tabs_of(baskets=baskets, options=request.trade_options)
        context = {
            "view": view,
            "tabs": tabs,
            "section": "basket",
            "sizes": SIZES,
            "step": basket_steps.offered(request, sheet.id),
            "report": report.kept(request),
            "shared": shared_view(request.trade, basket),
            "elsewhere": elsewhere_of(baskets=baskets, options=request.trade_options),
            "ended": ended_of(baskets=baskets, options=request.trade_options),
            **more,
        }
        return render(request, "oscar/basket/basket.html", context, status=status)


class BasketSetView(EditView):
    """How many of a product are in the basket; from the catalogue's quantity field."""

    def post(self, request: Any) -> HttpResponse:
        product_id = number_in(request, "product")
        try:
            quantity = self._quantity(request, product_id)
            change = basket_set(context=request.trade, product_id=product_id, quantity=quantity)
        except (QuantityError, ProductRefusedError) as error:
            return answers.not_set(request, product_id, error)
        basket_steps.remember_taken(request, change)
        return answers.set_(request, product_id, change)

    def _quantity(self, request: Any, product_id: int) -> Decimal:
        """An emptied field takes the product out; a field never filled means one pack."""
        text = request.POST.get("quantity", "").strip()
        if text:
            key = request.POST.get("unit", "")
            return counted_quantity(
                context=request.trade, product_id=product_id, text=text, key=key
            )
        there = basket_quantities(context=request.trade, product_ids=[product_id])
        return Decimal(0) if there else answers.ONE_PACK


class BasketRemoveView(EditView):
    """Take lines out: ``only`` is one, ``line`` are the chosen ones."""

    def post(self, request: Any) -> HttpResponse:
        texts = request.POST.getlist("only") or request.POST.getlist("line")
        wanted = [number_of(text) for text in texts]
        lines = lines_in_basket(context=request.trade, line_ids=wanted)
        if wanted and not lines:
            raise Http404
        change = basket_remove(context=request.trade, line_ids=[line.pk for line in lines])
        basket_steps.remember_taken(request, change, words.deleted(len(change.taken)))
        return answers.lines_changed(request, change)


class BasketUndoView(EditView):
    """Take the last step back: what was deleted, added or carried over; again, the one before."""

    def post(self, request: Any) -> HttpResponse:
        basket = basket_for(request.trade)
        step = basket_steps.last(request, basket.pk if basket else None)
        if step is None:
            return answers.only_said(request, _("There is nothing more to undo."))
        change = self._undone(request, step)
        if change is None:
            return answers.only_said(request, _("The other contract is not in force any more."))
        answers.tell(request, change)
        return answers.lines_changed(request, change, words.put_back(len(step.lines)))

    def _undone(self, request: Any, step: basket_steps.Step) -> BasketChange | None:
        if step.kind == basket_steps.TAKEN:
            return basket_put_back(context=request.trade, lines=step.lines)
        if step.kind == basket_steps.ADDED:
            return basket_take_back(context=request.trade, quantities=step.quantities)
        if step.kind in {basket_steps.SET, basket_steps.SETTLED}:
            is_settled = step.kind == basket_steps.SETTLED
            return basket_as_before(context=request.trade, lines=step.lines, with_gone=is_settled)
        if step.kind == basket_steps.ACCEPTED:
            return basket_unaccept(context=request.trade, lines=step.lines)
        return self._between_contracts(request, step)

    def _between_contracts(self, request: Any, step: basket_steps.Step) -> BasketChange | None:
        """Carry back what was carried; None if the other contract is not in force any more."""
        other = other_context(options=request.trade_options, contract_id=step.contract_id or 0)
        if other is None:
            return None
        if step.kind == basket_steps.CARRIED:
            move = basket_move_back(context_from=other, context_to=request.trade, lines=step.lines)
            return move.change
        return basket_move_back(context_from=request.trade, context_to=other, lines=step.lines).left


class BasketAcceptView(EditView):
    """Accept today's price of a line (``accept``), or of all of them."""

    def post(self, request: Any) -> HttpResponse:
        ids = [number_of(text) for text in request.POST.getlist("accept")]
        change = basket_accept(context=request.trade, line_ids=ids or None)
        if ids and not any(line.id in ids for line in change.sheet.lines):
            raise Http404
        if len(ids) == 1:
            basket_steps.remember_accepted(request, change)
            return answers.line_changed(request, ids[0], change)
        basket_steps.remember_accepted(request, change, words.accepted(len(change.was)))
        return answers.lines_changed(request, change)


class BasketPromoView(BasketView):
    """A promo code: typed in, or taken out with an empty one."""

    http_method_names = ["post", "options"]

    def post(self, request: Any) -> HttpResponse:
        code = request.POST.get("code", "").strip()
        taken_out = "remove" in request.POST
        if not code and not taken_out:
            return self.page(request, 422, promo_error=_("Enter a promo code."))
        try:
            self._set(request, "" if taken_out else code)
        except GuessRefusedError:
            text = _("Too many tries. Wait a quarter of an hour and try again.")
            return self.page(request, 429, promo_error=text, promo_typed=code[:40])
        except PromoCodeError as error:
            refused = {"promo_error": words.promo_refusal(error), "promo_typed": code[:40]}
            return self.page(request, 422, **refused)
        except BasketMissingError as error:
            raise Http404 from error
        return redirect("basket:summary")

    def _set(self, request: Any, code: str) -> None:
        """Codes are not found by trying: a wrong one counts, and a right one forgives none."""
        if not code:
            basket_promo_set(context=request.trade, code="")
            return
        guess = guess_begin(
            kind="promo",
            name=str(request.user.pk),
            address=client_address(request),
            limits=PROMO_LIMITS,
        )
        basket_promo_set(context=request.trade, code=code)
        guess.delete()
