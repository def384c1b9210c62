"""Our managers: who looks after how many clients."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.companies.models import Counterparty
from b2b_apps.desk.boards import Board, Column, View, board_page
from b2b_apps.desk.editing import edit_page
from b2b_apps.desk.forms import ManagerForm
from b2b_apps.desk.selectors.clients import lacks, managers, managers_with_counts
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.views.people import account_status


def manager_url(manager: Any) -> str:
    return reverse("dashboard:manager", args=[manager.pk])


MANAGERS = Board(
    rows=managers,
    prepare=managers_with_counts,
    order=("user__last_name", "user__first_name"),
    search=("user__last_name", "user__first_name", "user__email", "phone", "extension"),
    search_hint=gettext_lazy("Name, e-mail, phone"),
    views=(View("free", gettext_lazy("Without clients"), lacks(Counterparty, "manager")),),
    columns=(
        Column("name", gettext_lazy("Manager"), str, "text",
               ("user__last_name", "user__first_name"), url=manager_url,
               sub=lambda m: m.position, classes="nowrap"),
        Column("email", gettext_lazy("E-mail"), lambda m: m.user.email, "text", ("user__email",)),
        Column("phone", gettext_lazy("Phone"), lambda m: m.phone, classes="nowrap"),
        Column("extension", gettext_lazy("Extension"), lambda m: m.extension, "art"),
        Column("clients", gettext_lazy("Clients"), lambda m: m.num_clients, "num",
               ("num_clients",),
               url=lambda m: f"{reverse('dashboard:clients')}?manager={m.pk}"),
        Column("state", gettext_lazy("State"), lambda m: account_status(m.user), "status"),
    ),
    empty=gettext_lazy("No managers yet"),
    empty_hint=gettext_lazy("Managers come from 1C with the clients they look after."),
)  # fmt: skip


@require_safe
def manager_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Managers"), "page": board_page(MANAGERS, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="clients", view="managers")


@require_http_methods(["GET", "HEAD", "POST"])
def manager_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who he is and how buyers reach him."""
    manager = get_object_or_404(managers().select_related("user"), pk=pk)
    return edit_page(
        request,
        ManagerForm,
        manager,
        title=str(manager),
        back_url=reverse("dashboard:managers"),
        crumbs=[(_("Managers"), reverse("dashboard:managers"))],
        area="clients",
        view="managers",
    )
