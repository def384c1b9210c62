"""A row as it was given, before anybody looks it up: a line of text, or cells of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from b2b_apps.purchasing.pasted_lines import CELLS, Split, splits_of

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
    """Whether the cells are heads of columns: an article or a name, and something beside it."""
    kinds = [WORDS.get(head_word(cell)) for cell in cells]
    return len(kinds) > 1 and bool({"article", "name"} & set(kinds)) and kinds.count(None) <= 2


def head_word(text: str) -> str:
    """``«Кол-во, шт.»`` as «кол-во»."""
    return " ".join(text.lower().split(",")[0].split()).strip(" .:*№\u00a0«»\"'")
