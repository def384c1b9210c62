"""Pages of a contract that is no longer the chosen one: another window has switched it.

Every form that changes the basket, places the order or reserves carries the contract it was
rendered under (``{% under_contract %}``), and so does every request by htmx (a header). One of
another contract writes nothing: prices, stock and the basket on that page were not those that it
would write to.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from b2b_apps.core.redirects import way_back

FIELD = "under"
HEADER = "X-Contract"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CONFLICT = 409


def is_stale(request: Any) -> bool:
    """Whether the request names another contract than the current one. Nothing named is no other.

    A page that is asked for as a whole names none.
    """
    named = {request.headers.get(HEADER, "")}
    if request.method not in SAFE:
        named.add(request.POST.get(FIELD, ""))
    return bool(named - {"", str(request.trade.contract_id)})


def stale_answer(request: Any, *, page: str) -> HttpResponse:
    """Say that the contract was switched, and show the page in the present one.

    A program gets 409 with the text, htmx 409 and the whole page anew, anyone else a redirect to
    where the form came from, else to ``page``.
    """
    text = _notice(request)
    if not request.htmx and HEADER in request.headers:
        return JsonResponse({"error": text}, status=CONFLICT)
    messages.warning(request, text)
    if not request.htmx:
        return redirect(way_back(request, page))
    if request.htmx.boosted and request.method in SAFE:
        return HttpResponse(status=CONFLICT, headers={"HX-Redirect": request.get_full_path()})
    return HttpResponse(status=CONFLICT, headers={"HX-Refresh": "true"})


def _notice(request: Any) -> str:
    contract = request.trade_options.contract
    text = _(
        "The contract was switched in another window: you buy for %(company)s under contract "
        "%(contract)s now."
    ) % {"company": contract.counterparty.name, "contract": contract}
    if request.method in SAFE:
        return text
    return f"{text} {_('Nothing was changed. Look at the page and do it once more.')}"
