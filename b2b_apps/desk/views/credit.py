"""Credit: stopped orders and decisions on them, all accounts and their terms."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.contracts.decisions import decision_sign
from b2b_apps.contracts.errors import DecisionError
from b2b_apps.contracts.limits import credit_terms_change
from b2b_apps.contracts.models import CreditAccount
from b2b_apps.contracts.services import terms_of
from b2b_apps.contracts.standing import Standing, standing_of
from b2b_apps.core.figures import quantity_text
from b2b_apps.core.row_ids import row_id
from b2b_apps.desk.boards import Board, Column, View, board_page
from b2b_apps.desk.credit_forms import DecisionForm, ProlongForm, TermsForm
from b2b_apps.desk.credit_words import Ahead, ahead_of
from b2b_apps.desk.selectors.credit import (
    CreditCase,
    contracts_waiting,
    credit_accounts,
    credit_accounts_with_parties,
    credit_book,
    credit_case,
    credit_log,
    credit_queue,
    credit_reviewed,
    limit_proposals,
    limits_log,
    limits_waiting,
)
from b2b_apps.desk.selectors.forecast import Due, credit_forecast, group_forecast
from b2b_apps.desk.shell import desk_page
from b2b_apps.purchasing.services.credit import credit_decide

ERRORS = {
    "not_stopped": gettext_lazy("The order is no longer stopped."),
    "same_person": gettext_lazy("The second signature is of another person."),
    "not_pending": gettext_lazy("There is nothing to sign."),
    "no_reason": gettext_lazy("Say why."),
    "no_payment": gettext_lazy("Enter the sum to wait for."),
    "past": gettext_lazy("From today on."),
    "changed": gettext_lazy("Another decision was written meanwhile: look at it, then sign."),
    "moved": gettext_lazy("The terms have changed since: they have to be proposed anew."),
    "not_author": gettext_lazy("Only who proposed it takes it back."),
}


def account_url(account: Any) -> str:
    return reverse("dashboard:credit-account", args=[account.pk])


def account_name(account: Any) -> str:
    if account.contract is None:
        return str(account.holding)
    return str(account.contract.counterparty.name)


ACCOUNTS = Board(
    rows=credit_accounts,
    prepare=credit_accounts_with_parties,
    order=("-used_percent", "pk"),
    search=("contract__number", "contract__counterparty__name", "holding__name"),
    search_hint=gettext_lazy("Number, client, tax number"),
    views=(
        View("overdue", gettext_lazy("Overdue"), Q(overdue__gt=0)),
        View("low", gettext_lazy("Nearly used up"), Q(used_percent__gte=90)),
        View("shared", gettext_lazy("Holdings"), Q(holding__isnull=False)),
        View("unwatched", gettext_lazy("Not watched"), Q(limit__isnull=True)),
    ),
    columns=(
        Column("client", gettext_lazy("Client"), account_name, "text",
               ("contract__counterparty__name", "holding__name"), url=account_url,
               sub=lambda a: a.contract or _("shared limit"), classes="wide"),
        Column("limit", gettext_lazy("Limit"), lambda a: a.limit, "money", ("limit",),
               unit=lambda a: "" if a.currency == "RUB" else a.currency),
        Column("debt", gettext_lazy("Debt"), lambda a: a.debt, "money", ("debt",)),
        Column("overdue", gettext_lazy("Overdue"), lambda a: a.overdue or None, "money",
               ("overdue",)),
        Column("held", gettext_lazy("Held"), lambda a: a.held or None, "money", ("held",)),
        Column("free", gettext_lazy("Free"), lambda a: a.free, "money", ("free",)),
        Column("used", gettext_lazy("Used, %"),
               lambda a: None if a.used_percent is None else int(a.used_percent), "num",
               ("used_percent",)),
        Column("mode", gettext_lazy("Beyond the limit"), lambda a: a.get_mode_display(), "text",
               ("mode",)),
        Column("to", gettext_lazy("Valid to"), lambda a: a.limit_valid_to, "date",
               ("limit_valid_to",)),
    ),
    mark=lambda a: "bad" if a.overdue else "",
    empty=gettext_lazy("No accounts yet"),
    empty_hint=gettext_lazy("Limits come from 1C with contracts."),
)  # fmt: skip


@require_safe
def credit_board(request: HttpRequest) -> HttpResponse:
    """The whole book, stopped orders, the last decisions."""
    return credit_page(request)


@require_http_methods(["GET", "HEAD", "POST"])
def credit_order(request: HttpRequest, number: str) -> HttpResponse:
    """One stopped order: why, the account with it, the decision."""
    case = credit_case(number)
    if case is None:
        raise Http404
    form = DecisionForm(request.POST or None, initial={"payment_sum": case.lack or None})
    if request.method != "POST" or not form.is_valid():
        return credit_page(request, case=case, form=form, status=422 if form.is_bound else 200)
    try:
        decision = credit_decide(
            order_id=case.order.pk, decided=form.decided(), user_id=request.user.pk or 0
        )
    except DecisionError as error:
        messages.error(request, ERRORS[error.code])
    else:
        text = _("Waits for the second signature.") if decision.needs_signature else _("Decided.")
        messages.success(request, text)
    return redirect("dashboard:credit-order", number=number)


@require_POST
def credit_sign(request: HttpRequest, number: str) -> HttpResponse:
    """The second signature under the decision that was shown (``decision``)."""
    case = credit_case(number)
    if case is None:
        raise Http404
    try:
        decision_sign(
            order_id=case.order.pk,
            user_id=request.user.pk or 0,
            decision_id=row_id(request.POST.get("decision", "")) or 0,
        )
    except DecisionError as error:
        messages.error(request, ERRORS[error.code])
    else:
        messages.success(request, _("Signed."))
    return redirect("dashboard:credit-order", number=number)


@require_POST
def credit_prolong(request: HttpRequest) -> HttpResponse:
    """Let the chosen limits hold until another day; each change is booked with who and why."""
    form = ProlongForm(request.POST)
    ids = {
        int(text)
        for text in request.POST.getlist("account")
        if text.isdecimal() and text.isascii() and len(text) < 18
    }
    accounts = list(CreditAccount.objects.filter(pk__in=ids, limit__isnull=False).order_by("pk"))
    if not form.is_valid() or not accounts:
        messages.error(request, _("Choose limits, and say until when and why."))
        return redirect("dashboard:credit")
    num_set = num_waiting = 0
    for account in accounts:
        changed = credit_terms_change(
            account_id=account.pk,
            terms=replace(terms_of(account), limit_valid_to=form.cleaned_data["until"]),
            user_id=request.user.pk or 0,
            reason=form.cleaned_data["reason"],
        )
        num_set += changed.is_set
        num_waiting += changed.proposal is not None
    text = ngettext("%(n)d limit prolonged", "%(n)d limits prolonged", num_set)
    if num_set or not num_waiting:
        messages.success(request, text % {"n": num_set})
    if num_waiting:
        text = ngettext(
            "%(n)d limit waits for the second signature",
            "%(n)d limits wait for the second signature",
            num_waiting,
        )
        messages.success(request, text % {"n": num_waiting})
    return redirect("dashboard:credit")


def credit_page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    queue = credit_queue()
    context = {
        "book": credit_book(),
        "queue": queue,
        "total": sum(o.total_incl_tax for o in queue if o.currency == "RUB"),
        "log": credit_log(),
        "reviewed": credit_reviewed(),
        "limits": limits_waiting(),
        "contracts": contracts_waiting(),
        "limits_log": limits_log(),
        "prolong": ProlongForm(),
        "today": timezone.localdate(),
        **more,
    }
    if case := more.get("case"):
        context["aheads"] = aheads_of(case)
    return desk_page(
        request, "b2b/desk/credit.html", context, area="clients", view="credit", status=status
    )


def waiting_of(case: CreditCase) -> Due | None:
    """What an order that waits would hold, were it let go; None of one that holds it already."""
    asked = case.asked - case.own
    if not case.is_open or asked <= 0:
        return None
    return Due(case.order.contract, asked, case.order.payment_due, case.order, is_held=True)


def aheads_of(case: CreditCase) -> list[Ahead]:
    """The contract's account week by week, and its holding's if that is watched. Three queries."""
    let_go = waiting_of(case)
    accounts = [s for s in case.accounts if s.is_watched or not s.is_shared]
    return [ahead_on(s, case.order.contract, let_go=let_go) for s in accounts]


def ahead_on(standing: Standing, contract: Any, *, let_go: Due | None = None) -> Ahead:
    """An account week by week, for ``_forecast.html``; two queries of a holding's, else one."""
    if standing.is_shared:
        return ahead_of(standing, group_forecast(standing=standing, let_go=let_go), let_go)
    forecast = credit_forecast(standing=standing, contract=contract, let_go=let_go)
    return ahead_of(standing, forecast, let_go)


@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Credit accounts"), "page": board_page(ACCOUNTS, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="clients", view="credit")


@require_http_methods(["GET", "HEAD", "POST"])
def account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The terms of an account; a change is booked with who and why."""
    rows = credit_accounts_with_parties(CreditAccount.objects.all())
    account = get_object_or_404(rows, pk=pk)
    form = TermsForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        changed = credit_terms_change(
            account_id=pk,
            terms=form.terms(),
            user_id=request.user.pk or 0,
            reason=form.cleaned_data["reason"],
        )
        if changed.proposal is not None:
            messages.success(request, _("Waits for the second signature."))
            url = reverse("dashboard:credit-limit", args=[changed.proposal.pk])
            return redirect(f"{url}#one")
        messages.success(request, _("Saved."))
        return redirect("dashboard:credit-accounts")
    context = {
        "title": _("Credit: %(name)s") % {"name": account_name(account)},
        "form": form,
        "lead": _limit_lead(pk),
        "back_url": reverse("dashboard:credit-accounts"),
        "crumbs": [(_("Credit"), reverse("dashboard:credit"))],
    }
    # As it stands: the form has written what was typed into its row.
    kept = rows.get(pk=pk) if form.is_bound else account
    context["aheads"] = [ahead_on(standing_of(kept, day=timezone.localdate()), account.contract)]
    status = 422 if form.is_bound else 200
    return desk_page(
        request, "b2b/desk/form.html", context, area="clients", view="credit", status=status
    )


def _limit_lead(account_id: int) -> str:
    """What to know before one changes terms: from what sum two sign, and what waits already."""
    sum_from = quantity_text(Decimal(settings.CREDIT_SECOND_SIGNATURE_FROM))
    lead = _("What adds %(sum)s ₽ of credit or more within 30 days takes a second signature.")
    softer = _(
        "A limit prolonged or more days of grace count whole; a softer mode takes two always."
    )
    lead = f"{lead % {'sum': sum_from}} {softer}"
    waiting = limit_proposals().filter(account_id=account_id, state="open").first()
    if waiting is None:
        return lead
    told = _("A change by %(author)s waits already; yours would take its place.")
    author: Any = waiting.author
    return f"{lead} {told % {'author': author.get_full_name() or author.email}}"
