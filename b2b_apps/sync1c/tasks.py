"""Celery entry points of the exchange, and what the outbox calls."""

import shutil
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.outbox import outbox_handler
from b2b_apps.core.queues import SLOW
from b2b_apps.sync1c.exchange.archives import BadArchiveError, archives_unpack
from b2b_apps.sync1c.exchange.sessions import polls_purge, session_refresh, sessions_purge
from b2b_apps.sync1c.exchange.uploads import looks_complete
from b2b_apps.sync1c.importing.picture_files import picture_files_sweep_all
from b2b_apps.sync1c.jobs import TOPIC, import_queue, imports_run
from b2b_apps.sync1c.mapping import TOPIC as REMAPPED
from b2b_apps.sync1c.mapping import status_apply
from b2b_apps.sync1c.models import ExchangeFile, ExchangeSession
from b2b_apps.sync1c.texts import say

# A client set to «без ожидания подтверждения импорта» never sends ``import``.
SILENCE = timedelta(minutes=5)
KEEP_FILES = timedelta(days=7)
# As long as objects of it were not taken, staff may have a file imported again.
KEEP_FAILED = timedelta(days=30)
KEEP_POLLS = timedelta(days=1)
KEEP_SESSIONS = timedelta(days=90)
LEASE = timedelta(minutes=30)
State = ExchangeFile.State


@outbox_handler(TOPIC, queue=SLOW, lease=LEASE)
def import_handler(payload: dict[str, Any]) -> None:
    """Import what waits of a connection; called again, it finds nothing to do."""
    with scopes_disabled():
        imports_run(payload["connection_id"])


@outbox_handler(REMAPPED, queue=SLOW, lease=LEASE)
def remapped_handler(payload: dict[str, Any]) -> None:
    """Let orders follow a status of 1C that means something else now."""
    with scopes_disabled():
        status_apply(change_id=payload["change_id"])


@shared_task(name="sync1c.watchdog", ignore_result=True)
def watchdog() -> None:
    """Import files whose client fell silent, take up what a dead worker left, clear old files."""
    with scopes_disabled():
        silent = ExchangeSession.objects.filter(last_seen_at__lt=timezone.now() - SILENCE)
        for session in silent.filter(state=ExchangeSession.State.OPEN):
            session_close(session)
        waiting = ExchangeFile.objects.filter(state__in=[State.QUEUED, State.RUNNING])
        for connection_id in set(waiting.values_list("session__connection_id", flat=True)):
            imports_run(connection_id)
    folders_clear()


def session_close(session: ExchangeSession) -> None:
    """Queue the whole files of a silent session and drop the broken ones."""
    try:
        archives_unpack(session)
    except BadArchiveError as error:
        session.files.filter(name__iendswith=".zip", state=State.RECEIVING).update(
            state=State.FAILED, message=str(error)
        )
    for file in session.files.filter(state=State.RECEIVING):
        path = Path(settings.EXCHANGE_ROOT) / str(session.pk) / file.name
        if not file.name.lower().endswith(".xml"):
            file.state = State.DONE
        elif path.exists() and looks_complete(path):
            import_queue(file)
            continue
        else:
            # Half a file must not be applied: 1C will send it again.
            file.state, file.message = State.FAILED, say("not_whole")
        file.save(update_fields=["state", "message"])
    session_refresh(session)


@shared_task(name="sync1c.tidy", ignore_result=True)
def tidy() -> None:
    """Delete exchanges of a season ago, empty polls of yesterday, and files of pictures that no
    product has any more.
    """
    polls_purge(before=timezone.now() - KEEP_POLLS)
    sessions_purge(before=timezone.now() - KEEP_SESSIONS)
    picture_files_sweep_all()


def folders_clear() -> None:
    """Remove files of sessions that ended a week ago, or are gone. A query per 500 folders.

    Those of sessions that lost objects are kept for a month.
    """
    now, lost = timezone.now(), [ExchangeSession.State.FAILED, ExchangeSession.State.WITH_ERRORS]
    root = Path(settings.EXCHANGE_ROOT)
    folders = (f for f in root.iterdir() if f.name.isdecimal()) if root.exists() else iter(())
    while batch := {int(folder.name): folder for folder in islice(folders, 500)}:
        kept = ExchangeSession.objects.filter(pk__in=batch).filter(
            Q(finished_at__isnull=True)
            | Q(finished_at__gte=now - KEEP_FILES)
            | Q(finished_at__gte=now - KEEP_FAILED, state__in=lost)
        )
        for pk in batch.keys() - set(kept.values_list("pk", flat=True)):
            shutil.rmtree(batch[pk], ignore_errors=True)
