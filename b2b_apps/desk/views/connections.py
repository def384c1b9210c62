"""Connections to 1C bases: made, changed, given a new password."""

import secrets
import time

from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.desk.boards import Board, Column, board_page
from b2b_apps.desk.editing import form_saved, row_locked
from b2b_apps.desk.forms import ConnectionForm, LiveAccessForm
from b2b_apps.desk.live_words import check_text, live_state
from b2b_apps.desk.selectors.exchange import connections
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import SESSION, active_status
from b2b_apps.desk.views.exchange import exchange_address
from b2b_apps.sync1c.live.access import live_access_set
from b2b_apps.sync1c.live.client import connection_check as base_check
from b2b_apps.sync1c.live.errors import LiveError
from b2b_apps.sync1c.models import ExchangeConnection

PASSWORD_BYTES = 18


def _list_url() -> str:
    return reverse("dashboard:exchange-connections")


CONNECTIONS = Board(
    rows=connections,
    order=("name",),
    search=("name", "username"),
    search_hint=gettext_lazy("Name or user name"),
    columns=(
        Column("name", gettext_lazy("Connection"), lambda c: c.name, "text", ("name",),
               url=lambda c: reverse("dashboard:exchange-connection", args=[c.pk]), classes="wide"),
        Column("user", gettext_lazy("User name"), lambda c: c.username, "art", ("username",)),
        Column("organization", gettext_lazy("Organization"), lambda c: c.organization),
        Column("encoding", gettext_lazy("Encoding of orders"), lambda c: c.get_encoding_display(),
               "art", classes="off"),
        Column("last", gettext_lazy("Last heard"), lambda c: c.last_seen, "time", ("last_seen",)),
        Column("ended", gettext_lazy("Last session"), lambda c: SESSION.get(c.last_state),
               "status"),
        Column("state", gettext_lazy("State"), lambda c: active_status(c.is_active), "status"),
    ),
    empty=gettext_lazy("No connections yet"),
    empty_hint=gettext_lazy("Make one: 1C signs in by its name and password."),
)  # fmt: skip


@require_safe
def connection_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Connections"),
        "note": exchange_address(request),
        "page": board_page(CONNECTIONS, request.GET),
        "add_url": reverse("dashboard:exchange-connection-new"),
        "add_title": _("Connection"),
    }
    return desk_page(request, "b2b/desk/board.html", context, area="exchange", view="connections")


@require_http_methods(["GET", "HEAD", "POST"])
def connection_new(request: HttpRequest) -> HttpResponse:
    """Make a connection; its password is shown once."""
    form = ConnectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        connection = form.save(commit=False)
        return _with_new_password(request, connection)
    context = {
        "title": _("New connection to 1C"),
        "form": form,
        "submit": _("Make"),
        "back_url": _list_url(),
        "crumbs": [(_("Connections"), _list_url())],
    }
    return desk_page(
        request,
        "b2b/desk/form.html",
        context,
        area="exchange",
        view="connections",
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def connection_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a connection; what to type into 1C; a new password."""
    connection = get_object_or_404(ExchangeConnection, pk=pk)
    with transaction.atomic():
        row = row_locked(connection) if request.method == "POST" else connection
        form = ConnectionForm(request.POST if request.method == "POST" else None, instance=row)
        is_saved = form_saved(form, user_id=request.user.pk)
    if is_saved:
        messages.success(request, _("Saved."))
        return redirect(_list_url())
    return _detail(request, connection, form, LiveAccessForm(connection=connection))


def _detail(
    request: HttpRequest, connection: ExchangeConnection, form: ConnectionForm, live: LiveAccessForm
) -> HttpResponse:
    context = {
        # A refused form has already written into the object what was typed.
        "connection": connection,
        "title": form.initial.get("name", ""),
        "form": form,
        "live": live,
        "live_state": live_state(connection),
        "exchange_url": exchange_address(request),
        "back_url": _list_url(),
        "crumbs": [(_("Connections"), _list_url())],
    }
    return desk_page(
        request,
        "b2b/desk/connection.html",
        context,
        area="exchange",
        view="connections",
        status=422 if form.is_bound or live.is_bound else 200,
    )


@require_POST
def connection_live(request: HttpRequest, pk: int) -> HttpResponse:
    """Write where the base answers questions about prices, and by what it lets us in."""
    connection = get_object_or_404(ExchangeConnection, pk=pk)
    live = LiveAccessForm(request.POST, connection=connection)
    if not live.is_valid():
        return _detail(request, connection, ConnectionForm(instance=connection), live)
    live_access_set(connection=connection, **live.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("dashboard:exchange-connection", pk)


@require_POST
def connection_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the base about nothing, and say what came of it. Takes three seconds at most."""
    connection = get_object_or_404(ExchangeConnection, pk=pk)
    if not connection.live_url:
        messages.warning(request, _("No address for live prices yet."))
        return redirect("dashboard:exchange-connection", pk)
    started = time.monotonic()
    try:
        base_check(connection)
        seconds = f"{time.monotonic() - started:.2f}".replace(".", ",")
        messages.success(request, _("1C has answered in %(n)s s.") % {"n": seconds})
    except LiveError as error:
        messages.error(request, check_text(error))
    return redirect("dashboard:exchange-connection", pk)


@require_POST
def connection_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a connection a new password; the old one stops working at once."""
    return _with_new_password(request, get_object_or_404(ExchangeConnection, pk=pk))


def _with_new_password(request: HttpRequest, connection: ExchangeConnection) -> HttpResponse:
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    connection.password = make_password(password)
    connection.fingerprint = ""
    connection.save()
    context = {
        "title": _("Sign-in of 1C: %(name)s") % {"name": connection.name},
        "warning": _("The password is shown once: it is kept as a hash. Type it into 1C now."),
        "secrets": [
            (_("Address of the site"), exchange_address(request)),
            (_("User name"), connection.username),
            (_("Password"), password),
        ],
        "next_url": _list_url(),
        "crumbs": [(_("Connections"), _list_url())],
    }
    return desk_page(request, "b2b/desk/secret.html", context, area="exchange", view="connections")
