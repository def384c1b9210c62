"""Pages of a contract or project that is no longer the chosen one: another window switched it.

Every form that changes the basket, places the order or reserves carries the contract and project
it was rendered under (``{% under_contract %}``), and so does every request by htmx (a header). One
of another contract or project writes nothing: prices, stock and the basket on that page were not
those that it would write to.
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
    """Whether the request names another contract or project than the current. Nothing named is
    none other.

    A page that is asked for as a whole names none.
    """
    named = {request.headers.get(HEADER, "")}
    if request.method not in SAFE:
        named.add(request.POST.get(FIELD, ""))
    return bool(named - {"", request.trade.under})


def is_of_this_contract(request: Any) -> bool:
    """Whether the form was rendered under the current contract, of whatever project."""
    under, _at, _owner = request.POST.get(FIELD, "").partition("@")
    contract_id, _dot, _project_id = under.partition(".")
    return bool(contract_id == str(request.trade.contract_id))


def stale_answer(request: Any, *, page: str) -> HttpResponse:
    """Say what was switched, and show the page in the present one.

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
    named = request.headers.get(HEADER, "") or request.POST.get(FIELD, "")
    under, _at, _owner = named.partition("@")
    if under.partition(".")[0] != str(request.trade.contract_id):
        text = _contract_switched(request)
    elif under == request.trade.under.partition("@")[0]:
        text = _("Another basket was opened in another window.")
    else:
        text = project_switched(request)
    if request.method in SAFE:
        return text
    return f"{text} {_('Nothing was changed. Look at the page and do it once more.')}"


def _contract_switched(request: Any) -> str:
    contract = request.trade_options.contract
    return _(
        "The contract was switched in another window: you buy for %(company)s under contract "
        "%(contract)s now."
    ) % {"company": contract.counterparty.name, "contract": contract}


def project_switched(request: Any) -> str:
    """Say for which project the person buys now, though a page of his says another."""
    project = request.trade_options.project
    if project is None:
        return _("The project was switched in another window: you buy for none now.")
    text = _("The project was switched in another window: you buy for “%(project)s” now.")
    return text % {"project": project.name}
