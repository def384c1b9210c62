"""Modes of ``type=catalog``, and of ``reference``, which is answered alike."""

import logging
import re
import time
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse

from b2b_apps.sync1c.exchange.answers import failure, lines, progress, success
from b2b_apps.sync1c.exchange.archives import BadArchiveError, archives_unpack
from b2b_apps.sync1c.exchange.call import Call, Mode
from b2b_apps.sync1c.exchange.filenames import BadFilenameError, normalise
from b2b_apps.sync1c.exchange.sessions import (
    COOKIE,
    NoRoomError,
    session_open,
    session_refresh,
)
from b2b_apps.sync1c.exchange.uploads import BusyFileError, UploadError, chunk_store
from b2b_apps.sync1c.importing.deactivation import TooManyError, goods_deactivate
from b2b_apps.sync1c.jobs import connection_lock, import_queue, imports_run, imports_start
from b2b_apps.sync1c.models import ExchangeFile, ExchangeSession
from b2b_apps.sync1c.texts import say

logger = logging.getLogger(__name__)
VERSION = re.compile(r"[0-9][0-9.]{0,7}")
POLL_SECONDS = 0.25
# A worker takes a job up within moments; after this long there is none.
PICKUP_SECONDS = 5.0
State = ExchangeFile.State


def checkauth(call: Call) -> HttpResponse:
    """A new session: 1C repeats lines 2 and 3 as a cookie, line 4 in the URL if told to."""
    session = session_open(connection=call.connection, kind=call.kind)
    more = [f"sessid={session.sessid}"]
    if call.kind == "catalog":
        more.append(f"timestamp={int(session.started_at.timestamp())}")
    return success(COOKIE, session.cookie, *more)


def init(call: Call) -> HttpResponse:
    """Exactly two lines; more only for a client that told its version.

    Half-received files are forgotten: the client starts over.
    """
    call.session.files.filter(state=State.RECEIVING).delete()
    answer = [
        f"zip={'yes' if call.connection.use_zip else 'no'}",
        f"file_limit={settings.EXCHANGE_FILE_LIMIT}",
    ]
    version = call.query.get("version", "")
    if VERSION.fullmatch(version):
        call.session.version = version
        call.session.save(update_fields=["version"])
        spoken = "3.1" if version.startswith("3") else "2.09"
        answer += [f"sessid={call.session.sessid}", f"version={spoken}"]
    return lines(*answer)


def file(call: Call) -> HttpResponse:
    """A chunk of a file."""
    stored = store(call)
    return stored if isinstance(stored, HttpResponse) else success()


def store(call: Call) -> ExchangeFile | HttpResponse:
    """Write the body to disk; the answer of a refusal otherwise."""
    try:
        name = normalise(call.query.get("filename", ""))
        length = int(call.request.META.get("CONTENT_LENGTH") or 0)
        stored = chunk_store(session=call.session, name=name, body=call.request, length=length)
    except BadFilenameError as error:
        return failure(say("bad_filename", name=error))
    except BusyFileError as error:
        return failure(say("not_stored", reason=say("file_busy", name=error)))
    except NoRoomError as error:
        return failure(str(error))
    except (UploadError, ValueError) as error:
        return failure(say("not_stored", reason=error))
    except OSError:
        # The text of the system names folders of the server: it is for the log.
        logger.exception("A part of a file could not be stored")
        return failure(say("not_stored", reason=say("disk")))
    if call.session.state != ExchangeSession.State.OPEN:
        ExchangeSession.objects.filter(pk=call.session.pk).update(
            state=ExchangeSession.State.OPEN, finished_at=None, is_idle=False
        )
    return stored


def import_file(call: Call) -> HttpResponse:
    """Import a received file, or tell how far it is."""
    try:
        name = normalise(call.query.get("filename", ""))
        archives_unpack(call.session)
    except BadFilenameError as error:
        return failure(say("bad_filename", name=error))
    except BadArchiveError as error:
        return failure(say("bad_archive", reason=error))
    received = call.session.files.filter(name=name).first()
    if received is None:
        return failure(say("not_received", name=name))
    if Path(name).suffix.lower() != ".xml":
        return success()
    return imported(received)


def imported(received: ExchangeFile) -> HttpResponse:
    """Queue a file and wait for it up to EXCHANGE_HOLD_SECONDS, so that 1C does not spin.

    With no seconds to hold, or with no worker to take it up, the web process imports it.
    """
    import_queue(received)
    connection_id = received.session.connection_id
    if not settings.EXCHANGE_HOLD_SECONDS:
        imports_run(connection_id)
    started = time.monotonic()
    while True:
        received.refresh_from_db()
        waited = time.monotonic() - started
        if received.state == State.DONE:
            return success(received.message)
        if received.state == State.FAILED:
            return failure(received.message)
        if waited >= settings.EXCHANGE_HOLD_SECONDS:
            return progress(say("progress", name=received.name, num=received.progress))
        if waited >= min(PICKUP_SECONDS, settings.EXCHANGE_HOLD_SECONDS / 2):
            imports_start(connection_id)
        time.sleep(POLL_SECONDS)


def deactivate(call: Call) -> HttpResponse:
    """Hide goods that the whole exchange since ``timestamp`` did not name."""
    try:
        since = datetime.fromtimestamp(int(call.query.get("timestamp") or 0), UTC)
    except (ValueError, OverflowError, OSError):
        return failure(say("bad_timestamp"))
    began = call.session.started_at
    if since.year < 2000 or since == began.replace(microsecond=0):
        # The client repeats what checkauth gave it, cut to whole seconds.
        since = began
    with connection_lock(call.connection.pk) as is_mine:
        if not is_mine:
            time.sleep(min(2.0, settings.EXCHANGE_HOLD_SECONDS))
            return progress(say("busy"))
        try:
            num_hidden = goods_deactivate(session=call.session, since=since)
        except TooManyError as error:
            return failure(str(error))
    return success(say("hidden", num=num_hidden))


def complete(call: Call) -> HttpResponse:
    session_refresh(call.session)
    return success()


MODES: dict[str, Mode] = {
    "checkauth": checkauth,
    "init": init,
    "file": file,
    "import": import_file,
    "deactivate": deactivate,
    "complete": complete,
}
