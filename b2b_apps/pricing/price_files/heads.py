"""Which column of a sheet is what: told by its head, never guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# The first is what the export writes.
NAMES: Mapping[str, tuple[str, ...]] = {
    "article": ("артикул", "article", "sku", "арт", "код", "код товара", "артикул товара"),
    "name": ("наименование", "name", "название", "товар", "номенклатура", "product"),
    "minimum": ("от количества", "from quantity", "количество от", "от", "минимум", "from", "min"),
    "pack": ("упаковка", "pack", "в упаковке", "на упаковку"),
    "amount": ("цена", "price", "новая цена", "new price"),
    "since": ("действует с", "valid from", "с даты"),
    "till": ("действует до", "valid to", "действует по", "по дату"),
}
# Heads stand near the top: above them are a letterhead and a date at most.
LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class Columns:
    """Where what is; ``prices`` are all columns that could be the price."""

    places: Mapping[str, int]
    prices: Sequence[str]

    def cell(self, cells: Sequence[Any], name: str) -> Any:
        place = self.places.get(name)
        return cells[place] if place is not None and place < len(cells) else ""


def columns_of(cells: Sequence[Any]) -> Columns | None:
    """Return the columns if the row is one of heads: it names an article and a price."""
    heads = [_head(cell) for cell in cells]
    places: dict[str, int] = {}
    for name, words in NAMES.items():
        # The better word wins, wherever it stands: «артикул» before «код».
        found = next((heads.index(word) for word in words if word in heads), None)
        if found is not None:
            places[name] = found
    prices = [head for head in heads if head.startswith(("цена", "price"))]
    if "amount" not in places and len(prices) == 1:
        places["amount"] = heads.index(prices[0])
    if "article" not in places or not (prices or "amount" in places):
        return None
    return Columns(places, prices)


def _head(cell: Any) -> str:
    """``«Цена, ₽/шт»`` as «цена»."""
    text = str(cell) if isinstance(cell, str) else ""
    return " ".join(text.lower().split(",")[0].split()).strip(" .:*№\u00a0")
