"""Rules and budgets of a company: seen and set by who may manage its approvals.

Who may not sees the deputies alone, and names his own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.approvals.errors import CorrectionError
from b2b_apps.approvals.models import (
    ApprovalRule,
    Budget,
    BudgetEntry,
    BudgetPeriod,
    Department,
    Deputy,
)
from b2b_apps.approvals.overview import setup_of
from b2b_apps.approvals.periods import term_of
from b2b_apps.approvals.selectors import people_of
from b2b_apps.approvals.services.budgets import budget_correct
from b2b_apps.approvals.services.periods import periods_begin
from b2b_apps.approvals.services.setup import (
    budget_save,
    department_save,
    deputy_save,
    rule_save,
)
from b2b_apps.companies.models import Counterparty
from b2b_apps.companies.roles import MANAGE_APPROVALS, SEE_ORDERS, SEE_PRICES
from b2b_apps.core.row_ids import row_id
from b2b_apps.storefront.access import reader_required
from b2b_apps.storefront.approvals.setup_forms import (
    BudgetForm,
    DepartmentForm,
    DeputyForm,
    RuleForm,
    SetupForm,
)

# Up to a hundred billion, kopecks at most.
CHANGE = re.compile(r"[+-]?[0-9]{1,11}(?:[.,][0-9]{1,2})?")
NUM_ENTRIES = 100


@dataclass(frozen=True)
class Noun:
    """What can be set up: its model, form and words."""

    key: str
    model: Any
    form: type[SetupForm]
    new: Any
    save: Callable[[Any, Any], Any]


def _save_department(request: Any, form: Any) -> Any:
    ids = {int(pk) for pk in form.cleaned_data["members"]}
    return department_save(department=form.save(commit=False), employee_ids=ids)


def _save_rule(request: Any, form: Any) -> Any:
    rule = form.save(commit=False)
    rule.conditions, rule.chain = form.conditions(), form.chain()
    return rule_save(rule=rule, user_id=request.user.pk)


NOUNS = {
    noun.key: noun
    for noun in (
        Noun("department", Department, DepartmentForm, gettext_lazy("New department"),
             _save_department),
        Noun("budget", Budget, BudgetForm, gettext_lazy("New budget"),
             lambda _request, form: budget_save(budget=form.save(commit=False))),
        Noun("rule", ApprovalRule, RuleForm, gettext_lazy("New rule"), _save_rule),
        Noun("deputy", Deputy, DeputyForm, gettext_lazy("New deputy"),
             lambda _request, form: deputy_save(deputy=form.save(commit=False))),
    )
}  # fmt: skip


@require_safe
@reader_required(SEE_ORDERS)
def setup(request: Any) -> HttpResponse:
    """All that a company has set up."""
    company = _company(request)
    manages = _manages(request, company.pk)
    found = setup_of(company=company)
    companies = [m.counterparty for m in request.memberships]
    context = {
        "setup": found,
        "manages": manages,
        "deputies": [d for d in found.deputies if manages or _is_his(request, d)],
        "companies": companies if len(companies) > 1 else [],
        "may_name": request.reader.may(SEE_PRICES, counterparty_id=company.pk),
        "section": "approvals",
    }
    return render(request, "b2b/storefront/approvals/setup.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required(SEE_ORDERS)
def noun_new(request: Any, noun: str) -> HttpResponse:
    """Set up one more."""
    kind, company = NOUNS[noun], _company(request)
    if noun != "deputy" and not _manages(request, company.pk):
        raise PermissionDenied
    return _edit(request, kind, company, kind.model(counterparty=company), str(kind.new))


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required(SEE_ORDERS)
def noun_one(request: Any, noun: str, pk: int) -> HttpResponse:
    """Change what is set up."""
    kind = NOUNS[noun]
    found = _row(request, kind, pk)
    if noun == "deputy" and request.POST.get("remove"):
        found.delete()
        messages.success(request, _("Saved."))
        return _back(found.counterparty)
    return _edit(request, kind, found.counterparty, found, _("Change"))


@require_safe
@reader_required(SEE_ORDERS)
def budget_ledger(request: Any, pk: int) -> HttpResponse:
    """The present period of a budget with its entries."""
    budget = _row(request, NOUNS["budget"], pk)
    return _ledger(request, budget)


@require_POST
@reader_required(SEE_ORDERS)
def budget_fix(request: Any, pk: int) -> HttpResponse:
    """Correct the sum of the present period, with a reason."""
    budget = _row(request, NOUNS["budget"], pk)
    periods_begin(budgets=[budget], day=timezone.localdate())
    try:
        budget_correct(
            period=_period(budget),
            change=_typed_change(request.POST.get("change", "")),
            reason=request.POST.get("reason", ""),
            user_id=request.user.pk,
        )
    except CorrectionError as error:
        return _ledger(request, budget, error=_correction_words(error.code), status=422)
    messages.success(request, _("Saved."))
    return redirect("storefront:approval_budget_ledger", pk=pk)


def _typed_change(text: str) -> Decimal:
    """The sum that a correction says, with a sign. Raises CorrectionError."""
    plain = text.strip().replace("\u2212", "-").replace("\xa0", "").replace(" ", "")
    if CHANGE.fullmatch(plain) is None:
        raise CorrectionError("no_sum")
    return Decimal(plain.replace(",", "."))


def _correction_words(code: str) -> str:
    return {
        "no_sum": _("Write by how much: digits with a comma, a minus to take away."),
        "no_reason": _("Say why: it stays in the ledger."),
        "no_period": _("The budget has no period today."),
        "below_taken": _("More is taken already than would be left."),
    }[code]


def _ledger(request: Any, budget: Budget, *, status: int = 200, error: str = "") -> HttpResponse:
    period = _period(budget)
    entries = BudgetEntry.objects.filter(period_id=period.pk).select_related(
        "user", "basket__approval_request", "basket__owner"
    )
    context = {
        "budget": budget,
        "period": period,
        "entries": list(entries[:NUM_ENTRIES]),
        "error": error,
        "typed": request.POST,
        "section": "approvals",
    }
    return render(request, "b2b/storefront/approvals/ledger.html", context, status=status)


def _period(budget: Budget) -> BudgetPeriod:
    """The present period; one that has not begun yet is not saved. An ended budget's is empty."""
    today = timezone.localdate()
    term = term_of(budget, today)
    rows = BudgetPeriod.objects.filter(budget=budget)
    found = rows.filter(starts_on=term.starts_on).first() if term else rows.first()
    if found is None:
        found = BudgetPeriod(budget=budget, amount=budget.amount, taken=Decimal(0))
        if term:
            found.starts_on, found.ends_on = term
    return found


def _edit(request: Any, kind: Noun, company: Counterparty, row: Any, title: str) -> HttpResponse:
    people = people_of(counterparty_id=company.pk)
    form = kind.form(request.POST or None, instance=row, company=company, people=people)
    if isinstance(form, DeputyForm) and not _manages(request, company.pk):
        form.only_of(request.reader.employee_id)
    if request.method == "POST" and form.is_valid():
        kind.save(request, form)
        messages.success(request, _("Saved."))
        return _back(company)
    context = {
        "form": form,
        "noun": kind.key,
        "title": title if not row.pk else str(row) if kind.key != "deputy" else title,
        "company": company,
        "back": _setup_url(company),
        "row": row,
        "section": "approvals",
    }
    status = 422 if form.errors else 200
    return render(request, "b2b/storefront/approvals/form.html", context, status=status)


def _row(request: Any, kind: Noun, pk: int) -> Any:
    """A row of a company whose approvals he manages, or of a deputy of his own; else not found."""
    rows = kind.model.objects.filter(counterparty_id__in=request.reader.counterparty_ids)
    found = rows.select_related("counterparty").filter(pk=pk).first()
    if found is None:
        raise Http404
    if not _manages(request, found.counterparty_id) and not (
        kind.key == "deputy" and _is_his(request, found)
    ):
        raise PermissionDenied
    return found


def _is_his(request: Any, deputy: Deputy) -> bool:
    return bool(deputy.principal_id == request.reader.employee_id)


def _manages(request: Any, counterparty_id: int) -> bool:
    return bool(request.reader.may(MANAGE_APPROVALS, counterparty_id=counterparty_id))


def _company(request: Any) -> Counterparty:
    """The company that is asked for, if it is one of his; else the one that he manages."""
    companies = {m.counterparty_id: m.counterparty for m in request.memberships}
    if "company" in request.GET:
        asked = companies.get(row_id(request.GET["company"]) or 0)
        if asked is None:
            raise Http404
        return asked
    managed = request.reader.companies_with(MANAGE_APPROVALS)
    trade = request.trade
    if trade is not None and (not managed or trade.counterparty_id in managed):
        return companies[trade.counterparty_id]
    return companies[(managed or request.reader.counterparty_ids)[0]]


def _setup_url(company: Counterparty) -> str:
    return f"{reverse('storefront:approval_setup')}?company={company.pk}"


def _back(company: Counterparty) -> HttpResponse:
    return redirect(_setup_url(company))
