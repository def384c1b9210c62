"""One ReadContext and one TradeContext per request, and the scope that refuses foreign rows."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django_scopes import scope, scopes_disabled

from b2b_apps.companies.selectors import memberships_of, read_context_of
from b2b_apps.contracts.context import trade_options_for
from b2b_apps.storefront.contract_choice import contract_settle


class TradeContextMiddleware:
    """Put on the request who reads and who buys, and set the scope.

    ``reader`` is a ReadContext, or None for a person without a role; ``memberships`` are the roles
    it is made of. ``trade`` is a TradeContext, or None where there is no contract to buy under;
    ``trade_options`` is what it was chosen from; ``is_contract_replaced`` tells that the contract
    is not the one the person was last told of.

    Staff work with all companies: under ``/dashboard/`` no scope is set for them. Nobody else has
    anything there: he sees no company's rows, and nothing is looked up for him. Everywhere else
    one sees the companies he acts for, and a query without a scope is refused.
    """

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.reader = request.trade = request.trade_options = None
        request.memberships = []
        request.is_contract_replaced = False
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        if request.path.startswith("/dashboard/"):
            with scopes_disabled() if user.is_staff else scope(counterparty=[0]):
                return self.get_response(request)
        self._look_up(request)
        reader = request.reader
        with scope(counterparty=list(reader.counterparty_ids) if reader else [0]):
            return self.get_response(request)

    def _look_up(self, request: Any) -> None:
        user_id = request.user.pk
        request.memberships = memberships_of(user_id=user_id)
        request.reader = read_context_of(user_id=user_id, memberships=request.memberships)
        options = trade_options_for(
            user_id=user_id, memberships=request.memberships, as_chosen=True
        )
        if options is not None:
            request.trade_options, request.trade = options, options.context
            request.is_contract_replaced = contract_settle(
                request, options=options, memberships=request.memberships
            )
