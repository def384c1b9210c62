"""What edits of the basket share: who may make them, and numbers of rows in their forms."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import View

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.row_ids import row_id
from b2b_apps.purchasing.errors import BasketFullError
from b2b_apps.storefront.access import buyer_required
from forked_oscar.basket import answers, words


@method_decorator(buyer_required(PLACE_ORDERS), name="dispatch")
class EditView(View):
    """An edit by POST: answers htmx with what changed, anyone else with a redirect."""

    http_method_names = ["post", "options"]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except BasketFullError:
            return answers.only_said(request, words.full())


def number_in(request: HttpRequest, name: str) -> int:
    """Return a row id of the form; anything else is not found."""
    return number_of(request.POST.get(name, ""))


def number_of(text: str) -> int:
    """Return a row id; what can't be one is not found."""
    found = row_id(text)
    if found is None:
        raise Http404(_("There is no such row."))
    return found
