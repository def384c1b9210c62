"""Who may open a buyer's page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from b2b_apps.core.redirects import way_back
from b2b_apps.storefront.closed import companies_shut
from b2b_apps.storefront.signed_out import sign_in_first
from b2b_apps.storefront.stale import SAFE, is_stale, stale_answer

View = Callable[..., HttpResponseBase]


def buyer_required(*permissions: str, minds_contract: bool = True) -> Callable[[View], View]:
    """Let in who is signed in, has a contract to buy under, and has all ``permissions`` there.

    A person without one (all his contracts have ended, he was dismissed, he is staff) gets a page
    that says why, 403. Where a contract has just been replaced by another, nothing is written
    under the new one before the person has been told. Nor is anything written by a form of a
    contract that another window has switched from (``stale``), unless the view sees to that itself
    and does not ``minds_contract``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.trade is None:
                return _cannot_buy(request)
            if request.is_contract_replaced and request.method not in SAFE:
                return _told_first(request)
            may_enter = all(request.trade.may(permission) for permission in permissions)
            if minds_contract and is_stale(request):
                return stale_answer(request, page="/basket/" if may_enter else "/catalogue/")
            if not may_enter:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _signed_in(inner)

    return decorate


def reader_required(*permissions: str) -> Callable[[View], View]:
    """Let in who is signed in and has all ``permissions`` in one of his companies.

    He needs no contract: what was ordered stays to be read.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.reader is None:
                return _cannot_buy(request)
            if not request.reader.companies_with(*permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _signed_in(inner)

    return decorate


def _signed_in(view: View) -> View:
    """Ask to sign in first; what was sent is kept, or told to be not done."""
    asking = login_required(view)

    @wraps(view)
    def outer(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and request.method not in SAFE:
            return sign_in_first(request)
        return asking(request, *args, **kwargs)

    return outer


def _cannot_buy(request: Any) -> HttpResponse:
    context = {"shut": companies_shut(user_id=request.user.pk)}
    return render(request, "b2b/storefront/cannot_buy.html", context, status=403)


def _told_first(request: Any) -> HttpResponse:
    """Show the page again, with the notice that waits in the messages."""
    if request.htmx:
        return HttpResponse(status=409, headers={"HX-Refresh": "true"})
    return redirect(way_back(request, "/basket/"))
