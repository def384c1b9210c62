"""Who may open a buyer's page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import render

View = Callable[..., HttpResponseBase]


def buyer_required(*permissions: str) -> Callable[[View], View]:
    """Let in who is signed in, has a contract to buy under, and has all ``permissions``.

    A person without a contract (staff, a dismissed employee) gets a page that says so, 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.trade is None:
                return render(request, "b2b/storefront/no_contract.html", status=403)
            if not all(request.trade.may(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(inner)

    return decorate
