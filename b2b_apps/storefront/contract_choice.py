"""Under which contract a person buys: chosen, remembered, and replaced aloud when it has ended."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from b2b_apps.companies.models import Counterparty, Membership
from b2b_apps.contracts import choice
from b2b_apps.contracts.context import TradeOptions, trade_options_for
from b2b_apps.contracts.models import Contract
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


def contract_remember(request: Any) -> None:
    """Note the contract that a person who signs in for the first time begins with.

    When it ends, he is told; one never noted would change unseen. Four queries.
    """
    options = trade_options_for(user_id=request.user.pk)
    if options is not None and options.chosen_id is None:
        choice.contract_begin(user_id=request.user.pk, contract_id=options.contract.pk)


def contract_settle(
    request: Any, *, options: TradeOptions, memberships: Sequence[Membership]
) -> bool:
    """Say so if the contract is not the one the person expects; return whether it is not.

    He expects the one he has chosen, else one of his default company. From then on it is the
    one he was told of, unless he chose another meanwhile. No query if it is, else one.
    """
    expected = options.chosen_id
    default = memberships[0].counterparty
    if expected == options.contract.pk or (
        expected is None and options.contract.counterparty_id == default.pk
    ):
        return False
    if choice.contract_replace(
        user_id=request.user.pk, was_id=expected, contract_id=options.contract.pk
    ):
        # Of several requests at once one tells.
        messages.warning(request, _notice(options, default if expected is None else None))
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
