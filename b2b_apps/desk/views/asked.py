"""Asked prices: the inbox, the offer with its signatures, declining."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.contracts.context import context_under
from b2b_apps.desk.boards import Board, Column, View, board_page
from b2b_apps.desk.selectors.asked import asked_prices, asked_with_parties, offer_lines
from b2b_apps.desk.shell import desk_page
from b2b_apps.pricing.models import Project
from b2b_apps.pricing.signing import (
    Offered,
    SigningError,
    offer_mark,
    project_decline,
    project_offer,
    project_sign,
)
from b2b_apps.pricing.typed import price_typed
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity

Status = Project.Status
STATES = {
    Status.ASKED: "warn",
    Status.SIGNED: "work",
    Status.APPROVED: "ok",
    Status.DECLINED: "bad",
    Status.WITHDRAWN: "off",
    Status.DRAFT: "off",
}
ERRORS = {
    "not_open": gettext_lazy("It was answered or withdrawn already."),
    "no_price": gettext_lazy("Enter at least one price."),
    "amount": gettext_lazy(
        "A price is above zero and below a billion; where there is none, leave the field empty."
    ),
    "no_term": gettext_lazy("Enter until when the prices hold."),
    "past": gettext_lazy("The term of the prices is over: set another."),
    "same_person": gettext_lazy("The second signature is of another person."),
    "no_reason": gettext_lazy("Say why."),
    "changed": gettext_lazy("The offer was changed meanwhile: look at it again."),
}


def asked_url(project: Any) -> str:
    return reverse("dashboard:asked-price", args=[project.pk])


def state_of(project: Any) -> tuple[str, Any]:
    return STATES[Status(project.status)], project.get_status_display()


ASKED = Board(
    rows=asked_prices,
    prepare=asked_with_parties,
    order=("-asked_at", "-pk"),
    search=("name", "counterparty__name", "contract__number"),
    search_hint=gettext_lazy("Object, client, contract"),
    views=(
        View("waiting", gettext_lazy("Wait for an answer"),
             Q(status__in=(Status.ASKED, Status.SIGNED))),
        View("second", gettext_lazy("Wait for the second signature"), Q(status=Status.SIGNED)),
        View("projects", gettext_lazy("Projects"), Q(kind=Project.Kind.PROJECT)),
        View("requests", gettext_lazy("Single goods"), Q(kind=Project.Kind.REQUEST)),
        View("approved", gettext_lazy("Approved"), Q(status=Status.APPROVED)),
    ),
    columns=(
        Column("name", gettext_lazy("Question"), lambda p: p.name, "text", ("name",),
               url=asked_url, sub=lambda p: p.get_kind_display(), classes="wide"),
        Column("client", gettext_lazy("Client"), lambda p: p.counterparty.name, "text",
               ("counterparty__name",), sub=lambda p: p.contract),
        Column("lines", gettext_lazy("Lines"), lambda p: p.num_lines, "num", ("num_lines",)),
        Column("asked", gettext_lazy("Asked on"), lambda p: p.asked_at, "date", ("asked_at",)),
        Column("to", gettext_lazy("Valid to"), lambda p: p.valid_to, "date", ("valid_to",)),
        Column("state", gettext_lazy("State"), state_of, "status"),
    ),
    empty=gettext_lazy("Nobody asked for a price yet"),
    empty_hint=gettext_lazy("Buyers ask on the card of a product and for their projects."),
)  # fmt: skip


@require_safe
def asked_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Asked prices"), "page": board_page(ASKED, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="prices", view="asked")


@require_http_methods(["GET", "HEAD", "POST"])
def asked_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: its lines against today's and purchase prices; POST writes the offer."""
    project = _project(pk)
    if request.method == "POST":
        return _offer(request, project)
    lines = offer_lines(project)
    num_below = sum(line.is_below_cost for line in lines)
    is_object = project.kind == Project.Kind.PROJECT
    context = {
        "project": project,
        "lines": lines,
        "is_object": is_object,
        "takes_two": is_object or num_below > 0,
        "state": state_of(project),
        "total": sum((line.sum for line in lines), Decimal(0)),
        "num_below": num_below,
        "mark": offer_mark(project),
        "is_mine": project.first_signature_id == request.user.pk,
        "crumbs": [(_("Asked prices"), reverse("dashboard:asked-prices"))],
    }
    return desk_page(request, "b2b/desk/asked.html", context, area="prices", view="asked")


@require_POST
def asked_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the offer as it was shown."""
    project = _project(pk)
    try:
        signed = project_sign(
            project_id=project.pk,
            user_id=request.user.pk or 0,
            context=context_under(contract_id=project.contract_id),
            offer=request.POST.get("offer", ""),
        )
    except SigningError as error:
        messages.error(request, ERRORS[error.code])
    else:
        is_done = signed.status == Status.APPROVED
        done, half = _("Approved: the buyer has the prices."), _("Signed; one more signature.")
        messages.success(request, done if is_done else half)
    return redirect("dashboard:asked-price", pk=pk)


@require_POST
def asked_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline with a reason."""
    project = _project(pk)
    try:
        project_decline(
            project_id=project.pk,
            user_id=request.user.pk or 0,
            reason=request.POST.get("reason", ""),
        )
    except SigningError as error:
        messages.error(request, ERRORS[error.code])
    else:
        messages.success(request, _("Declined; the buyer is told why."))
    return redirect("dashboard:asked-price", pk=pk)


def _project(pk: int) -> Project:
    related = ("counterparty__manager__user", "contract", "author", "first_signature",
               "second_signature", "declined_by", "price_list")  # fmt: skip
    project: Project = get_object_or_404(asked_prices().select_related(*related), pk=pk)
    return project


def _offer(request: HttpRequest, project: Project) -> HttpResponse:
    try:
        project_offer(project_id=project.pk, offered=_offered(request, project))
    except SigningError as error:
        messages.error(request, ERRORS[error.code])
    except (InvalidOperation, QuantityError, ValueError):
        messages.error(request, _("Not saved: prices as digits and a comma, dates as 31.12.2026."))
    else:
        messages.success(request, _("Saved. Now sign it."))
    return redirect("dashboard:asked-price", pk=project.pk)


def _offered(request: HttpRequest, project: Project) -> Offered:
    prices: dict[int, Decimal | None] = {}
    quantities: dict[int, Decimal] = {}
    starts: dict[int, Decimal] = {}
    for pk, quantity in project.lines.values_list("pk", "quantity"):
        typed = request.POST.get(f"price-{pk}", "").strip()
        prices[pk] = price_typed(typed) if typed else None
        found = request.POST.get(f"quantity-{pk}", "").strip()
        quantities[pk] = (parse_quantity(found) if found else quantity) or quantity
        least = request.POST.get(f"from-{pk}", "").strip()
        starts[pk] = parse_quantity(least) if least else Decimal(0)
    term = _day(request, "valid_from"), _day(request, "valid_to")
    return Offered(prices, quantities, *term, starts)


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    form = "%Y-%m-%d" if "-" in text else "%d.%m.%Y"
    return timezone.make_aware(datetime.strptime(text, form)).date()  # noqa: DTZ007
