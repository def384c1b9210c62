"""Exchange with 1C: the monitor, sessions and their problems, what waits to leave."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_retry
from b2b_apps.core.redirects import way_back
from b2b_apps.desk.boards import Board, Choice, Column, View, board_page
from b2b_apps.desk.exchange_words import counts_worded, records_worded
from b2b_apps.desk.selectors.exchange import (
    connections,
    has_file,
    refusals,
    running_files,
    session_card,
    sessions,
    sessions_recent,
    totals_since,
)
from b2b_apps.desk.selectors.orders import day_bounds
from b2b_apps.desk.selectors.outgoing import Outgoing, unsent, with_orders
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import FILE, PROBLEM, SESSION, outbox_status
from b2b_apps.sync1c.jobs import can_import_again, import_again
from b2b_apps.sync1c.models import ExchangeConnection, ExchangeFile, ExchangeSession
from b2b_apps.sync1c.outgoing import TOPIC

State = ExchangeSession.State
SHOWN = 15
TOPICS = {
    TOPIC: gettext_lazy("Order to 1C"),
    "invoice_make": gettext_lazy("Making of an invoice"),
    "sync1c.import": gettext_lazy("Import of a file"),
}


def session_url(session: Any) -> str:
    return reverse("dashboard:exchange-session", args=[session.pk])


SESSIONS = Board(
    rows=sessions,
    prepare=lambda rows: rows.select_related("connection"),
    order=("-pk",),
    search=("connection__name",),
    search_more=has_file,
    search_hint=gettext_lazy("Name of a file or of a connection"),
    views=(
        View("open", gettext_lazy("Under way"), Q(state=State.OPEN)),
        View("errors", gettext_lazy("With errors"), Q(state__in=[State.WITH_ERRORS, State.FAILED]),
             is_late=True),
        View("polls", gettext_lazy("Empty polls"), Q(is_idle=True)),
    ),
    # 1C asks every few seconds whether there is anything: shown only if asked for.
    usual=Q(is_idle=False),
    choices=(
        Choice("connection", gettext_lazy("Connection"), "connection",
               lambda: ExchangeConnection.objects.values_list("pk", "name")),
        Choice("kind", gettext_lazy("What"), "kind", lambda: ExchangeSession.Kind.choices),
    ),
    columns=(
        Column("session", gettext_lazy("Session"), lambda s: s.pk, "art", ("pk",), url=session_url,
               classes="nowrap"),
        Column("started", gettext_lazy("Started"), lambda s: s.started_at, "time", ("started_at",),
               classes="nowrap"),
        Column("kind", gettext_lazy("What"), lambda s: s.get_kind_display(), "text", ("kind",),
               sub=lambda s: s.connection.name),
        Column("state", gettext_lazy("State"), lambda s: SESSION[s.state], "status", ("state",)),
        Column("created", gettext_lazy("New"), lambda s: s.created, "num", ("created",)),
        Column("changed", gettext_lazy("Changed"), lambda s: s.changed, "num", ("changed",)),
        Column("unchanged", gettext_lazy("Unchanged"), lambda s: s.unchanged, "num",
               ("unchanged",), classes="off"),
        Column("failed", gettext_lazy("Errors"), lambda s: s.failed, "num", ("failed",)),
    ),
    mark=lambda s: "bad" if s.state == State.FAILED else "",
    empty=gettext_lazy("No sessions yet"),
    empty_hint=gettext_lazy("Set up a connection and start the exchange in 1C."),
)  # fmt: skip


@require_safe
def monitor(request: HttpRequest) -> HttpResponse:
    """Connections, what runs now, today's figures, sessions beside the newest, what waits."""
    recent = sessions_recent(SHOWN)
    context = {
        "now": timezone.now(),
        "connections": _connections(),
        "files": [(f, FILE[f.state]) for f in running_files()],
        "totals": totals_since(day_bounds(timezone.now())[0]),
        "refusals": refusals(),
        "sessions": [(s, SESSION[s.state]) for s in recent],
        "card": _card(recent[0].pk) if recent else None,
        "outgoing": _outgoing(unsent().order_by("-state", "pk")[:SHOWN]),
        "exchange_url": exchange_address(request),
    }
    return desk_page(request, "b2b/desk/exchange.html", context, area="exchange", view="monitor")


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """What runs now, asked for by the monitor every few seconds."""
    files = [(f, FILE[f.state]) for f in running_files()]
    return render(request, "b2b/desk/_live.html", {"files": files})


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    context = {"title": _("Sessions"), "page": board_page(SESSIONS, request.GET)}
    return desk_page(request, "b2b/desk/board.html", context, area="exchange", view="sessions")


@require_safe
def session_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One session among the newest: counts, files, problems by cause with their place."""
    card = _card(pk)
    if card is None:
        raise Http404
    recent = sessions_recent(SHOWN)
    context = {
        "card": card,
        "sessions": [(s, SESSION[s.state]) for s in recent],
        "crumbs": [(_("Exchange with 1C"), reverse("dashboard:exchange")),
                   (_("Sessions"), reverse("dashboard:exchange-sessions"))],
    }  # fmt: skip
    return desk_page(request, "b2b/desk/session.html", context, area="exchange", view="sessions")


OUTGOING = Board(
    rows=unsent,
    order=("-state", "pk"),
    search=("key", "last_error"),
    search_hint=gettext_lazy("Key of the message or words of the reason"),
    views=(
        View("orders", gettext_lazy("Orders to 1C"), Q(topic=TOPIC)),
        View("waiting", gettext_lazy("Wait"), Q(state=OutboxMessage.State.WAITING)),
        View("parked", gettext_lazy("Set aside"), Q(state=OutboxMessage.State.PARKED),
             is_late=True),
    ),
    columns=(),
    empty=gettext_lazy("The queue is empty"),
    empty_hint=gettext_lazy("All orders have gone to 1C."),
)  # fmt: skip


@require_safe
def outgoing(request: HttpRequest) -> HttpResponse:
    """What has not left yet: state, attempts, reason, and a way to try again."""
    page = board_page(OUTGOING, request.GET)
    context = {
        "page": page,
        "outgoing": _outgoing(page.page_obj.object_list),
        "crumbs": [(_("Exchange with 1C"), reverse("dashboard:exchange"))],
    }
    return desk_page(request, "b2b/desk/outgoing.html", context, area="exchange", view="outgoing")


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a message again: an order is offered at the next exchange, the rest goes at once."""
    if outbox_retry(message_id=pk):
        messages.success(request, _("In the queue again."))
    else:
        messages.warning(request, _("Nothing to repeat: it has gone already."))
    return redirect(way_back(request, reverse("dashboard:exchange-outgoing")))


@require_POST
def file_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Import a stored file again whose objects were not all taken."""
    file = ExchangeFile.objects.filter(pk=pk).first()
    if file is None:
        raise Http404
    if import_again(file_id=pk):
        messages.success(request, _("The file is in the queue again."))
    else:
        messages.warning(
            request,
            _("Nothing to import again: no object was lost, or the file is not kept any more."),
        )
    return redirect("dashboard:exchange-session", file.session_id)


def exchange_address(request: HttpRequest) -> str:
    """What is typed into 1C as the address of the site."""
    return request.build_absolute_uri(reverse("exchange"))


def _connections() -> list[tuple[Any, Any, str]]:
    kinds = dict(ExchangeSession.Kind.choices)
    return [(c, SESSION.get(c.last_state), str(kinds.get(c.last_kind, ""))) for c in connections()]


def _card(pk: int) -> dict[str, Any] | None:
    card = session_card(pk)
    if card is None:
        return None
    return {
        "session": card.session,
        "status": SESSION[card.session.state],
        "files": [
            (f, FILE[f.state], counts_worded(f.counts), can_import_again(f)) for f in card.files
        ],
        "causes": [
            (cause, PROBLEM[cause.level], records_worded(cause.kind, cause.number))
            for cause in card.causes
        ],
        "num_problems": card.num_problems,
    }


def _outgoing(rows: Any) -> list[tuple[Outgoing, Any, Any]]:
    found = with_orders(rows)
    return [
        (o, outbox_status(o.message), TOPICS.get(o.message.topic, o.message.topic)) for o in found
    ]
