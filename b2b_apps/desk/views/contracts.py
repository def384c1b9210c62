"""Contracts: the list, one contract with its chain of price lists, what is ours to change."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.contracts.context import context_under
from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.selectors import projects_under
from b2b_apps.desk.boards import Board, Column, View, board_page
from b2b_apps.desk.credit_words import change_told, price_types_of
from b2b_apps.desk.editing import edit_page
from b2b_apps.desk.forms import ContractForm
from b2b_apps.desk.selectors.clients import contracts, contracts_with_parties, owns_a_price_list
from b2b_apps.desk.selectors.credit import contract_changes
from b2b_apps.desk.selectors.prices import chain_of
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import Status, switch_status

# So many changes of a contract stand on its page.
HISTORY = 30


def contract_url(contract: Any) -> str:
    return reverse("dashboard:contract", args=[contract.pk])


def contract_status(contract: Contract) -> Status:
    if not contract.is_active:
        return switch_status(contract)
    if not contract.is_valid_on(timezone.localdate()):
        return "off", _("not valid today")
    return "ok", _("valid")


def _terms(contract: Contract) -> str:
    kinds = Contract.PaymentKind
    if contract.payment_kind == kinds.PREPAYMENT:
        return _("prepayment")
    if contract.payment_kind == kinds.STAGES:
        percent = f"{contract.prepaid_percent.normalize():f}".replace(".", ",")
        return _("%(percent)s %% in advance") % {"percent": percent}
    return _("deferral, %(n)d d.") % {"n": contract.deferral_days}


CONTRACTS = Board(
    rows=contracts,
    prepare=contracts_with_parties,
    order=("counterparty__name", "number"),
    search=("number", "name", "counterparty__name", "counterparty__inn", "organization__name"),
    search_hint=gettext_lazy("Number, client, tax number"),
    views=(
        View("active", gettext_lazy("Active"), Q(is_active=True)),
        View("own", gettext_lazy("With their own prices"), owns_a_price_list()),
        View("deferral", gettext_lazy("With a deferral"), Q(payment_kind="deferral")),
        View("off", gettext_lazy("Switched off"), Q(is_active=False)),
    ),
    columns=(
        Column("number", gettext_lazy("Contract"), str, "text", ("number",), url=contract_url,
               classes="nowrap"),
        Column("client", gettext_lazy("Client"), lambda c: c.counterparty.name, "text",
               ("counterparty__name",), sub=lambda c: c.organization.name, classes="wide"),
        Column("prices", gettext_lazy("Price list"), lambda c: c.price_type.name, "text",
               ("price_type__name",), sub=lambda c: c.own_price_list or ""),
        Column("terms", gettext_lazy("Terms"), _terms, "text", ("payment_kind", "deferral_days")),
        Column("limit", gettext_lazy("Limit"), lambda c: c.limit, "money",
               ("limit",)),
        Column("to", gettext_lazy("Valid to"), lambda c: c.valid_to, "date", ("valid_to",)),
        Column("state", gettext_lazy("State"), contract_status, "status"),
    ),
    empty=gettext_lazy("No contracts yet"),
    empty_hint=gettext_lazy("Contracts come from 1C with their counterparties."),
)  # fmt: skip


@require_safe
def contract_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Contracts"), "page": board_page(CONTRACTS, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="clients", view="contracts")


@require_safe
def contract_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One contract: parties, terms, and which list of prices comes first."""
    rows = contracts_with_parties(contracts()).select_related("switched_by")
    contract = get_object_or_404(rows, pk=pk)
    changes = contract_changes_told(contract)
    context = {
        "contract": contract,
        "changes": changes,
        "waiting": next((change for change in changes if change.is_open), None),
        "status": contract_status(contract),
        "chain": chain_of(context_under(contract_id=contract.pk)),
        "projects": projects_under(contract_id=contract.pk, day=timezone.localdate()),
        "crumbs": [
            (_("Clients"), reverse("dashboard:clients")),
            (contract.counterparty.name,
             reverse("dashboard:client", args=[contract.counterparty_id])),
        ],
    }  # fmt: skip
    return desk_page(request, "b2b/desk/contract.html", context, area="clients", view="contracts")


def contract_changes_told(contract: Contract) -> Sequence[Any]:
    """The last changes of a contract by hand, each with what it is, ``told``. Two queries."""
    changes: list[Any] = list(contract_changes().filter(contract=contract)[:HISTORY])
    lists = price_types_of(changes) if changes else {}
    for change in changes:
        change.told = change_told(change, lists)
    return changes


@require_http_methods(["GET", "HEAD", "POST"])
def contract_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contract = get_object_or_404(contracts_with_parties(contracts()), pk=pk)
    return edit_page(
        request,
        ContractForm,
        contract,
        title=_("Contract %(no)s") % {"no": contract},
        back_url=contract_url(contract),
        crumbs=[(_("Contracts"), reverse("dashboard:contracts"))],
        area="clients",
        view="contracts",
    )
