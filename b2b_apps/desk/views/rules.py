"""Price rules: the board, one rule as a sentence with blanks, publishing and switching off."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.desk.boards import Board, Column, View, board_page, clean_text
from b2b_apps.desk.rule_chart import rule_chart
from b2b_apps.desk.rule_forms import RuleForm
from b2b_apps.desk.rule_lines import (
    KINDS,
    Line,
    lines_from,
    lines_of,
    names_of,
    options_of,
)
from b2b_apps.desk.rule_words import (
    action_words,
    journal_words,
    rule_status,
    term_words,
    whom_words,
)
from b2b_apps.desk.selectors.prices import contract_by
from b2b_apps.desk.selectors.rule_schedule import rule_schedule
from b2b_apps.desk.selectors.rules import (
    contracts_of,
    rule_reach,
    rule_seen,
    rules_board,
    touched_by,
    working,
)
from b2b_apps.desk.shell import desk_page
from b2b_apps.pricing.conditions import conditions_from
from b2b_apps.pricing.models import PriceRule
from b2b_apps.pricing.rule_services import (
    RuleError,
    rule_copy,
    rule_mark,
    rule_new,
    rule_publish,
    rule_save,
    rule_switch_off,
)

MOST_ROWS = 25
ERRORS = {
    "live": gettext_lazy("The rule works now: change a copy of it, or switch it off first."),
    "not_live": gettext_lazy("The rule does not work already."),
    "live_already": gettext_lazy("The rule works already."),
    "empty_condition": gettext_lazy("A condition has no value: fill it in or take it out."),
    "nothing": gettext_lazy("The rule changes nothing yet: say by how much."),
    "over": gettext_lazy("The rule's term is over: name another end."),
    "changed": gettext_lazy("The rule was changed meanwhile: look at it again."),
}
VIEW_WORDS = {
    "all": gettext_lazy("All"),
    "changed": gettext_lazy("Will change"),
    "cap": gettext_lazy("Stopped by the cap"),
    "floor": gettext_lazy("Stopped by the floor"),
    "gone": gettext_lazy("Lose the price"),
    "agreed": gettext_lazy("Agreed, left alone"),
    "same": gettext_lazy("Stay the same"),
}


def rule_url(rule: Any) -> str:
    return reverse("dashboard:rule", args=[rule.pk])


def _board() -> Board:
    return Board(
        rows=rules_board,
        attach=whom_words,
        order=("priority",),
        search=("name", "promo_code"),
        search_hint=gettext_lazy("Name, promo code"),
        views=(
            View("works", gettext_lazy("Working"), working()),
            View("waits", gettext_lazy("Live, not now"), Q(state="live") & ~working()),
            View("draft", gettext_lazy("Drafts"), Q(state="draft")),
            View("off", gettext_lazy("Switched off"), Q(state="off")),
            View("promo", gettext_lazy("Promo codes"), ~Q(promo_code="")),
            View("gone", gettext_lazy("Take the price away"),
                 Q(action__in=["on_request", "unavailable"])),
        ),
        columns=(
            Column("name", gettext_lazy("Rule"), lambda r: r.name, "text", ("name",),
                   url=rule_url, sub=lambda r: r.whom, classes="wide wrap"),
            Column("action", gettext_lazy("What it does"), action_words, classes="wide wrap"),
            Column("priority", gettext_lazy("Place"), lambda r: r.priority, "num",
                   ("priority",)),
            Column("term", gettext_lazy("Term"), term_words, "text", ("valid_from",)),
            Column("code", gettext_lazy("Promo code"), lambda r: r.promo_code, "art",
                   ("promo_code",)),
            Column("state", gettext_lazy("State"), rule_status, "status"),
        ),
        empty=gettext_lazy("No price rules yet"),
        empty_hint=gettext_lazy("A rule changes prices by what the product is and who buys."),
    )  # fmt: skip


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Price rules"),
        "note": _("they work from top to bottom, each on what the one before left"),
        "page": board_page(_board(), request.GET),
        "schedule": rule_schedule(),
    }
    return desk_page(request, "b2b/desk/rules.html", context, area="prices", view="rules")


@require_POST
def rule_make(request: HttpRequest) -> HttpResponse:
    """Begin a draft."""
    return redirect(rule_url(rule_new(name=_("New rule"), user_id=request.user.pk or 0)))


@require_http_methods(["GET", "HEAD", "POST"])
def rule_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A rule as one sentence with blanks. A draft saves itself; one that works is only shown."""
    rule = get_object_or_404(rules_board(), pk=pk)
    if request.method != "POST":
        return _page(request, rule, lines_of(rule.conditions), RuleForm(instance=rule))
    lines = lines_from(request.POST)
    form = RuleForm(request.POST, instance=rule)
    if not form.is_valid():
        return _page(request, rule, lines, form, status=422)
    values = {**form.values(), "conditions": [line.stored() for line in lines]}
    try:
        rule = rule_save(rule_id=pk, values=values, user_id=request.user.pk or 0)
    except RuleError as error:
        messages.error(request, ERRORS[error.code])
        return redirect(rule_url(rule))
    if request.headers.get("HX-Request") or any(line.error for line in lines):
        status = 422 if any(line.error for line in lines) else 200
        return _page(request, rule, lines, RuleForm(instance=rule), status=status)
    contract = clean_text(request.POST.get("contract", ""))
    return redirect(f"{rule_url(rule)}{f'?contract={contract}' if contract.isdecimal() else ''}")


@require_http_methods(["GET", "HEAD", "POST"])
def rule_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish: how many products and whom; over a share of the catalogue the number is typed."""
    return _decide(request, pk, is_start=True)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch off, as gravely as to publish: prices change by as much."""
    return _decide(request, pk, is_start=False)


@require_POST
def rule_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a rule: into one more, or (``replaces``) into the next version of itself."""
    rule = get_object_or_404(PriceRule, pk=pk)
    is_next = bool(request.POST.get("replaces"))
    name = rule.name if is_next else _("%(name)s (copy)") % {"name": rule.name[:240]}
    copy = rule_copy(rule_id=pk, name=name, user_id=request.user.pk or 0, replaces=is_next)
    return redirect(rule_url(copy))


def _decide(request: HttpRequest, pk: int, *, is_start: bool) -> HttpResponse:
    rule = get_object_or_404(rules_board(), pk=pk)
    touched = rule_reach(rule)
    problem = ""
    if request.method == "POST":
        problem = _unconfirmed(request, touched)
        if not problem:
            user_id = request.user.pk or 0
            try:
                if is_start:
                    rule_publish(rule_id=pk, user_id=user_id, seen=request.POST.get("mark"))
                else:
                    rule_switch_off(rule_id=pk, user_id=user_id)
            except RuleError as error:
                messages.error(request, ERRORS[error.code])
            else:
                messages.success(request, _("Published.") if is_start else _("Switched off."))
            return redirect(rule_url(rule))
    whom_words([rule])
    context = {
        "rule": rule, "touched": touched, "is_start": is_start, "problem": problem,
        "mark": rule_mark(rule), "action": action_words(rule), "term": term_words(rule),
        "crumbs": _crumbs(rule),
    }  # fmt: skip
    status = 422 if problem else 200
    return desk_page(
        request, "b2b/desk/rule_decide.html", context, area="prices", view="rules", status=status
    )


def _unconfirmed(request: HttpRequest, touched: Any) -> str:
    """Why what was posted is no confirmation: other figures than were seen, or mistyped ones."""
    typed = "".join(request.POST.get("number", "").split())
    if request.POST.get("seen") != str(touched.reach.num):
        return _("The number of products has changed meanwhile: look again.")
    if touched.is_guarded and typed != str(touched.reach.num):
        return _("Type the number of products as it stands.")
    return ""


def _crumbs(rule: Any = None) -> Sequence[tuple[Any, str]]:
    found: list[tuple[Any, str]] = [(_("Price rules"), reverse("dashboard:rules"))]
    return [*found, (rule.name, rule_url(rule))] if rule else found


def _page(
    request: HttpRequest, rule: PriceRule, lines: list[Line], form: RuleForm, status: int = 200
) -> HttpResponse:
    conditions = conditions_from([line.stored() for line in lines])
    touched = touched_by(conditions)
    for line, goods, contracts in zip(lines, touched.reach.left, touched.left, strict=True):
        line.left = goods if line.is_of_goods else contracts
    names_of(lines)
    asked = clean_text((request.POST or request.GET).get("contract", ""))
    contract = contract_by(asked) if asked else contracts_of(conditions).first()
    view = request.GET.get("view", "all")
    seen = rule_seen(rule=rule, contract=contract, view=view, most=MOST_ROWS) if contract else None
    is_part = bool(request.headers.get("HX-Request"))
    context = {
        "rule": rule, "form": form, "lines": lines, "options": options_of(lines), "kinds": KINDS,
        "touched": touched, "seen": seen, "asked": asked, "contract": contract,
        "chart": rule_chart(seen.preview.rows) if seen else None,
        "views": [(key, VIEW_WORDS[key], n) for key, n in seen.views] if seen else [],
        "is_live": rule.state == PriceRule.State.LIVE, "status": rule_status(rule),
        "action": action_words(rule), "term": term_words(rule), "crumbs": _crumbs(),
        "num_rules": PriceRule.objects.filter(state=PriceRule.State.LIVE).count(),
        "journal": journal_words(rule.changes.select_related("user")[:20]),
    }  # fmt: skip
    if is_part:
        return render(request, "b2b/desk/_rule.html", context, status=status)
    return desk_page(
        request, "b2b/desk/rule.html", context, area="prices", view="rules", status=status
    )
