"""Terms of a contract by hand: the form, and changes that wait for a second signature."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.contracts.errors import DecisionError
from b2b_apps.contracts.models import ContractChange
from b2b_apps.contracts.terms import (
    contract_change_refuse,
    contract_change_sign,
    contract_change_withdraw,
    contract_terms_change,
    is_overtaken,
)
from b2b_apps.desk.credit_forms import ContractTermsForm
from b2b_apps.desk.credit_words import change_rows, gives_told, price_types_of
from b2b_apps.desk.selectors.clients import contracts, contracts_with_parties
from b2b_apps.desk.selectors.credit import contract_changes
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.views.contracts import contract_url
from b2b_apps.desk.views.credit import ERRORS, credit_page

DONE = {
    "sign": gettext_lazy("Signed: the terms hold from now on."),
    "refuse": gettext_lazy("Turned down."),
    "withdraw": gettext_lazy("Withdrawn."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def contract_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """The terms of a contract; what gives the client more goes to another person."""
    contract = get_object_or_404(contracts_with_parties(contracts()), pk=pk)
    form = ContractTermsForm(request.POST or None, instance=contract)
    if request.method == "POST" and form.is_valid():
        change = contract_terms_change(
            contract_id=pk,
            terms=form.terms(),
            user_id=request.user.pk or 0,
            reason=form.cleaned_data["reason"],
        )
        if change is not None and change.is_open:
            messages.success(request, _("Waits for the second signature."))
            url = reverse("dashboard:contract-change", args=[change.pk])
            return redirect(f"{url}#one")
        messages.success(request, _("Saved.") if change else _("Nothing was changed."))
        return redirect(contract_url(contract))
    context = {
        "title": _("Terms of the contract %(no)s") % {"no": contract},
        "form": form,
        "lead": _lead(pk),
        "back_url": contract_url(contract),
        "crumbs": [
            (_("Contracts"), reverse("dashboard:contracts")),
            (str(contract), contract_url(contract)),
        ],
    }
    status = 422 if form.is_bound else 200
    return desk_page(
        request, "b2b/desk/form.html", context, area="clients", view="contracts", status=status
    )


@require_safe
def contract_change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change beside what else waits: what was and will be, who wrote it and why."""
    change: ContractChange = get_object_or_404(contract_changes(), pk=pk)
    more: dict[str, Any] = {
        "change": change,
        "change_rows": change_rows(change, price_types_of([change])),
        "change_gives": gives_told(change),
        "is_moved": change.is_open and is_overtaken(change, change.contract),
        "is_mine": change.author_id == request.user.pk,
    }
    return credit_page(request, **more)


@require_POST
def contract_change_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Sign the change that was shown, turn it down, or take one's own back."""
    get_object_or_404(ContractChange.objects.all(), pk=pk)
    one: dict[str, Any] = {"change_id": pk, "user_id": request.user.pk or 0}
    try:
        if act == "sign":
            contract_change_sign(**one)
        elif act == "refuse":
            contract_change_refuse(**one, answer=request.POST.get("answer", ""))
        else:
            contract_change_withdraw(**one)
    except DecisionError as error:
        messages.error(request, _said(error.code))
    else:
        messages.success(request, DONE[act])
    return redirect("dashboard:contract-change", pk=pk)


def _said(code: str) -> str:
    if code == "changed":
        return _("Another proposal has taken its place: look at that one, then sign.")
    return str(ERRORS[code])


def _lead(contract_id: int) -> str:
    """What to know before one changes terms: what two sign, and what waits already."""
    lead = _(
        "1C writes over this when it changes the contract. A longer deferral, a smaller advance, "
        "other prices and a later end take a second signature; what gives less holds at once."
    )
    waiting = contract_changes().filter(contract_id=contract_id, state="open").first()
    if waiting is None:
        return lead
    told = _("A change by %(author)s waits already; yours would take its place.")
    author: Any = waiting.author
    return f"{lead} {told % {'author': author.get_full_name() or author.email}}"
