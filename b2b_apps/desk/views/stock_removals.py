"""Rules of stock are deleted after a question, named among the deleted, and put back."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from b2b_apps.companies.roles import Role
from b2b_apps.core.figures import quantity_text
from b2b_apps.desk.shell import desk_page
from b2b_apps.fulfilment.statuses import StatusBook, status_book
from b2b_apps.inventory.errors import RuleNotPutBackError
from b2b_apps.inventory.models import HoldTerm, Region, RemovedRule, StockPolicy
from b2b_apps.inventory.policies import StockSight, sight_without
from b2b_apps.inventory.services import policy_remove, rule_put_back, term_remove

MOST_SHOWN = 20
Kind, Precision = RemovedRule.Kind, StockPolicy.Precision
LISTS = {Kind.TERM: "dashboard:hold-terms", Kind.POLICY: "dashboard:stock-policies"}
REFUSED = {
    "done": gettext_lazy("It was put back already."),
    "taken": gettext_lazy("Another stands in its place: change or delete that one first."),
    "gone": gettext_lazy("Its region or one of its warehouses is no more: make a new rule."),
}


def removed_rules(kind: str) -> Sequence[tuple[RemovedRule, str]]:
    """Return the latest deleted rules of a kind with what they said. Three queries at most."""
    rows = RemovedRule.objects.filter(kind=kind).select_related("user", "restored_by")[:MOST_SHOWN]
    ids = {row.values.get("region") for row in rows} - {None}
    regions = Region.objects.in_bulk(ids) if ids else {}
    book = status_book()
    return [(row, _said(row, regions, book)) for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
def term_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to delete a term of reserves, and delete it."""
    term = get_object_or_404(HoldTerm, pk=pk)
    if request.method == "POST":
        user: Any = request.user
        return _dropped(request, Kind.TERM, term_remove(term_id=pk, user_id=user.pk))
    context = {
        "title": _("Delete the term of reserves?"),
        "name": _term_said(term.order_status, term.payment_kind, term.hours, status_book()),
        "texts": [
            _("Orders that come into this status from now on keep their stock until they end, or"
              " as long as a term of any payment says."),
            _("Orders that are in it already keep the end of their reserve."),
        ],
        "back_url": reverse("dashboard:hold-term", args=[pk]),
        "crumbs": [(_("Terms of reserves"), reverse(LISTS[Kind.TERM]))],
    }  # fmt: skip
    return desk_page(request, "b2b/desk/remove.html", context, area="stock", view="terms")


@require_http_methods(["GET", "HEAD", "POST"])
def policy_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to delete a rule of what is seen of stock, and delete it."""
    policy = get_object_or_404(StockPolicy.objects.select_related("region"), pk=pk)
    if request.method == "POST":
        user: Any = request.user
        return _dropped(request, Kind.POLICY, policy_remove(policy_id=pk, user_id=user.pk))
    context = {
        "title": _("Delete the rule of what is seen of stock?"),
        "name": _policy_said(policy.region, policy.role, policy.precision),
        "texts": _then(sight_without(policy)),
        "back_url": reverse("dashboard:stock-policy", args=[pk]),
        "crumbs": [(_("What is seen of stock"), reverse(LISTS[Kind.POLICY]))],
    }
    return desk_page(request, "b2b/desk/remove.html", context, area="stock", view="policies")


@require_POST
def put_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a deleted rule back as it was."""
    removed = get_object_or_404(RemovedRule, pk=pk)
    user: Any = request.user
    try:
        rule_put_back(removal_id=pk, user_id=user.pk)
    except RuleNotPutBackError as error:
        messages.error(request, REFUSED[error.code])
    else:
        messages.success(request, _("Put back as it was."))
    return redirect(LISTS[Kind(removed.kind)])


def _dropped(
    request: HttpRequest, kind: RemovedRule.Kind, removed: RemovedRule | None
) -> HttpResponse:
    if removed is None:
        raise Http404
    messages.success(request, _("Deleted. It stands below and can be put back."))
    return redirect(LISTS[kind])


def _then(sight: StockSight) -> Sequence[str]:
    """What buyers see once the rule is gone."""
    exactly = {
        Precision.EXACT: _("Then buyers whom it is for see exact figures."),
        Precision.WORDS: _("Then buyers whom it is for see stock in words: «few» below %(few)s,"
                           " «many» from %(many)s.")
        % {"few": quantity_text(sight.few_below), "many": quantity_text(sight.many_from)},
        Precision.PRESENCE: _("Then buyers whom it is for see only whether there is any stock."),
    }  # fmt: skip
    where = (
        _("They see some of the warehouses: those of the rule that holds then.")
        if sight.warehouse_ids
        else _("They see all warehouses.")
    )
    more = _("A rule that is more particular, of region or role, still goes before it.")
    return [exactly[Precision(sight.precision)], where, more]


def _said(row: RemovedRule, regions: dict[int, Region], book: StatusBook) -> str:
    values = row.values
    if row.kind == Kind.TERM:
        return _term_said(values["order_status"], values["payment_kind"], values["hours"], book)
    return _policy_said(regions.get(values["region"]), values["role"], values["precision"])


def _term_said(status: str, payment: str, hours: int, book: StatusBook) -> str:
    words = (book.order(status).name, HoldTerm.Payment(payment).label)
    return " · ".join([*map(str, words), _("%(n)s h") % {"n": hours}])


def _policy_said(region: Region | None, role: str, precision: str) -> str:
    whose = Role(role).label if role else _("any role")
    return " · ".join([str(region or _("any region")), str(whose), str(Precision(precision).label)])
