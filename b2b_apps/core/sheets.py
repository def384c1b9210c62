"""Spreadsheets from outside, read by a child process under limits of time and memory."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

READER = Path(__file__).with_name("sheet_reader.py")
SECONDS, MEGABYTES = 150, 1024
# What a stranger's file could make the child tell holds none of our secrets.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.defpath}


class SheetRefusedError(Exception):
    """The file can't be read; ``code`` says why: zip_bomb, too_many_rows, not_a_sheet …"""

    def __init__(self, code: str, error: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.error = error


class SheetRow(NamedTuple):
    """A row that holds anything; ``cells`` are texts, {"n": number}, {"d": ISO date}."""

    sheet: str
    number: int
    cells: list[Any]


def sheet_rows(
    path: Path, *, most_rows: int, seconds: int = SECONDS, megabytes: int = MEGABYTES
) -> Iterator[SheetRow]:
    """Yield the rows of XLSX, XLS, ODS or CSV as the child reads them, in so many megabytes.

    Raises SheetRefusedError for what can't be read, takes too long or too much memory: then the
    child dies alone. No query.
    """
    with tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-I", str(READER), str(path), str(most_rows), str(megabytes)],
            stdout=subprocess.PIPE, stderr=complaints, stdin=subprocess.DEVNULL, encoding="utf-8",
            env=ENVIRONMENT,
        )  # fmt: skip
        watch = Timer(seconds, child.kill)
        watch.start()
        try:
            yield from _rows(child)
            if child.wait() != 0:
                raise SheetRefusedError("too_large_inside")
        finally:
            watch.cancel()
            child.kill()
            child.wait()
            if child.stdout:
                child.stdout.close()


def _rows(child: "subprocess.Popen[str]") -> Iterator[SheetRow]:
    sheet = ""
    assert child.stdout is not None  # noqa: S101 - a pipe was asked for
    for line in child.stdout:
        try:
            item = json.loads(line)
        except ValueError:
            # The child was ended in the middle of a line.
            raise SheetRefusedError("too_large_inside") from None
        if isinstance(item, list):
            yield SheetRow(sheet, item[0], item[1:])
        elif "refused" in item:
            raise SheetRefusedError(item["refused"], item.get("error", ""))
        else:
            sheet = item["sheet"]
