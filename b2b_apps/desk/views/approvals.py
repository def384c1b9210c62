"""Clients' own approvals: what waits for whom and why, and what a client has set up."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from b2b_apps.amending.editing import diff_rows
from b2b_apps.amending.words import told_lines
from b2b_apps.approvals.course import steps_of
from b2b_apps.approvals.overview import setup_of
from b2b_apps.approvals.words import diff_words, event_words, reason_words, status_words
from b2b_apps.companies.models import Counterparty
from b2b_apps.desk.boards import Board, Column, View, board_page
from b2b_apps.desk.selectors.approvals import (
    approval_requests,
    request_card,
    waiting_attach,
    with_parties,
)
from b2b_apps.desk.shell import desk_page


def request_url(row: Any) -> str:
    return reverse("dashboard:approval", args=[row.number])


REQUESTS = Board(
    rows=approval_requests,
    prepare=with_parties,
    attach=waiting_attach,
    order=("-created_at",),
    search=("number", "order_number", "counterparty__name", "counterparty__inn"),
    search_hint=gettext_lazy("Number, client, tax number"),
    views=(
        View("waiting", gettext_lazy("Wait"), Q(status="waiting")),
        View("returned", gettext_lazy("Returned"), Q(status="returned")),
        View("approved", gettext_lazy("Approved"), Q(status="approved")),
        View("over", gettext_lazy("Refused or withdrawn"), Q(status__in=["refused", "withdrawn"])),
    ),
    columns=(
        Column("number", gettext_lazy("Request"), lambda r: r.number, "art", ("number",),
               url=request_url, classes="nowrap"),
        Column("client", gettext_lazy("Client"), lambda r: r.counterparty.name, "text",
               ("counterparty__name",), sub=lambda r: r.contract, classes="wide"),
        Column("sent", gettext_lazy("Sent"), lambda r: r.created_at, "time", ("created_at",),
               classes="nowrap"),
        Column("sum", gettext_lazy("Sum"), lambda r: r.total, "money", ("total",),
               unit=lambda r: "" if r.currency == "RUB" else r.currency),
        Column("status", gettext_lazy("State"), status_words, "status", ("status",)),
        Column("waits", gettext_lazy("Waits for"), lambda r: r.waits_for, "text", classes="wrap"),
        Column("since", gettext_lazy("Waits since"), lambda r: r.waits_since, "time",
               classes="nowrap"),
        Column("person", gettext_lazy("Buyer"),
               lambda r: r.user.get_full_name() or r.user.email, classes="roomy off"),
    ),
    empty=gettext_lazy("No requests yet"),
    empty_hint=gettext_lazy("Clients who approve their orders by themselves have them here."),
)  # fmt: skip


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Clients' approvals"), "page": board_page(REQUESTS, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="orders", view="approvals")


@require_safe
def request_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One request: why it waits, for whom, what has happened to it. Nothing is decided here."""
    row = request_card(number)
    if row is None:
        raise Http404
    events = list(row.events.select_related("user", "instead_of"))
    asked = events[0].data.get("diff", {}) if events and row.is_change else {}
    context = {
        "row": row,
        "status": status_words(row),
        "reasons": [reason_words(reason, sees_prices=True) for reason in row.reasons],
        "steps": steps_of(row, events),
        "lines": list(row.lines.all()),
        "diff_lines": diff_rows(asked),
        "told": told_lines({**asked, "lines": []}),
        "events": [(event, event_words(event), diff_words(event)) for event in events],
        "crumbs": [(_("Clients' approvals"), reverse("dashboard:approvals"))],
    }
    return desk_page(request, "b2b/desk/approval.html", context, area="orders", view="approvals")


@require_safe
def client_setup(request: HttpRequest, pk: int) -> HttpResponse:
    """What a client has set up: departments, budgets, rules, deputies. To be read."""
    client = get_object_or_404(Counterparty, pk=pk)
    context = {
        "client": client,
        "setup": setup_of(company=client),
        "crumbs": [
            (_("Clients"), reverse("dashboard:clients")),
            (client.name, reverse("dashboard:client", args=[pk])),
        ],
    }
    return desk_page(
        request, "b2b/desk/client_approvals.html", context, area="clients", view="clients"
    )
