"""Files attached at the checkout, before it is ordered. Oscar has none."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import View

from b2b_apps.chat.attached import ACCEPT, NotAttachableError
from b2b_apps.chat.files import basket_file_remove, basket_files_attach
from b2b_apps.chat.selectors import files_of_basket
from b2b_apps.chat.serving import not_attached_words
from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.row_ids import row_id
from b2b_apps.purchasing.errors import BasketMissingError
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.storefront.access import buyer_required
from forked_oscar.checkout import typed


def _basket(request: Any) -> Any:
    """The basket that the form was drawn for, if it is the one that he orders from: his own under
    the current contract, or the one of a colleague that he works in, and none else of theirs.
    """
    basket = basket_for(request.trade)
    if basket is None or basket.pk != row_id(request.POST.get("basket", "")):
        raise Http404
    return basket


def _answer(request: Any, basket_id: int, refusal: str = "") -> HttpResponse:
    if request.htmx:
        context = {
            "files": files_of_basket(basket_id=basket_id, user_id=request.user.pk),
            "refusal": refusal,
            "attachable": ACCEPT,
        }
        return render(request, "oscar/checkout/_files.html", context)
    if refusal:
        messages.error(request, refusal)
    return redirect(reverse("checkout:index") + "#files")


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class FilesView(View):
    """Attach files; without scripts the button sends the whole form, and what was typed stays."""

    http_method_names = ["post", "options"]

    def post(self, request: Any) -> HttpResponse:
        if not request.htmx:
            typed.keep_all(request)
        basket = _basket(request)
        refusal = ""
        try:
            basket_files_attach(
                basket=basket,
                counterparty_id=request.trade.counterparty_id,
                user_id=request.user.pk,
                files=request.FILES.getlist("files"),
            )
        except NotAttachableError as error:
            refusal = not_attached_words(error)
        except BasketMissingError as error:
            raise Http404 from error
        return _answer(request, basket.pk, refusal)


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class FileRemoveView(View):
    """Take a file off again."""

    http_method_names = ["post", "options"]

    def post(self, request: Any, uid: Any) -> HttpResponse:
        if not request.htmx:
            typed.keep_all(request)
        basket = _basket(request)
        if not basket_file_remove(uid=uid, basket_id=basket.pk, user_id=request.user.pk):
            raise Http404
        return _answer(request, basket.pk)
