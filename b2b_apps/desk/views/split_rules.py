"""Rules of shipments: their board, and one of them, tried on a real basket before it is saved."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.assortment.conditions import OF_BUYER, OF_GOODS
from b2b_apps.desk.assortment_words import changed_words, days_words, ruled_status
from b2b_apps.desk.boards import Board, Column, Text, View, board_page
from b2b_apps.desk.rule_lines import (
    KINDS,
    LABEL,
    LABEL_WORD,
    Line,
    lines_from,
    lines_of,
    names_of,
    options_of,
)
from b2b_apps.desk.selectors.assortment import working_today
from b2b_apps.desk.selectors.split_rules import (
    SplitTried,
    baskets_to_try,
    split_concern,
    split_rules,
    split_rules_attach,
    split_tried,
)
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.split_rule_forms import SplitRuleForm
from b2b_apps.desk.split_rule_words import does_words, split_journal, tried_shipments
from b2b_apps.fulfilment.errors import SplitRuleError
from b2b_apps.fulfilment.models import SplitRule
from b2b_apps.fulfilment.rule_saving import split_rule_mark, split_rule_save
from b2b_apps.fulfilment.ruling import DRAFT

ASKED = {
    **{kind: KINDS[kind] for kind in OF_GOODS},
    LABEL: LABEL_WORD,
    **{kind: KINDS[kind] for kind in OF_BUYER},
}
ERRORS = {
    "changed": gettext_lazy("It was changed meanwhile: open it anew, nothing is written."),
    "empty_condition": gettext_lazy("A condition has no value: fill it in or take it out."),
    "no_goods": gettext_lazy("Name goods: by product, maker, section or label. Without them the"
                             " rule would be of all goods."),
    "no_warehouse": gettext_lazy("Choose the warehouse that they ship from."),
    "not_preferred": gettext_lazy("A warehouse is only of a rule that ships from one."),
    "not_joined": gettext_lazy("Goods can ship only with those of a rule that ships apart."),
    "is_joined": gettext_lazy("Another rule ships with its goods: change that one first."),
}  # fmt: skip

BOARD = Board(
    rows=split_rules,
    attach=split_rules_attach,
    order=("priority", "name"),
    search=("name", "reason"),
    search_hint=gettext_lazy("Name"),
    views=(
        View("works", gettext_lazy("Working"), working_today()),
        View("off", gettext_lazy("Switched off"), Q(is_active=False)),
    ),
    columns=(
        Column("priority", gettext_lazy("Place"), lambda r: r.priority, "num", ("priority",)),
        Column("name", gettext_lazy("Name"), lambda r: r.name, "text", ("name",),
               url=lambda r: reverse("dashboard:split-rule", args=[r.pk]), sub=lambda r: r.whom,
               classes="wide wrap"),
        Column("does", gettext_lazy("What it does"), does_words, classes="wrap"),
        Column("term", gettext_lazy("Term"), days_words, "text", ("valid_from",)),
        Column("who", gettext_lazy("Changed by"), changed_words, classes="off"),
        Column("when", gettext_lazy("When"), lambda r: r.updated_at, "time", ("updated_at",)),
        Column("state", gettext_lazy("State"), ruled_status, "status"),
    ),
    empty=gettext_lazy("No rules yet"),
    empty_hint=gettext_lazy("Without rules an order leaves in as few shipments as can be."),
)  # fmt: skip


@require_safe
def split_rule_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Rules of shipments"),
        "note": _("what leaves apart and from where; a rule works from the next plan on"),
        "page": board_page(BOARD, request.GET),
        "add_url": reverse("dashboard:split-rule-new"),
        "add_title": _("New rule"),
    }
    return desk_page(request, "b2b/desk/board.html", context, area="orders", view="split-rules")


@require_http_methods(["GET", "HEAD", "POST"])
def split_rule_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A rule; without a key a new one. Nothing is written before Save."""
    rule = get_object_or_404(split_rules(), pk=pk) if pk else SplitRule()
    if request.method != "POST":
        form, lines = SplitRuleForm(instance=rule), lines_of(rule.conditions, kinds=ASKED)
        return _page(request, rule, lines, form, split_rule_mark(rule))
    lines = lines_from(request.POST, kinds=ASKED)
    is_draft, seen = request.POST.get("do") != "save", request.POST.get("seen", "")
    form = SplitRuleForm(request.POST, instance=rule, is_draft=is_draft)
    is_right = form.is_valid() and not any(line.error for line in lines)
    if is_draft or not is_right:
        return _page(request, rule, lines, form, seen, status=200 if is_draft else 422)
    values = {**form.values(), "conditions": _stored(lines)}
    try:
        saved = split_rule_save(values=values, user_id=request.user.pk, rule_id=pk, seen=seen)
    except SplitRuleError as error:
        return _page(request, rule, lines, form, seen, problem=ERRORS[error.code], status=422)
    messages.success(request, _("Saved."))
    return redirect("dashboard:split-rule", saved.pk)


def _stored(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [{"kind": line.kind, "values": line.values} for line in lines]


def _page(  # noqa: PLR0913, PLR0917 - what the page is made of
    request: HttpRequest, rule: SplitRule, lines: list[Line], form: SplitRuleForm, seen: str,
    problem: Text = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    concern = split_concern(_stored(lines))
    for line, left in zip(lines, concern.left, strict=True):
        line.left = left
    names_of(lines)
    baskets = baskets_to_try()
    tried = _tried(request, rule, lines, form, baskets)
    warehouses = dict(apps.get_model("partner", "Partner").objects.values_list("pk", "name"))
    rules = dict(SplitRule.objects.values_list("pk", "name"))
    called = {**rules, DRAFT: _("this rule")}
    context = {
        "title": rule.name or _("New rule"), "rule": rule, "form": form, "lines": lines,
        "kinds": ASKED, "options": options_of(lines), "seen": seen, "concern": concern,
        "status": ruled_status(rule) if rule.pk else None, "problem": problem,
        "crumbs": [(_("Rules of shipments"), reverse("dashboard:split-rules"))],
        "back_url": reverse("dashboard:split-rules"),
        "shows_errors": request.POST.get("do") == "save", "baskets": baskets, "tried": tried,
        "plans": [
            (word, tried_shipments(plan, warehouses=warehouses, rules=called))
            for word, plan in ((_("Without the rule"), tried.before), (_("With it"), tried.after))
        ] if tried else [],
        "journal": split_journal(
            rule.changes.select_related("user")[:20],
            {"warehouse_id": warehouses, "joins_id": rules},
        ) if rule.pk else [],
    }  # fmt: skip
    if request.headers.get("HX-Request"):
        return render(request, "b2b/desk/_split_rule.html", context)
    return desk_page(
        request, "b2b/desk/split_rule.html", context, area="orders", view="split-rules",
        status=status,
    )  # fmt: skip


def _tried(
    request: HttpRequest, rule: SplitRule, lines: Sequence[Line], form: SplitRuleForm,
    baskets: Sequence[Any],
) -> SplitTried | None:  # fmt: skip
    """The rule as it is filled in, on the basket that was chosen, else on the latest one."""
    chosen = request.POST.get("basket") or request.GET.get("basket", "")
    basket = next((one for one in baskets if str(one.pk) == chosen), next(iter(baskets), None))
    if basket is None or not any(line.values for line in lines):
        return None
    draft = SplitRule(pk=rule.pk, conditions=_stored([x for x in lines if x.values]))
    if not form.is_bound:
        for name in ("kind", "priority", "joins_id", "warehouse_id", "reason"):
            setattr(draft, name, getattr(rule, name))
    elif form.errors or not form.cleaned_data.get("kind"):
        return None
    else:
        for name, value in form.values().items():
            setattr(draft, name, value)
    return split_tried(basket, draft)
