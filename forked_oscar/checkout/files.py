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
from b2b_apps.purchasing.selectors import open_baskets
from b2b_apps.storefront.access import buyer_required
from forked_oscar.checkout import typed


def _baskets(request: Any) -> Any:
    """Open baskets that the person may order from: his own, or a colleague's that he works in."""
    return open_baskets(user_id=request.trade.basket_user_id)


def _answer(request: Any, basket_id: int | None, refusal: str = "") -> HttpResponse:
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
        basket_id = row_id(request.POST.get("basket", ""))
        basket = _baskets(request).filter(pk=basket_id).first() if basket_id else None
        if basket is None:
            raise Http404
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
        ids = list(_baskets(request).values_list("pk", flat=True))
        if not basket_file_remove(uid=uid, basket_ids=ids, user_id=request.user.pk):
            raise Http404
        return _answer(request, row_id(request.POST.get("basket", "")))
