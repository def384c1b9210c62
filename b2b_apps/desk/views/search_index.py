"""The index of the search: how it stands, how its rebuild goes, what it was before."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from b2b_apps.desk.search_words import (
    engine_words,
    generation_status,
    reason_words,
    seconds_words,
)
from b2b_apps.desk.selectors.search import without_room
from b2b_apps.desk.shell import desk_page
from search.engines.choice import engine
from search.indexing.generations import rebuild_ask
from search.indexing.status import MOST_COUNTED, IndexStatus, index_status
from search.models import Generation

MOST_GENERATIONS = 20
# A queue that has waited longer is told as late.
LATE_SECONDS = 60


@require_safe
def search_index(request: HttpRequest) -> HttpResponse:
    """The state of the index; htmx asks for it again, often while one is being built."""
    status = index_status(engine=engine())
    lists, num_sets = without_room(status.live.layout) if status.live else ((), 0)
    context = {
        "index": status,
        "state": _state(status),
        "engine": engine_words(status.engine),
        "lag": seconds_words(status.lag.total_seconds()) if status.lag else "",
        "is_cut": status.num_changes >= MOST_COUNTED,
        "lists": lists,
        "num_sets": num_sets,
        "history": [_told(row) for row in Generation.objects.all()[:MOST_GENERATIONS]],
        "now": timezone.now(),
    }
    if request.headers.get("HX-Request"):
        return render(request, "b2b/desk/_search_index.html", context)
    return desk_page(request, "b2b/desk/search_index.html", context, area="search", view="index")


@require_POST
def search_rebuild(request: HttpRequest) -> HttpResponse:
    """Ask for a new index; searches go on with the one that is there."""
    user: Any = request.user
    rebuild_ask(reason=(user.get_full_name() or user.email)[:200])
    messages.success(
        request,
        _("Asked for: the worker begins within seconds. Searches go on with the present index."),
    )
    return redirect("dashboard:search-index")


def _state(status: IndexStatus) -> tuple[str, str]:
    if status.error:
        return "bad", _("the engine does not answer: pages read the database")
    if status.live is None or status.num_documents is None:
        return "bad", _("there is no index yet: pages read the database")
    if status.lag and status.lag.total_seconds() > LATE_SECONDS:
        return "warn", _("changes wait longer than usual")
    return "ok", _("works")


def _told(row: Generation) -> dict[str, Any]:
    took = row.finished_at - row.started_at if row.finished_at and row.started_at else None
    return {
        "row": row,
        "status": generation_status(row),
        "reason": reason_words(row.reason),
        "took": seconds_words(took.total_seconds()) if took else "",
    }
