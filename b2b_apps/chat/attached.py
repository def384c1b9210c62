"""Which files may be attached: known by their content, never by their name alone. Pure.

A name says what a file claims to be; the first bytes, and of packed formats the list of what is
inside, say what it is. Nothing is unpacked: a bomb stays a file of its packed size.
"""

import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import IO

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10
LONGEST_NAME = 120
TEXT_SAMPLE = 64 * 1024
# What each ending is served as.
TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "xls": "application/vnd.ms-excel",
    "doc": "application/msword",
    "dwg": "image/vnd.dwg",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
ACCEPT = ",".join(f".{ending}" for ending in TYPES)
# What Python says of an archive that is broken, packed in a way that it does not know, or locked.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
    RuntimeError,
)  # fmt: skip
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The file that says what a packed document is.
INSIDE = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}
MIMETYPE = {"ods": TYPES["ods"].encode(), "odt": TYPES["odt"].encode()}
MOST_MEMBERS = 10_000


class NotAttachableError(Exception):
    """A file is not taken. ``code``: empty, large, ending (no such kind is taken), content (it is
    not what its name says), many.
    """

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.name = name


def name_kept(name: str) -> str:
    """The name as people read it: without folders, control characters and marks of direction."""
    base = PurePosixPath(name.replace("\\", "/")).name
    plain = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:\"|?*]", "", base)
    plain = " ".join(plain.split()).strip(". ")
    if len(plain) <= LONGEST_NAME:
        return plain
    ending = PurePosixPath(plain).suffix[:10]
    return plain[: LONGEST_NAME - len(ending)] + ending


def ending_of(file: IO[bytes], *, name: str, size: int) -> str:
    """Return the ending of a file that may be attached. Raises NotAttachableError."""
    if not size:
        raise NotAttachableError("empty", name)
    if size > MOST_BYTES:
        raise NotAttachableError("large", name)
    ending = PurePosixPath(name).suffix.lstrip(".").lower()
    if ending not in TYPES:
        raise NotAttachableError("ending", name)
    if not _is_what_it_says(file, ending):
        raise NotAttachableError("content", name)
    return ending


def _is_what_it_says(file: IO[bytes], ending: str) -> bool:
    file.seek(0)
    head = file.read(16)
    signs = {
        "pdf": head.startswith(b"%PDF-"),
        "png": head.startswith(b"\x89PNG\r\n\x1a\n"),
        "jpg": head.startswith(b"\xff\xd8\xff"),
        "jpeg": head.startswith(b"\xff\xd8\xff"),
        "webp": head.startswith(b"RIFF") and head[8:12] == b"WEBP",
        "xls": head.startswith(OLE),
        "doc": head.startswith(OLE),
        "dwg": re.match(rb"AC10\d\d", head) is not None,
    }
    if ending in signs:
        return signs[ending]
    return _is_text(file) if ending in {"csv", "txt"} else _is_packed(file, ending)


def _is_packed(file: IO[bytes], ending: str) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                return False
            if ending in INSIDE:
                return INSIDE[ending] in {member.filename for member in members}
            first = members[0] if members else None
            if first is None or first.filename != "mimetype" or first.file_size > 200:
                return False
            return archive.read(first) == MIMETYPE[ending]
    except UNREADABLE:
        return False


def _is_text(file: IO[bytes]) -> bool:
    """Text in UTF-8 or Windows-1251, no page of HTML."""
    file.seek(0)
    sample = file.read(TEXT_SAMPLE)
    if b"\0" in sample or re.search(rb"<\s*(?:html|script|svg|!doctype)", sample, re.IGNORECASE):
        return False
    control = sum(byte < 32 and byte not in {9, 10, 12, 13} for byte in sample)
    return not control
