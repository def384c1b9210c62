"""Archives of an exchange, unpacked member by member under limits; never ``extractall``."""

import logging
import stat
import zipfile
from collections.abc import Collection
from pathlib import Path

from b2b_apps.sync1c.exchange.filenames import BadFilenameError, confined, normalise
from b2b_apps.sync1c.exchange.sessions import (
    NoRoomError,
    session_folder,
    session_room,
    session_room_take,
)
from b2b_apps.sync1c.exchange.uploads import BUSY
from b2b_apps.sync1c.models import ExchangeFile, ExchangeSession
from b2b_apps.sync1c.texts import say

logger = logging.getLogger(__name__)
MAX_TOTAL = 2 * 1024**3
MAX_RATIO = 200
MAX_MEMBERS = 100_000
CHUNK = 256 * 1024


class BadArchiveError(Exception):
    """The archive is broken, too large, or wants out of its folder; the text says which."""


class BusyArchiveError(BadArchiveError):
    """It would write over a file that is being imported: it may be tried again later."""


def archives_unpack(session: ExchangeSession) -> None:
    """Unpack every archive of the session that was not yet; its XML become files of the session.

    1C names the members in ``import`` and never the archive. Raises BadArchiveError; the archive
    is marked then, and not tried again until it is sent again, unless it only has to wait.
    """
    for file in session.files.filter(
        state=ExchangeFile.State.RECEIVING, name__iendswith=".zip"
    ).order_by("pk"):
        folder = session_folder(session.pk)
        busy = session.files.filter(state__in=BUSY).values_list("name", flat=True)
        try:
            names = unpack(
                folder / file.name, folder, keep=set(busy), most=session_room(session.pk)
            )
            session_room_take(session.pk, sum((folder / n).stat().st_size for n in names))
        except BusyArchiveError:
            raise
        except (BadArchiveError, NoRoomError) as error:
            file.state, file.message = ExchangeFile.State.FAILED, str(error)
            file.save(update_fields=["state", "message"])
            raise BadArchiveError(str(error)) from error
        for name in names:
            if name.lower().endswith(".xml"):
                size = (folder / name).stat().st_size
                ExchangeFile.objects.update_or_create(
                    session=session,
                    name=name,
                    defaults={"size": size, "state": ExchangeFile.State.RECEIVING, "counts": {}},
                )
        file.state = ExchangeFile.State.DONE
        file.save(update_fields=["state"])


def unpack(
    path: Path, folder: Path, *, keep: Collection[str] = (), most: int = MAX_TOTAL
) -> list[str]:
    """Write the members of an archive below ``folder``, ``most`` bytes in all; return their names.

    All names are checked before the first byte is written. Sizes are counted as they stream:
    what the archive says about itself is not believed. Raises BadArchiveError, also for one that
    would write over a file to ``keep``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked(archive)
            if busy := next((name for _member, name in members if name in keep), ""):
                raise BusyArchiveError(say("file_busy", name=busy))
            room = min(most, MAX_TOTAL, max(path.stat().st_size, 1024) * MAX_RATIO)
            for member, name in members:
                room -= _write(archive, member, confined(folder, name), room)
    except OSError as error:
        # The text of the system names folders of the server: it is for the log.
        logger.exception("Archive %s could not be unpacked", path)
        raise BadArchiveError(say("disk")) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadArchiveError(say("zip_broken")) from error
    return [name for _member, name in members]


def _checked(archive: zipfile.ZipFile) -> list[tuple[zipfile.ZipInfo, str]]:
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise BadArchiveError(say("zip_members", num=len(infos)))
    members: list[tuple[zipfile.ZipInfo, str]] = []
    seen: set[str] = set()
    end = -1
    for info in sorted(infos, key=lambda i: i.header_offset):
        if info.header_offset < end:
            raise BadArchiveError(say("zip_broken"))
        end = info.header_offset + info.compress_size
        if info.is_dir():
            continue
        name = _name(info)
        if name.casefold() in seen:
            raise BadArchiveError(say("zip_twice", name=name))
        seen.add(name.casefold())
        members.append((info, name))
    return members


def _name(info: zipfile.ZipInfo) -> str:
    if stat.S_ISLNK(info.external_attr >> 16):
        raise BadArchiveError(say("zip_name", name=info.filename[:80]))
    if info.filename.startswith(("/", "\\")) or "\0" in info.orig_filename:
        raise BadArchiveError(say("zip_name", name=info.filename[:80]))
    try:
        name = normalise(info.filename)
    except BadFilenameError as error:
        raise BadArchiveError(say("zip_name", name=info.filename[:80])) from error
    if name.lower().endswith(".zip"):
        raise BadArchiveError(say("zip_nested"))
    return name


def _write(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, room: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(info) as source, path.open("wb") as target:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            if written > room:
                raise BadArchiveError(say("zip_large"))
            target.write(chunk)
    return written
