"""Bytes of a request to disk: in chunks, appended, cut back when the line breaks."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from django.db import IntegrityError, transaction

from b2b_apps.sync1c.exchange.filenames import confined
from b2b_apps.sync1c.exchange.sessions import session_folder, session_room_take
from b2b_apps.sync1c.models import ExchangeFile, ExchangeSession
from b2b_apps.sync1c.texts import say

CHUNK = 256 * 1024
MAX_FILE = 4 * 1024**3
HEAD, TAIL = 65_536, 4096
# The first tag of a document, past its declaration, its comments and its instructions.
ROOT = re.compile(rb"(?:\s|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->)*<([^\s/>!?]+)", re.DOTALL)
BUSY = (ExchangeFile.State.QUEUED, ExchangeFile.State.RUNNING)


class UploadError(Exception):
    """The body did not come whole, or the file grew too large."""


class BusyFileError(Exception):
    """A file of this name waits to be imported, or is being: it must not change meanwhile."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def chunk_store(
    *, session: ExchangeSession, name: str, body: Readable, length: int
) -> ExchangeFile:
    """Append ``length`` bytes of ``body`` to the session's file ``name``.

    The first chunk of a name in a session truncates, later ones append: the protocol has no part
    number and no end mark. A body that ends early is cut off again. Locks the file on the disk,
    as its import does. Raises UploadError, BusyFileError and NoRoomError.
    """
    session_room_take(session.pk, length)
    file = _row(session, name)
    path = confined(session_folder(session.pk), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Never opened for writing anew: that would cut the file before its lock is had.
    with path.open("ab") as target:
        fcntl.flock(target, fcntl.LOCK_EX)
        file.refresh_from_db()
        if file.state in BUSY:
            raise BusyFileError(name)
        if file.state != ExchangeFile.State.RECEIVING or not file.size:
            # Sent again after it was imported, or left by a transfer that was given up.
            target.truncate(0)
            _forget(file)
        before = path.stat().st_size
        try:
            file.size = before + _copy(body, target, length, MAX_FILE - before)
        except (OSError, UploadError):
            target.truncate(before)
            raise
        # Not its state: it may have been queued meanwhile, and its import waits for the lock.
        file.save(update_fields=["size"])
    return file


@contextmanager
def file_unchanging(path: Path) -> Iterator[None]:
    """Keep chunks out of a file for the block; waits for one that is being written."""
    with path.open("rb") as source:
        fcntl.flock(source, fcntl.LOCK_SH)
        yield


def _row(session: ExchangeSession, name: str) -> ExchangeFile:
    try:
        with transaction.atomic():
            return ExchangeFile.objects.create(session=session, name=name)
    except IntegrityError:
        return ExchangeFile.objects.get(session=session, name=name)


def _forget(file: ExchangeFile) -> None:
    """Make the row of a file that was imported that of a new file of the same name."""
    file.counts, file.message, file.attempts, file.progress = {}, "", 0, 0
    file.size, file.state = 0, ExchangeFile.State.RECEIVING
    file.finished_at = file.again_after = None
    file.save()
    file.problems.all().delete()


def _copy(body: Readable, target: object, length: int, room: int) -> int:
    if length > room:
        raise UploadError(say("too_large"))
    done = 0
    while done < length:
        chunk = body.read(min(CHUNK, length - done))
        if not chunk:
            raise UploadError(say("ended_early"))
        target.write(chunk)  # type: ignore[attr-defined]
        done += len(chunk)
    return done


def looks_complete(path: Path) -> bool:
    """Whether an XML file ends with the closing tag of its root, or is nothing but its root.

    A chunk that happens to end with some other element is not a whole file.
    """
    size = path.stat().st_size
    with path.open("rb") as source:
        root = ROOT.match(source.read(HEAD))
        source.seek(max(0, size - TAIL))
        tail = source.read().rstrip()
    if root is None:
        return False
    name = re.escape(root[1])
    if re.search(rb"</" + name + rb"\s*>$", tail):
        return True
    last = tail[tail.rfind(b"<") :]
    return re.fullmatch(rb"<" + name + rb"(\s[^<]*)?/>", last, re.DOTALL) is not None
