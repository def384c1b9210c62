"""Requests of who has no account: the inbox, one of them, accepting and declining it."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.companies.auth import account_by_email
from b2b_apps.companies.errors import StaffAccountError
from b2b_apps.companies.models import Membership
from b2b_apps.contracts.selectors import contracts_for
from b2b_apps.core.errors import PermissionMissingError
from b2b_apps.core.row_ids import row_id
from b2b_apps.desk.boards import Board, Column, View, board_page
from b2b_apps.desk.shell import desk_page
from b2b_apps.guests.errors import (
    AlreadyMovedError,
    NoContractError,
    OtherClientError,
    RequestDecidedError,
)
from b2b_apps.guests.models import GuestRequest
from b2b_apps.guests.services import (
    Accepted,
    Moved,
    client_of,
    request_accept,
    request_decline,
    request_to_basket,
)
from b2b_apps.purchasing.errors import BasketFullError

State = GuestRequest.State
LOOKS = {State.NEW: "warn", State.ACCEPTED: "ok", State.DECLINED: "off"}


def state_of(found: Any) -> tuple[str, Any]:
    return LOOKS[State(found.state)], found.get_state_display()


def guest_url(found: Any) -> str:
    return reverse("dashboard:guest", args=[found.pk])


GUESTS = Board(
    rows=GuestRequest.objects.all,
    prepare=lambda rows: rows.select_related("counterparty"),
    order=("-pk",),
    search=("company", "inn", "person", "email", "phone"),
    search_hint=gettext_lazy("Company, INN, person, e-mail"),
    views=(
        View("new", gettext_lazy("New"), Q(state=State.NEW)),
        View("accepted", gettext_lazy("Accepted"), Q(state=State.ACCEPTED)),
        View("declined", gettext_lazy("Declined"), Q(state=State.DECLINED)),
    ),
    columns=(
        Column("company", gettext_lazy("Company"), lambda g: g.company, "text", ("company",),
               url=guest_url, sub=lambda g: g.inn, classes="wide"),
        Column("person", gettext_lazy("Person"), lambda g: g.person, "text", ("person",),
               sub=lambda g: g.email),
        Column("lines", gettext_lazy("Lines"), lambda g: g.num_lines, "num", ("num_lines",)),
        Column("made", gettext_lazy("Asked on"), lambda g: g.made_at, "time", ("made_at",),
               classes="nowrap"),
        Column("state", gettext_lazy("State"), state_of, "status"),
    ),
    empty=gettext_lazy("No guest has asked for anything yet"),
    empty_hint=gettext_lazy("Requests come from the showcase, where it is open (SHOWCASE)."),
)  # fmt: skip


@require_safe
def guest_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Guests’ requests"), "page": board_page(GUESTS, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="clients", view="guests")


def _account(found: GuestRequest) -> dict[str, Any]:
    """Whose account the e-mail of a new request is already, and what he is where. Three queries."""
    account = account_by_email(found.email) if found.state == State.NEW else None
    if account is None:
        return {}
    roles = Membership.objects.filter(employee__user=account).select_related("counterparty")
    return {
        "account": account,
        "roles": [f"{x.counterparty.name} ({x.get_role_display()})" for x in roles],
    }


@require_safe
def guest_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: who asks for what, and which client of ours his ИНН is already."""
    rows = GuestRequest.objects.select_related("counterparty", "user__employee")
    found = get_object_or_404(rows, pk=pk)
    companies = [found.counterparty_id] if found.counterparty_id else []
    context = {
        "title": _("Request %(n)s of a guest") % {"n": found.pk},
        "asked": found,
        "lines": found.lines.select_related("product"),
        "state": state_of(found),
        "known": client_of(found.inn),
        **_account(found),
        "contracts": contracts_for(counterparty_ids=companies, day=timezone.localdate()),
        "crumbs": [(_("Guests’ requests"), reverse("dashboard:guests"))],
    }
    return desk_page(request, "b2b/desk/guest.html", context, area="clients", view="guests")


@require_POST
def guest_accept(request: Any, pk: int) -> HttpResponse:
    """Make a client of the guest."""
    found = get_object_or_404(GuestRequest, pk=pk)
    try:
        accepted = request_accept(
            pk=pk, user_id=request.user.pk, known_id=row_id(request.POST.get("known", ""))
        )
        messages.success(request, _accepted_text(accepted))
    except RequestDecidedError:
        messages.error(request, _("A colleague has decided on it already."))
    except OtherClientError:
        messages.error(
            request,
            _("Meanwhile another client has this INN. Look whose it is now and accept again."),
        )
    except StaffAccountError:
        messages.error(request, _("This e-mail is one of our own staff: ask for another."))
    return redirect(guest_url(found))


def _accepted_text(accepted: Accepted) -> str:
    made = accepted.request
    if accepted.is_new:
        text = _("%(company)s is a client: give %(person)s his link on his page.")
        return text % {"company": made.counterparty, "person": made.person}
    text = _("%(company)s is a client. %(email)s signs in as before: no link is needed.")
    return text % {"company": made.counterparty, "email": made.email}


@require_POST
def guest_decline(request: Any, pk: int) -> HttpResponse:
    """Say no."""
    found = get_object_or_404(GuestRequest, pk=pk)
    try:
        request_decline(pk=pk, user_id=request.user.pk, reason=request.POST.get("reason", ""))
        messages.success(request, _("Declined."))
    except RequestDecidedError:
        messages.error(request, _("A colleague has decided on it already."))
    return redirect(guest_url(found))


@require_POST
def guest_to_basket(request: Any, pk: int) -> HttpResponse:
    """Put the goods into the new client's basket under one of his contracts."""
    found = get_object_or_404(GuestRequest, pk=pk)
    contract_id = row_id(request.POST.get("contract", ""))
    try:
        moved = request_to_basket(found=found, contract_id=contract_id or 0)
    except (NoContractError, PermissionMissingError):
        messages.error(request, _("The person may not order under this contract."))
    except AlreadyMovedError:
        messages.warning(request, _("These goods were put into his basket already."))
    except BasketFullError:
        messages.error(request, _("His basket is full."))
    else:
        _tell_moved(request, found, moved)
    return redirect(guest_url(found))


def _tell_moved(request: Any, found: GuestRequest, moved: Moved) -> None:
    """Say how many lines lie in the basket, and name those that do not, or not as asked."""
    n = len(moved.change.added)
    text = ngettext("%(n)d line lies in his basket", "%(n)d lines lie in his basket", n)
    messages.success(request, text % {"n": n})
    articles = dict(found.lines.values_list("product_id", "article"))
    told = (
        (_("Cannot be had under this contract: %(shown)s"),
         [error.article or articles.get(error.product_id, "") for error in moved.change.refused]),
        (_("No longer in the catalogue: %(shown)s"),
         [line.article or line.title for line in moved.gone]),
        (_("Quantities were raised to whole packs: %(shown)s"),
         [articles.get(x.product_id, "") for x in moved.change.corrections]),
    )  # fmt: skip
    for text, names in told:
        if names:
            messages.warning(request, text % {"shown": ", ".join(name or "—" for name in names)})
