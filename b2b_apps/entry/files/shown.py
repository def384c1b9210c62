"""What the page shows of a file: how far it is, why it was not read, its columns to be named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from b2b_apps.entry.files.columns import KINDS, columns_kept, letter_of
from b2b_apps.entry.models import EntryList

State = EntryList.State


@dataclass(frozen=True)
class ShownColumn:
    """A column: its letter, its head in the file, what it is taken for."""

    at: int
    letter: str
    head: str
    kind: str


@dataclass(frozen=True)
class ShownFile:
    """The file of a list whose columns are to be named."""

    entry_list: EntryList

    @property
    def details(self) -> Mapping[str, Any]:
        return self.entry_list.details

    @property
    def first_row(self) -> int:
        return columns_kept(self.details["columns"]).first_row

    @property
    def columns(self) -> Sequence[ShownColumn]:
        places = {at: kind for kind, at in columns_kept(self.details["columns"]).places.items()}
        heads = self.details["heads"]
        width = max([len(heads), *(len(row) - 1 for row in self.details["rows"])], default=0)
        return [
            ShownColumn(at, letter_of(at), heads[at] if at < len(heads) else "", places.get(at, ""))
            for at in range(width)
        ]

    @property
    def rows(self) -> Sequence[tuple[int, Sequence[str]]]:
        width = len(self.columns)
        return [
            (row[0], [*row[1:], *[""] * (width - len(row) + 1)]) for row in self.details["rows"]
        ]

    @property
    def kinds(self) -> Sequence[tuple[str, str]]:
        words = {
            "article": _("Article or code"),
            "name": _("Name"),
            "quantity": _("Quantity"),
            "unit": _("Unit"),
            "comment": _("Comment"),
        }
        return [("", _("leave out")), *((kind, words[kind]) for kind in KINDS)]


def refusal_words(code: str) -> str:
    """Say why a file could not be read, and what to do."""
    return {
        "zip_bomb": _("The file unpacks to far more than a list can be. Save the list anew."),
        "too_large_inside": _(
            "The sheet is too large inside: far cells are filled or formatted. Copy the list into a"
            " new book and load that."
        ),
        "too_many_rows": _("The file has more than 20,000 rows. Split it."),
        "password": _("The file is shut by a password. Save it without one."),
        "empty_file": _("There are no rows in the file."),
        "encoding": _("The encoding is not known: save the CSV as UTF-8."),
        "contract": _("The contract has ended while the file was read. Choose another one."),
    }.get(code, _("This is no spreadsheet: XLSX, XLS, ODS and CSV are read."))
