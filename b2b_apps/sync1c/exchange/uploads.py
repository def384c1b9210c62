"""Bytes of a request to disk: in chunks, appended, cut back when the line breaks."""

import fcntl
from pathlib import Path
from typing import Protocol

from django.db import IntegrityError, transaction

from b2b_apps.sync1c.exchange.filenames import confined
from b2b_apps.sync1c.exchange.sessions import session_folder
from b2b_apps.sync1c.models import ExchangeFile, ExchangeSession

CHUNK = 256 * 1024
MAX_FILE = 4 * 1024**3
CLOSING_TAGS = ("КоммерческаяИнформация>", "Классификатор>")


class UploadError(Exception):
    """The body did not come whole, or the file grew too large."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def chunk_store(
    *, session: ExchangeSession, name: str, body: Readable, length: int
) -> ExchangeFile:
    """Append ``length`` bytes of ``body`` to the session's file ``name``.

    The first chunk of a name in a session truncates, later ones append: the protocol has no part
    number and no end mark. A body that ends early is cut off again. Raises UploadError.
    """
    file, is_first = _row(session, name)
    path = confined(session_folder(session.pk), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb" if is_first else "ab") as target:
        fcntl.flock(target, fcntl.LOCK_EX)
        before = path.stat().st_size
        try:
            size = before + _copy(body, target, length, MAX_FILE - before)
        except (OSError, UploadError):
            target.truncate(before)
            raise
    file.size = size
    file.state = ExchangeFile.State.RECEIVING
    file.save(update_fields=["size", "state"])
    return file


def _row(session: ExchangeSession, name: str) -> tuple[ExchangeFile, bool]:
    try:
        with transaction.atomic():
            return ExchangeFile.objects.create(session=session, name=name), True
    except IntegrityError:
        file = ExchangeFile.objects.get(session=session, name=name)
    is_first = file.state != ExchangeFile.State.RECEIVING
    if is_first:
        # Sent again after it was imported: a new file of the same name.
        file.counts, file.message, file.attempts, file.progress = {}, "", 0, 0
        file.save()
        file.problems.all().delete()
    return file, is_first


def _copy(body: Readable, target: object, length: int, room: int) -> int:
    if length > room:
        raise UploadError("too large")
    done = 0
    while done < length:
        chunk = body.read(min(CHUNK, length - done))
        if not chunk:
            raise UploadError("ended early")
        target.write(chunk)  # type: ignore[attr-defined]
        done += len(chunk)
    return done


def looks_complete(path: Path) -> bool:
    """Whether an XML file ends with the closing tag of its root."""
    size = path.stat().st_size
    with path.open("rb") as source:
        source.seek(max(0, size - 256))
        tail = source.read().rstrip()
    endings = [tag.encode(code) for tag in CLOSING_TAGS for code in ("utf-8", "cp1251")]
    return tail.endswith((*endings, b"/>"))
