"""Imports as jobs: queued in the database, run by whoever holds the connection's lock.

A worker, the web process and the watchdog may all try; the advisory lock lets one in, and a file
left as running by a dead process is taken up again, because importing twice changes nothing.
"""

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db import connection as database
from django.db.models import F
from django.utils import timezone, translation
from django_scopes import scopes_disabled

from b2b_apps.core.outbox import outbox_put
from b2b_apps.core.transient import is_transient
from b2b_apps.sync1c.exchange.sessions import session_refresh
from b2b_apps.sync1c.exchange.uploads import looks_complete
from b2b_apps.sync1c.models import ExchangeFile
from b2b_apps.sync1c.texts import say

logger = logging.getLogger(__name__)
TOPIC = "sync1c.import"
LOCK_CLASS = 0x1C
MAX_ATTEMPTS = 3
State = ExchangeFile.State


@contextmanager
def connection_lock(connection_id: int) -> Iterator[bool]:
    """Hold the lock of a connection to 1C for the block; yields False if somebody has it.

    It belongs to the database session, so it falls with the process that held it.
    """
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, connection_id])
        (is_mine,) = cursor.fetchone()
    try:
        yield is_mine
    finally:
        if is_mine:
            _unlock(connection_id)


def _unlock(connection_id: int) -> None:
    try:
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, connection_id])
    except DatabaseError:
        # The connection is lost, and the lock with it.
        database.close()


def import_queue(file: ExchangeFile) -> None:
    """Put a received file into the queue of its connection and wake a worker up."""
    queued = ExchangeFile.objects.filter(pk=file.pk, state=State.RECEIVING).update(
        state=State.QUEUED
    )
    if queued:
        outbox_put(
            topic=TOPIC,
            key=f"import:{file.pk}:{uuid.uuid4()}",
            payload={"connection_id": file.session.connection_id},
        )


def can_import_again(file: ExchangeFile) -> bool:
    """Whether a file lost something and is still here, whole: then it may be imported again."""
    lost = file.state == State.FAILED or (file.state == State.DONE and file.num_failed > 0)
    path = Path(settings.EXCHANGE_ROOT) / str(file.session_id) / file.name
    return lost and file.name.lower().endswith(".xml") and path.is_file() and looks_complete(path)


@transaction.atomic
def import_again(*, file_id: int) -> bool:
    """Queue a stored file that lost objects once more; False if it can't be. Locks its row.

    What 1C said anew since the file was first imported stays (importing/again.py).
    """
    file = (
        ExchangeFile.objects.select_for_update(of=("self",))
        .select_related("session")
        .filter(pk=file_id)
        .first()
    )
    if file is None or not can_import_again(file):
        return False
    file.again_after = file.again_after or file.finished_at or timezone.now()
    file.state, file.attempts = State.RECEIVING, 0
    file.save(update_fields=["again_after", "state", "attempts"])
    import_queue(file)
    session_refresh(file.session)
    return True


def imports_run(connection_id: int) -> int:
    """Import all queued files of a connection in the order they came; return how many.

    Does nothing when another process is at it: that one will take them all. Ends early when the
    database goes away: the lock is gone too, and the file is taken up by the next who looks.
    """
    done = 0
    # Threads and workers have no scope of a request; an importer sees all companies.
    with scopes_disabled(), connection_lock(connection_id) as is_mine:
        owner = _backend()
        while is_mine and (file := _next(connection_id)):
            _import(file)
            if _backend() != owner:
                logger.warning("The database went away; the lock of %s with it", connection_id)
                break
            done += 1
    return done


def _backend() -> int:
    """Return what names this session of the database: another one holds none of our locks."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(pid)


def _next(connection_id: int) -> ExchangeFile | None:
    waiting = ExchangeFile.objects.filter(
        session__connection_id=connection_id, state__in=[State.QUEUED, State.RUNNING]
    )
    return waiting.select_related("session__connection").order_by("pk").first()


def _import(file: ExchangeFile) -> None:
    """Import a file; after a deadlock or the like it stays in the queue, to be imported anew."""
    from b2b_apps.sync1c.importing.runner import file_import

    if file.attempts >= MAX_ATTEMPTS:
        import_failed(file, say("broke_off"))
        return
    ExchangeFile.objects.filter(pk=file.pk).update(
        state=State.RUNNING, attempts=F("attempts") + 1, progress=0
    )
    try:
        file_import(file.pk)
    except Exception as error:
        if is_transient(error):
            logger.warning("Import of %s broke off, once more", file, exc_info=True)
            if not database.is_usable():
                database.close()
            return
        logger.exception("Import of %s broke off", file)
        import_failed(file, say("import_internal_error", pk=file.pk))


def import_failed(file: ExchangeFile, message: str) -> None:
    """Close a file as failed."""
    ExchangeFile.objects.filter(pk=file.pk).update(
        state=State.FAILED, message=message, finished_at=timezone.now()
    )
    session_refresh(file.session)


_running: set[int] = set()


def imports_start(connection_id: int) -> None:
    """Import in a thread of this process: for when no worker is alive to do it."""
    if connection_id in _running:
        return
    _running.add(connection_id)

    def run() -> None:
        # Scope and language are of a thread: those of the request do not reach this one.
        try:
            with scopes_disabled(), translation.override("ru"):
                imports_run(connection_id)
        finally:
            _running.discard(connection_id)
            database.close()

    threading.Thread(target=run, name=f"import-{connection_id}", daemon=True).start()
