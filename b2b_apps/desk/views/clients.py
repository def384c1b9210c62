"""Counterparties: the list, one client, what of it is ours to change."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.companies.models import Counterparty, Membership
from b2b_apps.contracts.standing import standing_of
from b2b_apps.desk.boards import Board, Choice, Column, View, board_page
from b2b_apps.desk.client_words import journal_told, months_chart, rights_of, todos
from b2b_apps.desk.editing import edit_page
from b2b_apps.desk.forms import CounterpartyForm
from b2b_apps.desk.selectors.client_life import (
    NUM_DECISIONS,
    client_baskets,
    client_credit,
    client_journal,
    client_months,
    client_waiting,
)
from b2b_apps.desk.selectors.clients import (
    ClientCard,
    client_card,
    clients,
    clients_with_counts,
    lacks,
    manager_options,
    region_options,
    requisite_warnings,
)
from b2b_apps.desk.selectors.orders import messages_attach
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import outbox_status, switch_status


def client_url(client: Any) -> str:
    return reverse("dashboard:client", args=[client.pk])


CLIENTS = Board(
    rows=clients,
    prepare=clients_with_counts,
    order=("name",),
    search=("name", "full_name", "inn", "ogrn", "holding__name", "email"),
    search_hint=gettext_lazy("Name, tax number, holding, e-mail"),
    views=(
        View("active", gettext_lazy("Active"), Q(is_active=True)),
        View("nobody", gettext_lazy("Without people"),
             Q(is_active=True) & lacks(Membership, "counterparty")),
        View("unmanaged", gettext_lazy("Without a manager"), Q(is_active=True, manager=None)),
        View("off", gettext_lazy("Switched off"), Q(is_active=False)),
    ),
    choices=(
        Choice("manager", gettext_lazy("Manager"), "manager", manager_options),
        Choice("region", gettext_lazy("Region"), "region", region_options),
    ),
    columns=(
        Column("name", gettext_lazy("Client"), lambda c: c.name, "text", ("name",), url=client_url,
               sub=lambda c: c.holding or "", classes="wide"),
        Column("inn", gettext_lazy("INN"), lambda c: c.inn, "art", ("inn",)),
        Column("manager", gettext_lazy("Manager"), lambda c: c.manager, "text",
               ("manager__user__last_name", "manager__user__first_name")),
        Column("region", gettext_lazy("Region"), lambda c: c.region, "text", ("region__name",),
               classes="off"),
        Column("contracts", gettext_lazy("Contracts"), lambda c: c.num_contracts, "num",
               ("num_contracts",)),
        Column("people", gettext_lazy("People"), lambda c: c.num_people, "num", ("num_people",)),
        Column("last", gettext_lazy("Last order"), lambda c: c.last_order, "time", ("last_order",),
               classes="nowrap"),
        Column("state", gettext_lazy("State"), switch_status, "status"),
    ),
    empty=gettext_lazy("No clients yet"),
    empty_hint=gettext_lazy("Counterparties come from 1C with the directories."),
)  # fmt: skip


@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    page = board_page(CLIENTS, request.GET)
    context = {"title": _("Counterparties"), "page": page}
    return desk_page(request, "b2b/desk/board.html", context, area="clients", view="clients")


@require_safe
def client_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One client: requisites with their checks, contracts, people, consignees, last orders."""
    card = client_card(pk)
    if card is None:
        raise Http404
    messages_attach(card.orders)
    today = timezone.localdate()
    context = {
        **client_life(card),
        "card": card,
        "client": card.client,
        "client_status": switch_status(card.client),
        "warnings": requisite_warnings(card.client),
        "contracts": [
            (c, c.is_valid_on(today), standing_of(c.credit, day=today).used)
            if getattr(c, "credit", None)
            else (c, c.is_valid_on(today), None)
            for c in card.contracts
        ],
        "orders": [(o, o.shown_status, outbox_status(o.outbox)) for o in card.orders],
        "crumbs": [(_("Clients"), reverse("dashboard:clients"))],
    }
    return desk_page(request, "b2b/desk/client.html", context, area="clients", view="clients")


def client_life(card: ClientCard) -> dict[str, Any]:
    """What goes on with the client. Ten queries, one more if terms of contracts changed."""
    now = timezone.now()
    today, pk = timezone.localdate(now), card.client.pk
    baskets = client_baskets(contract_ids=[contract.pk for contract in card.contracts])
    journal, waiting = client_journal(client_id=pk), client_waiting(client_id=pk)
    credit = client_credit(contracts=card.contracts, day=today)
    months = client_months(client_id=pk, day=today)
    seen = [m.employee.user.last_login for m in card.members if m.employee.user.last_login]
    return {
        "credit": credit,
        "forecast": credit.forecast if credit else None,
        "releases": journal.decisions[:NUM_DECISIONS],
        "baskets": baskets,
        "baskets_total": sum(basket.cached_total for basket in baskets),
        "todos": todos(contracts=card.contracts, waiting=waiting, baskets=baskets, now=now),
        "journal": journal_told(journal),
        "months": months,
        "months_chart": months_chart(months) if months else None,
        "seen_at": max(seen, default=None),
        "members": [(member, rights_of(member.role)) for member in card.members],
        "today": today,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def client_edit(request: HttpRequest, pk: int) -> HttpResponse:
    client: Counterparty = get_object_or_404(Counterparty.objects.all(), pk=pk)
    return edit_page(
        request,
        CounterpartyForm,
        client,
        title=_("Change: %(name)s") % {"name": client.name},
        back_url=client_url(client),
        crumbs=[(_("Clients"), reverse("dashboard:clients")), (client.name, client_url(client))],
        area="clients",
        view="clients",
    )
