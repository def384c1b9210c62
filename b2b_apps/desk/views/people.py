"""People: those of the clients with their roles, and our managers."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.companies.errors import StaffAccountError
from b2b_apps.companies.models import Counterparty, Employee, Membership
from b2b_apps.companies.roles import Role
from b2b_apps.companies.services import employee_invite, employee_roles_set
from b2b_apps.desk.boards import Board, Choice, Column, View, board_page
from b2b_apps.desk.editing import edit_page
from b2b_apps.desk.forms import InviteForm, PersonForm
from b2b_apps.desk.selectors.clients import employees, has_role, lacks, roles_attach
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import Status


def person_url(employee: Any) -> str:
    return reverse("dashboard:person", args=[employee.pk])


def account_status(user: Any) -> Status:
    if not user.is_active:
        return "off", _("switched off")
    if user.last_login is None:
        return "new", _("invited")
    return "ok", _("signs in")


def _companies(employee: Any) -> str:
    return ", ".join(f"{m.counterparty.name} ({m.get_role_display()})" for m in employee.roles)


PEOPLE = Board(
    rows=employees,
    prepare=lambda rows: rows.select_related("user"),
    attach=roles_attach,
    order=("user__last_name", "user__first_name"),
    search=("user__last_name", "user__first_name", "user__email", "phone", "position"),
    search_hint=gettext_lazy("Name, e-mail, phone"),
    views=(
        View("invited", gettext_lazy("Not signed in yet"), Q(user__last_login=None)),
        View("lost", gettext_lazy("Without a company"), lacks(Membership, "employee")),
        View("off", gettext_lazy("Switched off"), Q(user__is_active=False)),
    ),
    choices=(
        Choice("role", gettext_lazy("Role"), has_role, lambda: Role.choices),
    ),
    columns=(
        Column("name", gettext_lazy("Person"), str, "text",
               ("user__last_name", "user__first_name"), url=person_url, classes="nowrap",
               sub=lambda e: e.position),
        Column("email", gettext_lazy("E-mail"), lambda e: e.user.email, "text", ("user__email",)),
        Column("roles", gettext_lazy("Companies and roles"), _companies, classes="wide wrap"),
        Column("phone", gettext_lazy("Phone"), lambda e: e.phone, classes="nowrap off"),
        Column("seen", gettext_lazy("Last seen"), lambda e: e.user.last_login, "time",
               ("user__last_login",), classes="nowrap"),
        Column("state", gettext_lazy("State"), lambda e: account_status(e.user), "status"),
    ),
    empty=gettext_lazy("No people yet"),
    empty_hint=gettext_lazy("Add a person on the page of a client."),
)  # fmt: skip


@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Clients' people"), "page": board_page(PEOPLE, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="clients", view="people")


@require_safe
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A person: account, and the role in each company. Room for one company more."""
    employee = get_object_or_404(Employee.objects.select_related("user"), pk=pk)
    roles_attach([employee])
    context = {
        "employee": employee,
        "status": account_status(employee.user),
        "roles": Role.choices,
        "crumbs": [(_("Clients' people"), reverse("dashboard:people"))],
    }
    return desk_page(request, "b2b/desk/person.html", context, area="clients", view="people")


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    employee = get_object_or_404(Employee.objects.select_related("user"), pk=pk)
    _refuse_staff(employee)
    return edit_page(
        request,
        PersonForm,
        employee,
        title=_("Change: %(name)s") % {"name": employee},
        back_url=person_url(employee),
        crumbs=[(_("Clients' people"), reverse("dashboard:people"))],
        area="clients",
        view="people",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a role with a client; a new one gets a link to set his password."""
    client: Counterparty = get_object_or_404(Counterparty.objects.all(), pk=pk)
    back = reverse("dashboard:client", args=[client.pk])
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            employee, is_new = employee_invite(counterparty=client, **form.cleaned_data)
        except StaffAccountError:
            form.add_error("email", _("This e-mail belongs to our own staff."))
        else:
            if is_new:
                return _link_page(request, employee)
            messages.success(
                request, _("%(name)s was known already: the role is given.") % {"name": employee}
            )
            return redirect(person_url(employee))
    context = {
        "title": _("A person for %(name)s") % {"name": client.name},
        "form": form,
        "lead": _("Known by the e-mail: who is in the portal already gets the role besides."),
        "submit": _("Add"),
        "back_url": back,
        "crumbs": [(_("Clients"), reverse("dashboard:clients")), (client.name, back)],
    }
    status = 422 if form.is_bound else 200
    return desk_page(
        request, "b2b/desk/form.html", context, area="clients", view="people", status=status
    )


@require_POST
def person_roles(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the roles of a person; a company without a role is taken from him."""
    employee = get_object_or_404(Employee.objects.select_related("user"), pk=pk)
    _refuse_staff(employee)
    wanted = {
        int(key.removeprefix("role-")): value
        for key, value in request.POST.items()
        if key.startswith("role-") and key.removeprefix("role-").isdecimal() and len(key) < 20
    }
    if not set(employee.memberships.values_list("counterparty_id", flat=True)) <= set(wanted):
        # A company that the form does not name was given meanwhile, or the form came in part.
        messages.error(
            request, _("Not saved: the companies of the person have changed. Look at them again.")
        )
        return redirect(person_url(employee))
    added, problem = _company_by_inn(request.POST.get("inn", ""))
    if added is not None:
        wanted[added.pk] = request.POST.get("new_role", "")
    roles = {company: role for company, role in wanted.items() if role in Role.values}
    known = set(Counterparty.objects.filter(pk__in=roles).values_list("pk", flat=True))
    if problem or known != set(roles) or any(r and r not in Role.values for r in wanted.values()):
        messages.error(request, problem or _("Not saved: no such company or role."))
        return redirect(person_url(employee))
    default = request.POST.get("default", "")
    default_id = int(default) if default.isdecimal() and len(default) < 18 else None
    employee_roles_set(employee=employee, roles=roles, default_id=default_id)
    messages.success(request, _("Roles are saved."))
    return redirect(person_url(employee))


@require_POST
def person_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a new link to set the password; never for our own staff."""
    employee = get_object_or_404(Employee.objects.select_related("user"), pk=pk)
    _refuse_staff(employee)
    return _link_page(request, employee)


def _refuse_staff(employee: Employee) -> None:
    # Else one of the staff could take over the account of another.
    if employee.user.is_staff:
        raise Http404


def _company_by_inn(text: str) -> tuple[Counterparty | None, str]:
    """Return the company of a typed ИНН (with КПП after a space, if several have it)."""
    words = text.replace("\0", "").replace("/", " ").split()
    if not words:
        return None, ""
    rows = Counterparty.objects.filter(inn=words[0])
    if len(words) > 1:
        rows = rows.filter(kpp=words[1])
    found = list(rows[:2])
    if not found:
        return None, _("Not saved: no client has the INN %(inn)s.") % {"inn": words[0]}
    if len(found) > 1:
        return None, _("Not saved: several clients have this INN, type the KPP after it.")
    return found[0], ""


def _link_page(request: HttpRequest, employee: Employee) -> HttpResponse:
    """Show the link; it is kept nowhere, so the page of an answer to POST is the only place."""
    uid = urlsafe_base64_encode(force_bytes(employee.user.pk))
    token = default_token_generator.make_token(employee.user)
    link = request.build_absolute_uri(reverse("customer:set-password", args=[uid, token]))
    context = {
        "title": _("Invitation: %(name)s") % {"name": employee},
        "warning": _(
            "The link is shown once. Send it to %(email)s; it works for %(days)d days and until "
            "the password is set."
        )
        % {"email": employee.user.email, "days": settings.PASSWORD_RESET_TIMEOUT // 86400},
        "secrets": [(_("Link to set the password"), link)],
        "next_url": person_url(employee),
        "crumbs": [(_("Clients' people"), reverse("dashboard:people"))],
    }
    return desk_page(request, "b2b/desk/secret.html", context, area="clients", view="people")
