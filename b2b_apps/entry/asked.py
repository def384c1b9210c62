"""A row as it was given, before anybody looks it up: a line of text, or cells of a file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from b2b_apps.purchasing.pasted_lines import CELLS, Split, is_number, splits_of

LONGEST_TEXT, LONGEST_NAME, LONGEST_COMMENT = 1000, 500, 255
# What columns are called, the better word first; the first of each is what the template writes.
HEADS: Mapping[str, tuple[str, ...]] = {
    "article": ("артикул", "article", "sku", "арт", "код", "код товара", "артикул товара",
                "каталожный номер", "штрихкод", "штрих-код", "barcode", "ean", "код 1с"),
    "name": ("наименование", "name", "название", "товар", "номенклатура", "product", "позиция",
             "наименование товара", "наименование материала", "материал", "описание"),
    "quantity": ("количество", "quantity", "кол-во", "кол", "qty", "к-во", "заказ", "потребность",
                 "количество шт", "кол-во шт"),
    "unit": ("единица", "unit", "ед", "ед изм", "ед. изм", "единица измерения", "еи"),
    "comment": ("комментарий", "comment", "примечание", "прим", "заметка"),
}  # fmt: skip
GOODS = frozenset({"article", "name"})
PARTS = re.compile(r"[/|\\(\n]")
WORDS = {word: name for name, words in HEADS.items() for word in words}


@dataclass(frozen=True, slots=True)
class AskedRow:
    """What was given. ``name`` is looked for by words where no article is known.

    ``skip`` says why nobody is to look: heading, or no_quantity in a file that has such a column.
    """

    text: str
    splits: Sequence[Split]
    name: str = ""
    comment: str = ""
    source_row: int | None = None
    skip: str = ""


def asked_from_text(text: str) -> list[AskedRow]:
    """Return the rows of a pasted text, blank ones left out, in their order."""
    rows = [row.replace("\0", "").strip(" \r\ufeff") for row in text.splitlines()]
    return [_asked(row) for row in rows if row.strip()]


def _asked(text: str) -> AskedRow:
    skip = "heading" if is_heading([cell for cell in CELLS.split(text) if cell.strip()]) else ""
    return AskedRow(text[:LONGEST_TEXT], splits_of(text), skip=skip)


def is_heading(cells: Sequence[str]) -> bool:
    """Whether the cells are heads of columns: an article or a name, and something beside it, none
    of them a number.
    """
    known = [word for cell in cells if (word := known_head(cell))]
    told = {WORDS[word] for word in known}
    if len(cells) < 2 or not GOODS & told or any(map(is_number, cells)):
        return False
    # The beginning of a head alone may as well be that of a name: "Material for…".
    is_plain = any(WORDS.get(head_word(cell)) in GOODS for cell in cells)
    return len(told) > 1 or (is_plain and len(cells) - len(known) <= 2)


def known_head(text: str) -> str:
    """Return which of the words for columns a head means: itself, one of its parts or that with
    which it begins, as in «Артикул / код» and «Код оборудования, изделия»; "" if none.
    """
    if (word := head_word(text)) in WORDS:
        return word
    if any(map(str.isdigit, text)):
        return ""
    begun = (word[:at] for at in range(len(word), 0, -1) if word[at : at + 1] in ("", " "))
    found = map(head_word, (*PARTS.split(text), *begun))
    return next((head for head in found if head in WORDS), "")


def head_word(text: str) -> str:
    """``«Кол-во, шт.»`` as «кол-во»."""
    return " ".join(text.lower().split(",")[0].split()).strip(" .:*№\u00a0«»\"'")
