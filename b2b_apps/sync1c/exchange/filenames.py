"""Names of files as 1C sends them, made safe before they meet the disk."""

import re
import unicodedata
from pathlib import Path

COMPONENT = re.compile(r"[\w\-. ()#+,@!&=~\[\]]+")
# Windows opens a device for these, whatever the extension.
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|clock\$)(\..*)?", re.IGNORECASE)
MAX_LENGTH = 255
MAX_DEPTH = 8
DATA = frozenset({"xml", "zip"})
PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff"})
# «Выгружать файлы» sends attachments of any kind; they are kept for the session, never served.
ATTACHMENTS = frozenset({"pdf", "doc", "docx", "xls", "xlsx", "txt", "rtf", "odt", "ods", "dwg"})
EXTENSIONS = DATA | PICTURES | ATTACHMENTS
# What the Bitrix module puts before the name.
PREFIX = re.compile(r"^(tmp|upload/1c_(catalog|exchange)|upload/1c|webdata(/\d+)*)/(?=.)")


class BadFilenameError(ValueError):
    """The name leads out of the session's folder or is of a kind that we do not take."""


def normalise(name: str) -> str:
    """Return ``name`` as a relative path with ``/`` that stays inside its folder.

    Sub-directories are kept, because pictures of different goods share base names. Raises
    BadFilenameError for anything that is not plainly a file name of an exchange.
    """
    path = unicodedata.normalize("NFC", name).replace("\\", "/").lstrip("/")
    path = PREFIX.sub("", path)
    parts = path.split("/")
    if len(path.encode()) > MAX_LENGTH or len(parts) > MAX_DEPTH:
        raise BadFilenameError(name[:80])
    for part in parts:
        _check(part, name)
    extension = parts[-1].rpartition(".")[2].lower()
    if "." not in parts[-1] or extension not in EXTENSIONS:
        raise BadFilenameError(name[:80])
    return path


def _check(part: str, name: str) -> None:
    if (
        not COMPONENT.fullmatch(part)
        or part.startswith((".", " "))
        or part.endswith((".", " "))
        or DEVICES.fullmatch(part)
    ):
        raise BadFilenameError(name[:80])


def confined(folder: Path, name: str) -> Path:
    """Return the path of a normalised ``name`` in ``folder``; a link out of it is refused."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BadFilenameError(name[:80])
    return path
