"""Under which contract and for which project a person buys: chosen, remembered, and replaced aloud
when it has ended.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Counterparty, Membership
from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.contracts import choice
from b2b_apps.contracts.context import (
    TradeOptions,
    trade_context_for,
    trade_options_for,
)
from b2b_apps.contracts.models import Contract
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.models import Project
from b2b_apps.purchasing.services import basket_reprice
from b2b_apps.storefront.closed import reason_of


def contract_choose(request: Any, wanted: str) -> Contract:
    """Let the next pages be under ``wanted``; a foreign or ended contract is not found.

    One query.
    """
    options = getattr(request, "trade_options", None)
    known = {str(contract.pk): contract for contract in options.contracts} if options else {}
    if options is None or wanted not in known:
        raise Http404
    choice.contract_choose(user_id=request.user.pk, contract_id=int(wanted))
    return known[wanted]


@transaction.atomic
def project_choose(request: Any, wanted: str) -> TradeContext:
    """Let the next pages be for the project ``wanted``, or for none; return their context.

    The basket agrees on its prices: it was the buyer who changed them. One that is not of the
    contract, or has no prices in force, is not found. Some twelve queries; locks the basket.
    """
    options = getattr(request, "trade_options", None)
    known = {str(found.id): found.id for found in options.projects} if options else {}
    if options is None or (wanted and wanted not in known):
        raise Http404
    context_was, user_id = options.context, request.user.pk
    project_id = known.get(wanted)
    if not choice.project_choose(
        user_id=user_id, contract_id=context_was.contract_id, project_id=project_id
    ):
        raise Http404
    context = trade_context_for(
        user_id=user_id,
        contract_id=context_was.contract_id,
        region_id=context_was.region_id,
        project_id=project_id,
    )
    if context is None or context.project_id != project_id:
        # It ended, or was taken from him, while we wrote.
        raise Http404
    if context.may(PLACE_ORDERS):
        basket_reprice(context_was=context_was, context=context)
    return context


def contract_remember(request: Any) -> TradeOptions | None:
    """Note the contract that a person who signs in for the first time begins with; return what he
    buys under, if anything.

    When it ends, he is told; one never noted would change unseen. Four queries.
    """
    options = trade_options_for(user_id=request.user.pk)
    if options is not None and options.chosen_id is None:
        choice.contract_begin(user_id=request.user.pk, contract_id=options.contract.pk)
    return options


def contract_settle(
    request: Any, *, options: TradeOptions, memberships: Sequence[Membership]
) -> bool:
    """Say so if the contract, or the project, is not the one the person expects; return whether
    it is not.

    He expects the one he has chosen, else one of his default company. From then on it is the
    one he was told of, unless he chose another meanwhile. No query if it is, else one.
    """
    expected = options.chosen_id
    default = memberships[0].counterparty
    if expected == options.contract.pk or (
        expected is None and options.contract.counterparty_id == default.pk
    ):
        return _project_settle(request, options)
    if choice.contract_replace(
        user_id=request.user.pk, was_id=expected, contract_id=options.contract.pk
    ):
        # Of several requests at once one tells.
        messages.warning(request, _notice(options, default if expected is None else None))
    return True


def _project_settle(request: Any, options: TradeOptions) -> bool:
    """Say so if the project bought for has no prices any more. No query if it has, else two."""
    project_id = options.ended_project_id
    if project_id is None:
        return False
    if choice.project_end(user_id=request.user.pk, project_id=project_id):
        with scopes_disabled():
            ended = Project.objects.filter(pk=project_id).first()
        text = _("The prices of the project “%(project)s” have ended: you buy for none now.")
        messages.warning(request, text % {"project": ended})
    return True


def _notice(options: TradeOptions, without: Counterparty | None) -> str:
    """What has changed; ``without`` is the default company if it has no contract in force."""
    ended, contract = options.ended, options.contract
    values = {"contract": contract, "company": contract.counterparty.name}
    if ended is None:
        text = _("You buy for %(company)s under contract %(contract)s now.")
        why = _("The contract you chose is no longer yours.")
        if without is not None:
            why = _("%(other)s has no contract in force.") % {"other": without.name}
        return f"{why} {text % values}"
    why = capfirst(reason_of(ended))
    if ended.counterparty_id == contract.counterparty_id:
        return f"{why}. {_('You buy under contract %(contract)s now.') % values}"
    why = _("%(why)s, and %(other)s has no other.") % {
        "why": why,
        "other": ended.counterparty.name,
    }
    return f"{why} {_('You buy for %(company)s under contract %(contract)s now.') % values}"
