"""What a rule would make of goods, as XLSX: at once, or by a worker if there are many."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.desk.boards import clean_text
from b2b_apps.desk.rule_sheets import (
    MOST_AT_ONCE,
    num_goods_of,
    rule_sheet_begin,
    rule_xlsx,
)
from b2b_apps.desk.selectors.prices import contract_by
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import Status
from b2b_apps.pricing.models import PriceRule, RuleSheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State = RuleSheet.State
STATES = {State.MAKING: "work", State.READY: "ok", State.CHANGED: "warn"}


@require_POST
def rule_sheet_ask(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Prices of a contract before and after the rule."""
    rule = get_object_or_404(PriceRule, pk=pk)
    contract = contract_by(clean_text(request.POST.get("contract", "")))
    if contract is None:
        messages.error(request, _("There is no such contract."))
        return redirect("dashboard:rule", pk=pk)
    num_goods = num_goods_of(rule)
    if num_goods > MOST_AT_ONCE:
        sheet = rule_sheet_begin(
            rule=rule, contract=contract, user_id=request.user.pk or 0, num_goods=num_goods
        )
        return redirect("dashboard:rule-sheet", pk=sheet.pk)
    return _answer(rule_xlsx(rule=rule, contract=contract), rule)


@require_safe
def rule_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet that is being written: how far it is; asks again by itself until it is ready."""
    sheet = _sheet_or_404(pk)
    is_going = sheet.state == State.MAKING
    context: dict[str, Any] = {"sheet": sheet, "is_going": is_going, "status": _status(sheet)}
    if getattr(request, "htmx", False):
        if is_going:
            return render(request, "b2b/desk/_rule_sheet_going.html", context)
        # It is over: the page is another one now.
        return HttpResponse(headers={"HX-Refresh": "true"})
    url = reverse("dashboard:rule", args=[sheet.rule_id])
    context["crumbs"] = [(_("Price rules"), reverse("dashboard:rules")), (sheet.rule.name, url)]
    return desk_page(request, "b2b/desk/rule_sheet.html", context, area="prices", view="rules")


@require_safe
def rule_sheet_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, once it is ready and as long as it is kept; else the page that says so."""
    sheet = _sheet_or_404(pk)
    if sheet.state != State.READY or not sheet.file:
        return rule_sheet(request, pk)
    return _answer(sheet.file.open("rb"), sheet.rule)


def _answer(file: Any, rule: PriceRule) -> FileResponse:
    return FileResponse(
        file, as_attachment=True, filename=f"rule-{rule.pk}.xlsx", content_type=XLSX
    )


def _status(sheet: RuleSheet) -> Status:
    return STATES[State(sheet.state)], sheet.get_state_display()


def _sheet_or_404(pk: int) -> RuleSheet:
    rows = RuleSheet.objects.select_related("rule", "contract__counterparty")
    return get_object_or_404(rows, pk=pk)
