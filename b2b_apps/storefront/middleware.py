"""One TradeContext per request, and the scope that refuses rows of other companies."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django_scopes import scope, scopes_disabled

from b2b_apps.contracts.context import trade_options_for

CONTRACT_KEY = "contract_id"
REGION_KEY = "region_id"


class TradeContextMiddleware:
    """Put ``request.trade`` (a TradeContext or None) and ``request.trade_options``; set the scope.

    Staff work with all companies: under ``/dashboard/`` no scope is set for them. Everyone
    else sees the companies he acts for, and a query without a scope is refused.
    """

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.trade = request.trade_options = None
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if user.is_staff and request.path.startswith("/dashboard/"):
            with scopes_disabled():
                return self.get_response(request)
        options = trade_options_for(
            user_id=user.pk,
            contract_id=request.session.get(CONTRACT_KEY),
            region_id=request.session.get(REGION_KEY),
        )
        request.trade_options = options
        request.trade = options.context if options else None
        with scope(counterparty=list(options.context.counterparty_ids) if options else [0]):
            return self.get_response(request)
