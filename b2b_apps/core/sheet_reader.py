"""Reads one spreadsheet and prints its rows; run as a process of its own, under limits.

What comes from outside is parsed by libraries that may take any memory or time, so a file is read
by a child that may die of it (``core/sheets.py`` starts it). This module imports nothing of the
portal. Each line of the output is a JSON value: an object says something of the file, a list is
a row: its number, then its cells. A cell is text, or {"n": text} for a number, {"d": text} for a
date.
"""

import csv
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024
MEGABYTES = 1024
CPU_SECONDS = 120
MOST_UNPACKED = 400 * 1024 * 1024
# Sheets are XML of repeated tags: a tenth to a thirtieth is usual, a thousandth is a bomb.
MOST_RATIO, RATIO_FROM = 200, 20 * 1024 * 1024
MOST_COLUMNS = 60
MOST_CELL = 1000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DELIMITERS = ";\t,|"
ENCODINGS = ("utf-8-sig", "cp1251")


class RefusedError(Exception):
    """The file can't be read; the text is a code that the pages word."""


def main(path: str, most_rows: int, megabytes: int = MEGABYTES) -> int:
    memory = megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        for item in read(Path(path), most_rows):
            sys.stdout.write(json.dumps(item, ensure_ascii=False) + "\n")
    except RefusedError as refused:
        _say({"refused": str(refused)})
    except MemoryError:
        _say({"refused": "too_large_inside"})
    except Exception as error:  # noqa: BLE001 - whatever a library makes of a strange file
        _say({"refused": "not_a_sheet", "error": f"{type(error).__name__}: {error}"[:300]})
    sys.stdout.flush()
    return 0


def _say(item: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(item, ensure_ascii=False) + "\n")


def read(path: Path, most_rows: int) -> Iterator[Any]:
    """Yield the name of each sheet, then its rows that hold anything."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise RefusedError("empty_file")
    if head.startswith((ZIP, OLE)):
        yield from _workbook(path, most_rows, is_zip=head.startswith(ZIP))
    else:
        yield from _text(path, most_rows)


def _workbook(path: Path, most_rows: int, *, is_zip: bool) -> Iterator[Any]:
    from python_calamine import CalamineWorkbook, PasswordError

    if is_zip:
        _zip_look(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise RefusedError("password") from None
    left = most_rows
    for name in book.sheet_names:
        yield {"sheet": name}
        sheet = book.get_sheet_by_name(name)
        for number, row in enumerate(sheet.iter_rows(), start=1):
            cells = [_cell(value) for value in row[:MOST_COLUMNS]]
            if any(cell != "" for cell in cells):
                left -= 1
                if left < 0:
                    raise RefusedError("too_many_rows")
                yield [number, *cells]


def _zip_look(path: Path) -> None:
    """Refuse an archive that unpacks to too much, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > 2000:
                raise RefusedError("zip_bomb")
            for entry in entries:
                packed = max(entry.compress_size, 1)
                is_dense = entry.file_size > RATIO_FROM and entry.file_size / packed > MOST_RATIO
                if is_dense or entry.flag_bits & 1:
                    raise RefusedError("zip_bomb" if is_dense else "password")
            if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise RefusedError("zip_bomb")
    except zipfile.BadZipFile:
        raise RefusedError("not_a_sheet") from None


def _text(path: Path, most_rows: int) -> Iterator[Any]:
    """Yield the rows of a CSV: any usual delimiter, UTF-8 or windows-1251."""
    data = path.read_bytes()
    if b"\0" in data:
        raise RefusedError("not_a_sheet")
    text = _decoded(data)
    head = text[:4096].split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    yield {"sheet": ""}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for row in _bounded(reader, most_rows):
        cells = [_unquoted(cell.strip()[:MOST_CELL]) for cell in row[:MOST_COLUMNS]]
        if any(cells):
            yield [reader.line_num, *cells]


def _bounded(rows: Iterable[list[str]], most: int) -> Iterator[list[str]]:
    for number, row in enumerate(rows):
        if number > most:
            raise RefusedError("too_many_rows")
        yield row


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedError("encoding")


def _unquoted(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running a cell as a formula."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@\t\r" else cell


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return (value or "").replace("\0", "").strip()[:MOST_CELL]
    if isinstance(value, float) and not value.is_integer():
        return {"n": repr(value)}
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"n": str(int(value))}
    if isinstance(value, (date, datetime)):
        return {"d": value.isoformat()[:10]}
    return str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
