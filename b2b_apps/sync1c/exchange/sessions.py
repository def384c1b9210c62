"""Which requests belong together: a session per checkauth, found again by its cookie."""

import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.http import HttpRequest
from django.utils import timezone

from b2b_apps.sync1c.models import (
    ExchangeConnection,
    ExchangeFile,
    ExchangeProblem,
    ExchangeSession,
)
from b2b_apps.sync1c.texts import say

COOKIE = "pakgauz_1c"
IDLE = timedelta(hours=1)
PURGE_BATCH = 500
# What session_open makes; anything else is no name of a session.
NAME = re.compile(r"[A-Za-z0-9_-]{16,64}")


class NoRoomError(Exception):
    """The session has written as much as one may."""

    def __str__(self) -> str:
        return say("session_full", limit=settings.EXCHANGE_SESSION_LIMIT // 1024**2)


def session_open(*, connection: ExchangeConnection, kind: str) -> ExchangeSession:
    """Begin a session with a fresh cookie; what the client sent as a cookie is never adopted."""
    return ExchangeSession.objects.create(
        connection=connection,
        kind=kind,
        cookie=secrets.token_urlsafe(32),
        sessid=secrets.token_hex(16),
    )


def session_for(
    request: HttpRequest, *, connection: ExchangeConnection, kind: str
) -> ExchangeSession | None:
    """Return the session that the request belongs to, or None.

    By cookie, then by ``sessid``; a client that keeps neither gets its newest session of this
    kind. Never one of another connection, never one that was silent for an hour. The password
    is what lets in: cookie and ``sessid`` only tell sessions apart.
    """
    alive = ExchangeSession.objects.filter(
        connection=connection, kind=kind, last_seen_at__gte=timezone.now() - IDLE
    )
    for field, value in (
        ("cookie", request.COOKIES.get(COOKIE, "")),
        ("sessid", request.GET.get("sessid", "")),
    ):
        if NAME.fullmatch(value) and (found := alive.filter(**{field: value}).first()):
            return _touched(found)
    return _touched(found) if (found := alive.order_by("-pk").first()) else None


def _touched(session: ExchangeSession) -> ExchangeSession:
    session.last_seen_at = timezone.now()
    session.save(update_fields=["last_seen_at"])
    return session


def session_refresh(session: ExchangeSession) -> None:
    """Bring sums and state of a session up to its files. Three queries.

    One that ended without files and orders was a poll: 1C asks every few seconds.
    """
    files = list(session.files.all())
    offered, sent = ExchangeSession.objects.values_list("offered", "sent").get(pk=session.pk)
    totals = dict.fromkeys(("created", "changed", "unchanged", "failed"), 0)
    for file in files:
        for counts in file.counts.values():
            for key in totals:
                totals[key] += counts.get(key, 0)
    busy = {ExchangeFile.State.RECEIVING, ExchangeFile.State.QUEUED, ExchangeFile.State.RUNNING}
    # Nobody says when a picture is whole; only files that get imported keep a session open.
    states = {file.state for file in files if file.name.lower().endswith(".xml")}
    state = ExchangeSession.State.DONE
    if states & busy:
        state = ExchangeSession.State.OPEN
    elif ExchangeFile.State.FAILED in states:
        state = ExchangeSession.State.FAILED
    elif totals["failed"]:
        state = ExchangeSession.State.WITH_ERRORS
    ExchangeSession.objects.filter(pk=session.pk).update(
        state=state,
        finished_at=None if state == ExchangeSession.State.OPEN else timezone.now(),
        is_idle=state == ExchangeSession.State.DONE and not (files or offered or sent),
        **totals,
    )


def session_room(session_id: int) -> int:
    """Return how many bytes the session may still write to the disk. One query."""
    rows = ExchangeSession.objects.filter(pk=session_id)
    stored = rows.values_list("stored_bytes", flat=True).get()
    return max(0, settings.EXCHANGE_SESSION_LIMIT - stored)


def session_room_take(session_id: int, size: int) -> None:
    """Count ``size`` bytes to the session, all of them or none. One query; raises NoRoomError.

    What is sent again counts again: the limit is of what a session writes, not of what it keeps.
    """
    most = settings.EXCHANGE_SESSION_LIMIT - size
    rows = ExchangeSession.objects.filter(pk=session_id, stored_bytes__lte=most)
    if not rows.update(stored_bytes=F("stored_bytes") + size):
        raise NoRoomError


def session_folder(session_id: int) -> Path:
    """Folder of a session's files; made when first asked for."""
    folder = Path(settings.EXCHANGE_ROOT) / str(session_id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def polls_purge(*, before: datetime) -> int:
    """Delete polls silent since before then; return how many. One query.

    The last session of each connection stays: it tells when 1C was last heard.
    """
    newest = ExchangeSession.objects.values("connection").annotate(pk_last=Max("pk"))
    rows = ExchangeSession.objects.filter(is_idle=True, last_seen_at__lt=before)
    rows = rows.exclude(pk__in=newest.values("pk_last"))
    # Nothing hangs on them: no file, so no problem.
    return rows._raw_delete(rows.db)


def sessions_purge(*, before: datetime) -> int:
    """Delete sessions silent since before then, with their files and problems; return how many.

    Three queries per five hundred.
    """
    old = ExchangeSession.objects.filter(last_seen_at__lt=before).order_by("pk")
    num = 0
    while ids := list(old.values_list("pk", flat=True)[:PURGE_BATCH]):
        with transaction.atomic():
            ExchangeProblem.objects.filter(file__session_id__in=ids).delete()
            ExchangeFile.objects.filter(session_id__in=ids).delete()
            ExchangeSession.objects.filter(pk__in=ids).delete()
        num += len(ids)
    return num
