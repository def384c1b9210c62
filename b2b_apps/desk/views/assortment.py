"""Assortment rules and labels: their boards, and one of them as blanks with conditions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.assortment.conditions import OF_BUYER, OF_GOODS
from b2b_apps.assortment.errors import RuledError
from b2b_apps.assortment.models import AssortmentRule, Label
from b2b_apps.assortment.services import assortment_rule_save, label_save, ruled_mark
from b2b_apps.desk.assortment_forms import AssortmentRuleForm, LabelForm, RuledForm
from b2b_apps.desk.assortment_words import (
    changed_words,
    days_words,
    journal_of,
    ruled_status,
)
from b2b_apps.desk.boards import Board, Column, Text, View, board_page
from b2b_apps.desk.rule_lines import KINDS, Line, lines_from, lines_of, names_of, options_of
from b2b_apps.desk.selectors.assortment import (
    assortment_rules,
    concern_of,
    labels,
    labels_attach,
    rules_attach,
    working_today,
)
from b2b_apps.desk.shell import desk_page

ASKED = {kind: KINDS[kind] for kind in (*OF_GOODS, *OF_BUYER)}
ERRORS = {
    "changed": gettext_lazy("It was changed meanwhile: open it anew, nothing is written."),
    "empty_condition": gettext_lazy("A condition has no value: fill it in or take it out."),
    "code_taken": gettext_lazy("Another label has this code."),
    "no_goods": gettext_lazy("Name goods: by product, maker or section. Without them the rule"
                             " would be of all goods."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noun:
    """What differs between rules and labels."""

    model: type[Model]
    form: type[RuledForm]
    save: Callable[..., Any]
    key: str
    view: str
    title: Text
    new: Text
    list_name: str
    one_name: str


RULE = Noun(
    AssortmentRule, AssortmentRuleForm, assortment_rule_save, "rule_id", "assortment",
    gettext_lazy("Assortment rules"), gettext_lazy("New rule"), "dashboard:assortment",
    "dashboard:assortment-rule",
)  # fmt: skip
LABEL = Noun(
    Label, LabelForm, label_save, "label_id", "labels", gettext_lazy("Labels"),
    gettext_lazy("New label"), "dashboard:labels", "dashboard:label",
)  # fmt: skip
VIEWS = (
    View("works", gettext_lazy("Working"), working_today()),
    View("off", gettext_lazy("Switched off"), Q(is_active=False)),
)


def _board(noun: Noun, **more: Any) -> Board:
    columns: tuple[Column, ...] = (
        Column("name", gettext_lazy("Name"), lambda r: r.name, "text", ("name",),
               url=lambda r: reverse(noun.one_name, args=[r.pk]), sub=lambda r: r.whom,
               classes="wide wrap"),
        *more.pop("columns"),
        Column("term", gettext_lazy("Term"), days_words, "text", ("valid_from",)),
        Column("who", gettext_lazy("Changed by"), changed_words, classes="off"),
        Column("when", gettext_lazy("When"), lambda r: r.updated_at, "time", ("updated_at",)),
        Column("state", gettext_lazy("State"), ruled_status, "status"),
    )  # fmt: skip
    return Board(
        search=("name",), search_hint=gettext_lazy("Name"), views=VIEWS, columns=columns, **more
    )


RULES = _board(
    RULE,
    rows=assortment_rules,
    attach=rules_attach,
    order=("name",),
    columns=(Column("kind", gettext_lazy("What it does"), lambda r: r.get_kind_display()),),
    empty=gettext_lazy("No rules yet"),
    empty_hint=gettext_lazy("Without rules every buyer sees all goods."),
)
LABELS = _board(
    LABEL,
    rows=labels,
    attach=labels_attach,
    order=("position", "name"),
    columns=(
        Column("look", gettext_lazy("Look"), lambda r: (r.look, r.get_look_display()), "status"),
        Column("code", gettext_lazy("Code"), lambda r: r.code, "art", ("code",)),
        Column("position", gettext_lazy("Place"), lambda r: r.position, "num", ("position",)),
        Column("days", gettext_lazy("Newer than, days"), lambda r: r.newer_than_days or 0, "num"),
    ),
    empty=gettext_lazy("No labels yet"),
    empty_hint=gettext_lazy("A label is a word on goods: novelty, hit, sale."),
)


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    note = _("who sees which goods; a rule works at once for pages, prices and baskets")
    return _list(request, RULE, RULES, note, reverse("dashboard:assortment-rule-new"))


@require_safe
def label_list(request: HttpRequest) -> HttpResponse:
    note = _("words on goods")
    return _list(request, LABEL, LABELS, note, reverse("dashboard:label-new"))


@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A rule; without a key a new one. Nothing is written before Save."""
    return _edit(request, RULE, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def label_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A label; without a key a new one. Nothing is written before Save."""
    return _edit(request, LABEL, pk)


def _list(request: HttpRequest, noun: Noun, board: Board, note: str, add_url: str) -> HttpResponse:
    context = {
        "title": noun.title, "note": note, "page": board_page(board, request.GET),
        "add_url": add_url, "add_title": noun.new,
    }  # fmt: skip
    return desk_page(request, "b2b/desk/board.html", context, area="goods", view=noun.view)


def _edit(request: HttpRequest, noun: Noun, pk: int | None) -> HttpResponse:
    ruled: Any = get_object_or_404(noun.model, pk=pk) if pk else noun.model()
    if request.method != "POST":
        lines = lines_of(ruled.conditions)
        return _page(request, noun, ruled, lines, noun.form(instance=ruled), ruled_mark(ruled))
    lines = lines_from(request.POST, kinds=ASKED)
    is_draft, seen = request.POST.get("do") != "save", request.POST.get("seen", "")
    form = noun.form(request.POST, instance=ruled, is_draft=is_draft)
    if is_draft:
        form.is_valid()
        return _page(request, noun, ruled, lines, form, seen)
    if form.is_valid() and not any(line.error for line in lines):
        values = {**form.values(), "conditions": _stored(lines)}
        try:
            saved = noun.save(values=values, user_id=request.user.pk, seen=seen, **{noun.key: pk})
        except RuledError as error:
            return _page(request, noun, ruled, lines, form, seen, problem=ERRORS[error.code])
        messages.success(request, _("Saved."))
        return redirect(noun.one_name, saved.pk)
    return _page(request, noun, ruled, lines, form, seen, status=422)


def _stored(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [{"kind": line.kind, "values": line.values} for line in lines]


def _page(  # noqa: PLR0913, PLR0917 - what the page is made of
    request: HttpRequest, noun: Noun, ruled: Any, lines: Sequence[Line], form: RuledForm,
    seen: str, problem: Text = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    cleaned: Mapping[str, Any] = getattr(form, "cleaned_data", {}) if form.is_bound else {}
    days = cleaned.get("newer_than_days") if form.is_bound else getattr(ruled, "newer_than_days", 0)
    concern = concern_of(_stored(lines), newer_than_days=days)
    for line, left in zip(lines, concern.left, strict=True):
        line.left = left
    names_of(lines)
    context = {
        "title": ruled.name or noun.new, "ruled": ruled, "form": form, "lines": lines,
        "kinds": ASKED, "options": options_of(lines), "seen": seen, "concern": concern,
        "kind": cleaned.get("kind") or getattr(ruled, "kind", ""), "is_rule": noun is RULE,
        "status": ruled_status(ruled) if ruled.pk else None, "problem": problem,
        "crumbs": [(noun.title, reverse(noun.list_name))], "back_url": reverse(noun.list_name),
        "shows_errors": request.POST.get("do") == "save",
        "journal": journal_of(ruled.changes.select_related("user")[:20]) if ruled.pk else [],
    }  # fmt: skip
    if request.headers.get("HX-Request"):
        return render(request, "b2b/desk/_ruled.html", context)
    status = 422 if problem else status
    return desk_page(
        request, "b2b/desk/ruled.html", context, area="goods", view=noun.view, status=status
    )
