"""Reading a file of fast entry: a look at its first rows, then all rows of the sheet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from b2b_apps.core.context import TradeContext
from b2b_apps.core.sheets import SheetRefusedError, SheetRow, sheet_rows
from b2b_apps.entry.files.columns import (
    LOOKED_AT,
    MOST_COLUMNS,
    MOST_SAMPLE,
    Columns,
    columns_by_heads,
    columns_guessed,
    signature_of,
)
from b2b_apps.pricing.price_files.cells import text_of
from search.lookup import codes_found

MOST_ROWS = 20_000
# A file of so many rows takes the child half of it; a bomb takes all there is.
MEGABYTES, SECONDS = 300, 60
# The columns of the template (``template.py``), in its order.
TEMPLATE = ("article", "name", "quantity", "unit", "comment")
SHOWN_ROWS, LONGEST_SHOWN = 6, 60


@dataclass
class Look:
    """What was seen of a file: the sheet, how many rows it has, its heads, a sample, a guess."""

    sheet: str
    num_rows: int
    heads: list[str]
    rows: list[list[Any]]
    columns: Columns
    others: list[str] = field(default_factory=list)

    @property
    def signature(self) -> str:
        return signature_of(self.heads) if any(self.heads) else ""

    @property
    def is_template(self) -> bool:
        """Whether the heads are those of our template: nobody has to name its columns."""
        return self.columns.places == dict(zip(TEMPLATE, range(len(TEMPLATE)), strict=True))

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "sheet": self.sheet, "num_rows": self.num_rows, "heads": self.heads,
            "rows": self.rows, "columns": self.columns.plain(), "others": self.others,
            "signature": self.signature,
        }  # fmt: skip


def rows_read(path: Path) -> Iterator[SheetRow]:
    """Yield the rows of a file, read by the child. Raises SheetRefusedError."""
    return sheet_rows(path, most_rows=MOST_ROWS + LOOKED_AT, seconds=SECONDS, megabytes=MEGABYTES)


def file_look(path: Path, *, context: TradeContext) -> Look:
    """Look at a whole file: the first sheet that has heads, else the first that has rows.

    Two queries at most. Raises SheetRefusedError.
    """
    samples: dict[str, list[tuple[int, list[Any]]]] = {}
    counts: dict[str, int] = {}
    for row in rows_read(path):
        counts[row.sheet] = counts.get(row.sheet, 0) + 1
        sample = samples.setdefault(row.sheet, [])
        if len(sample) < MOST_SAMPLE:
            sample.append((row.number, row.cells[:MOST_COLUMNS]))
    if not samples:
        raise SheetRefusedError("empty_file")
    for sheet, rows in samples.items():
        if found := columns_by_heads(rows):
            at, columns = found
            heads = [text_of(cell)[:LONGEST_SHOWN] for cell in rows[at][1]]
            above = sum(number < columns.first_row for number, _cells in rows)
            return _look(sheet, samples, counts[sheet] - above, heads, columns)
    sheet, rows = next(iter(samples.items()))
    return _look(sheet, samples, counts[sheet], [], _guess(rows, context))


def _guess(rows: list[tuple[int, list[Any]]], context: TradeContext) -> Columns:
    texts = {text_of(cell) for _number, cells in rows for cell in cells} - {""}
    found = codes_found(list(texts), context=context)
    return columns_guessed(rows, {text for text, ids in found.items() if ids})


def _look(
    sheet: str,
    samples: dict[str, list[tuple[int, list[Any]]]],
    num_rows: int,
    heads: list[str],
    columns: Columns,
) -> Look:
    after = [row for row in samples[sheet] if row[0] >= columns.first_row][:SHOWN_ROWS]
    shown = [[number, *[text_of(c)[:LONGEST_SHOWN] for c in cells]] for number, cells in after]
    others = [name for name in samples if name != sheet][:LOOKED_AT]
    return Look(sheet, num_rows, heads, shown, columns, others)
