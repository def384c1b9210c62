"""Which column of a sheet is what: told by its head, else guessed by what stands in it."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from b2b_apps.entry.asked import (
    HEADS,
    LONGEST_COMMENT,
    LONGEST_NAME,
    LONGEST_TEXT,
    AskedRow,
    head_word,
    is_heading,
    known_head,
)
from b2b_apps.pricing.price_files.cells import text_of
from b2b_apps.purchasing.pasted_lines import Split, is_number

KINDS = tuple(HEADS)
MOST_COLUMNS, MOST_SAMPLE, LOOKED_AT = 20, 40, 30
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
UNITS = frozenset(
    {"шт", "м", "кг", "компл", "упак", "уп", "бухта", "пог", "л", "т", "пара", "м2", "м3"}
)
NOISE = Decimal("0.000001")
THREE = Decimal("0.001")
UNIT_WORD = re.compile(r"[^\W\d_]{1,6}[.23]?")
Cells = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where what stands, by kind; ``first_row`` is the number of the first row with goods."""

    places: Mapping[str, int]
    first_row: int

    @property
    def is_enough(self) -> bool:
        return "article" in self.places or "name" in self.places

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {"places": dict(self.places), "first_row": self.first_row}


def columns_kept(kept: Mapping[str, Any]) -> Columns:
    """Return columns as they were kept."""
    return Columns({k: int(at) for k, at in kept["places"].items()}, int(kept["first_row"]))


def columns_by_heads(rows: Sequence[tuple[int, Cells]]) -> tuple[int, Columns] | None:
    """Return the place of the row of heads among the first, and its columns; None without one."""
    for at, (number, cells) in enumerate(rows[:LOOKED_AT]):
        texts = [text_of(cell) for cell in cells[:MOST_COLUMNS]]
        if is_heading([text for text in texts if text.strip()]):
            below = rows[at + 1][1] if at + 1 < len(rows) else ()
            return at, Columns(_places_told(texts), number + 1 + _numbers_columns(below))
    return None


def _places_told(texts: Sequence[str]) -> dict[str, int]:
    """Where the heads say each kind stands: under its best word, rather where it is all of one."""
    words = [known_head(text) for text in texts]
    places = {}
    for kind, heads in HEADS.items():
        found = [
            (heads.index(word), word != head_word(texts[at]), at)
            for at, word in enumerate(words)
            if word in heads
        ]
        if found:
            places[kind] = min(found)[2]
    return places


def _numbers_columns(cells: Cells) -> bool:
    """Whether a row under the heads counts the columns: 1, 2, 3, as forms have it."""
    texts = [text for cell in cells if (text := text_of(cell).strip())]
    return len(texts) > 2 and texts == [str(n) for n in range(1, len(texts) + 1)]


def columns_guessed(rows: Sequence[tuple[int, Cells]], known: Collection[str]) -> Columns:
    """Guess by what stands in the columns; ``known`` are those texts that are somebody's codes."""
    texts = [[text_of(cell) for cell in cells[:MOST_COLUMNS]] for _number, cells in rows]
    columns = range(max(map(len, texts), default=0))
    places: dict[str, int] = {}

    def share(at: int, test: Any) -> float:
        cells = [row[at] for row in texts if at < len(row) and row[at]]
        return sum(map(bool, map(test, cells))) / len(cells) if cells else 0.0

    def best(test: Any, least: float, *, after: int = -1) -> int | None:
        free = [at for at in columns if at not in places.values()]
        ranked = [(share(at, test), at > after, -at) for at in free]
        top = max(ranked, default=(0.0, False, 0))
        return -top[2] if top[0] >= least else None

    article = best(lambda text: text in known, 0.3)
    if article is not None:
        places["article"] = article
    positions = [at for at in columns if _is_position(texts, at)]
    numbers = [
        at
        for at in columns
        if at not in positions
        and at != article
        and share(at, is_number) > 0.6
        # Barcodes are numbers too.
        and share(at, lambda text: len(text) > 9) < 0.3
    ]
    after = [at for at in numbers if article is not None and at > article]
    if numbers:
        places["quantity"] = (after or numbers)[0]
    unit = best(lambda text: head_word(text) in UNITS, 0.5)
    if unit is not None:
        places["unit"] = unit
    name = best(lambda text: len(text) > 12 and " " in text, 0.5)
    if name is not None:
        places["name"] = name
    return Columns(places, _first_row(rows, texts, places.get("quantity")))


def _first_row(
    rows: Sequence[tuple[int, Cells]], texts: Sequence[Sequence[str]], quantity: int | None
) -> int:
    """The number of the first row whose quantity is no word: above it stand heads."""
    for (number, _cells), row in zip(rows, texts, strict=True):
        cell = row[quantity] if quantity is not None and quantity < len(row) else ""
        if not cell or is_number(cell):
            return number
    return rows[0][0] if rows else 1


def _is_position(texts: Sequence[Sequence[str]], at: int) -> bool:
    """Whether a column counts the rows: 1, 2, 3."""
    cells = [row[at] for row in texts if at < len(row) and row[at]]
    numbers = [int(cell) for cell in cells if cell.isascii() and cell.isdecimal() and len(cell) < 7]
    if len(numbers) < 3 or len(numbers) < len(cells) * 0.8:
        return False
    return all(b - a == 1 for a, b in pairwise(numbers))


def signature_of(heads: Sequence[str]) -> str:
    """What files with the same heads share."""
    text = "\x1f".join(head_word(head) for head in heads)
    return hashlib.sha256(text.encode()).hexdigest()


def letter_of(at: int) -> str:
    """The letter of a column, as spreadsheets have it."""
    return LETTERS[at] if at < len(LETTERS) else f"A{LETTERS[at - len(LETTERS)]}"


def asked_from_cells(number: int, cells: Cells, columns: Columns) -> AskedRow:
    """A row of the file as it is to be looked up. One without a quantity, in a file that has such
    a column, is passed over, as is one without article and name.
    """
    told = {kind: _cell(cells, at) for kind, at in columns.places.items()}
    article, name = told.get("article", ""), told.get("name", "")
    quantity, unit = told.get("quantity", ""), told.get("unit", "")
    skip = "" if article or name else "no_article"
    if not skip and "quantity" in columns.places and not quantity:
        skip = "no_quantity"
    # "4 шт" under the quantity has its unit already.
    is_bare = not any(map(str.isalpha, quantity))
    written = f"{quantity} {unit}".strip() if is_bare and _is_unit(unit) else quantity
    return AskedRow(
        text="\t".join(text_of(cell) for cell in cells).rstrip("\t")[:LONGEST_TEXT],
        splits=[Split(article[:200] or name[:200], (written,) if quantity else ())],
        name=name[:LONGEST_NAME],
        comment=told.get("comment", "")[:LONGEST_COMMENT],
        source_row=number,
        skip=skip,
    )


def _is_unit(text: str) -> bool:
    return bool(UNIT_WORD.fullmatch(text.strip()))


def _cell(cells: Cells, at: int) -> str:
    """A cell as text; a number without what floats add to it: 0,1 + 0,2 is 0.3."""
    cell = cells[at] if at < len(cells) else ""
    if isinstance(cell, dict) and "n" in cell:
        number = Decimal(cell["n"])
        if number.is_finite() and abs(number) < 10**15:
            rounded = number.quantize(THREE)
            if abs(number - rounded) < NOISE:
                return f"{rounded.normalize():f}"
    return text_of(cell)
