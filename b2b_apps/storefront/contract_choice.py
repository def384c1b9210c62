"""Under which contract a person buys: chosen, remembered, and replaced aloud when it has ended."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from b2b_apps.companies.models import Counterparty, Membership
from b2b_apps.contracts.context import TradeOptions, trade_options_for
from b2b_apps.contracts.models import Contract
from b2b_apps.storefront.closed import reason_of

CONTRACT_KEY = "contract_id"
REGION_KEY = "region_id"


def contract_choose(request: Any, wanted: str) -> Contract:
    """Let the next pages be under ``wanted``; a foreign or ended contract is not found."""
    options = getattr(request, "trade_options", None)
    known = {str(contract.pk): contract for contract in options.contracts} if options else {}
    if options is None or wanted not in known:
        raise Http404
    request.session[CONTRACT_KEY] = int(wanted)
    if int(wanted) != options.contract.pk:
        request.session.pop(REGION_KEY, None)
    return known[wanted]


def contract_remember(request: Any) -> None:
    """Note the contract that a person who has just signed in begins with. Three queries.

    When it ends in the middle of a session, he is told; one never noted would change unseen.
    """
    options = trade_options_for(user_id=request.user.pk)
    if options is not None:
        request.session[CONTRACT_KEY] = options.contract.pk


def contract_settle(
    request: Any, *, options: TradeOptions, memberships: Sequence[Membership]
) -> bool:
    """Say so if the contract is not the one the person expects; return whether it is not.

    He expects the one of his session, else one of his default company. From then on it is the
    one he was told of. No query.
    """
    expected = request.session.get(CONTRACT_KEY)
    default = memberships[0].counterparty
    if expected == options.contract.pk or (
        expected is None and options.contract.counterparty_id == default.pk
    ):
        return False
    request.session[CONTRACT_KEY] = options.contract.pk
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
