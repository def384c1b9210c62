"""Limits that wait for a second signature: what would change, who signs, turns down, withdraws."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.contracts.errors import DecisionError
from b2b_apps.contracts.limits import is_moved, limit_refuse, limit_sign, limit_withdraw
from b2b_apps.contracts.models import CreditProposal
from b2b_apps.desk.credit_words import proposal_rows
from b2b_apps.desk.selectors.credit import limit_proposals
from b2b_apps.desk.views.credit import ERRORS, account_name, credit_page

DONE = {
    "sign": gettext_lazy("Signed: the limit holds from now on."),
    "refuse": gettext_lazy("Turned down."),
    "withdraw": gettext_lazy("Withdrawn."),
}


@require_safe
def credit_limit(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal on the board: whose limit, what was and will be, who wrote it and why."""
    proposal: CreditProposal = get_object_or_404(limit_proposals(), pk=pk)
    more: dict[str, Any] = {
        "proposal": proposal,
        "proposal_client": account_name(proposal.account),
        "proposal_rows": proposal_rows(proposal),
        "is_moved": proposal.is_open and is_moved(proposal, proposal.account),
        "is_mine": proposal.author_id == request.user.pk,
    }
    return credit_page(request, **more)


@require_POST
def credit_limit_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Sign the proposal that was shown, turn it down, or take one's own back."""
    get_object_or_404(CreditProposal, pk=pk)
    one: dict[str, Any] = {"proposal_id": pk, "user_id": request.user.pk or 0}
    try:
        if act == "sign":
            limit_sign(**one)
        elif act == "refuse":
            limit_refuse(**one, answer=request.POST.get("answer", ""))
        else:
            limit_withdraw(**one)
    except DecisionError as error:
        messages.error(request, _said(error.code))
    else:
        messages.success(request, DONE[act])
    return redirect("dashboard:credit-limit", pk=pk)


def _said(code: str) -> str:
    if code == "changed":
        return _("Another proposal has taken its place: look at that one, then sign.")
    return str(ERRORS[code])
