"""Rules of stock: how long orders hold it, what buyers see of it, what they may reserve."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.desk.boards import Board, Column, board_page
from b2b_apps.desk.editing import edit_page
from b2b_apps.desk.hold_forms import HoldTermForm, ReserveLimitsForm, StockPolicyForm
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.views.stock_removals import removed_rules
from b2b_apps.fulfilment.statuses import status_book
from b2b_apps.inventory.models import HoldTerm, RemovedRule, ReserveLimits, StockPolicy


def _statuses_attach(terms: Sequence[Any]) -> None:
    """Give each term the name of its status as it is shown. One query."""
    book = status_book()
    for term in terms:
        term.status_name = book.order(term.order_status).name


TERMS = Board(
    rows=HoldTerm.objects.all,
    attach=_statuses_attach,
    order=("order_status", "payment_kind"),
    columns=(
        Column("status", gettext_lazy("Status of the order"),
               lambda t: t.status_name, classes="wide",
               url=lambda t: reverse("dashboard:hold-term", args=[t.pk])),
        Column("payment", gettext_lazy("Payment"), lambda t: t.get_payment_kind_display()),
        Column("hours", gettext_lazy("Hours"), lambda t: t.hours, "num", ("hours",)),
    ),
    empty=gettext_lazy("No terms yet"),
    empty_hint=gettext_lazy("Without a line here orders hold their stock until they end."),
)  # fmt: skip
POLICIES = Board(
    rows=StockPolicy.objects.all,
    prepare=lambda rows: rows.select_related("region"),
    order=("region__position", "role"),
    columns=(
        Column("region", gettext_lazy("Region"), lambda p: p.region or _("any"), classes="wide",
               url=lambda p: reverse("dashboard:stock-policy", args=[p.pk])),
        Column("role", gettext_lazy("Role"), lambda p: p.get_role_display() or _("any")),
        Column("precision", gettext_lazy("Stock is shown"), lambda p: p.get_precision_display()),
        Column("few", gettext_lazy("«few» below"), lambda p: p.few_below, "num"),
        Column("many", gettext_lazy("«many» from"), lambda p: p.many_from, "num"),
        Column("arriving", gettext_lazy("Goods on their way"),
               lambda p: _("may be ordered") if p.orders_arriving else _("no orders")),
    ),
    empty=gettext_lazy("No rules yet"),
    empty_hint=gettext_lazy("Without a line here everybody sees figures of all warehouses."),
)  # fmt: skip


@require_safe
def term_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Terms of reserves"),
        "page": board_page(TERMS, request.GET),
        "add_url": reverse("dashboard:hold-term-new"),
        "add_title": _("Term"),
        "removed": removed_rules(RemovedRule.Kind.TERM),
    }
    return desk_page(request, "b2b/desk/stock_rules.html", context, area="stock", view="terms")


@require_http_methods(["GET", "HEAD", "POST"])
def term_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """How long orders hold stock in a status; without a key a new one."""
    term = get_object_or_404(HoldTerm, pk=pk) if pk else HoldTerm()
    back = reverse("dashboard:hold-terms")
    return edit_page(
        request,
        HoldTermForm,
        term,
        title=_("Term of reserves"),
        back_url=back,
        crumbs=[(_("Terms of reserves"), back)],
        area="stock",
        view="terms",
        remove_url=reverse("dashboard:hold-term-remove", args=[pk]) if pk else "",
    )


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("What is seen of stock"),
        "page": board_page(POLICIES, request.GET),
        "add_url": reverse("dashboard:stock-policy-new"),
        "add_title": _("Rule"),
        "removed": removed_rules(RemovedRule.Kind.POLICY),
    }
    return desk_page(request, "b2b/desk/stock_rules.html", context, area="stock", view="policies")


@require_http_methods(["GET", "HEAD", "POST"])
def policy_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """What a role sees in a region; without a key a new rule."""
    policy = get_object_or_404(StockPolicy, pk=pk) if pk else StockPolicy()
    back = reverse("dashboard:stock-policies")
    return edit_page(
        request,
        StockPolicyForm,
        policy,
        title=_("What is seen of stock"),
        back_url=back,
        crumbs=[(_("What is seen of stock"), back)],
        area="stock",
        view="policies",
        remove_url=reverse("dashboard:stock-policy-remove", args=[pk]) if pk else "",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def limits_edit(request: HttpRequest) -> HttpResponse:
    """What buyers may reserve by hand."""
    return edit_page(
        request,
        ReserveLimitsForm,
        ReserveLimits.objects.first() or ReserveLimits(pk=1),
        title=_("Limits of reserves by hand"),
        back_url=reverse("dashboard:holds"),
        crumbs=[(_("Reserves"), reverse("dashboard:holds"))],
        area="stock",
        view="limits",
    )
