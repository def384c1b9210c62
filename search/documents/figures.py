"""The part of a document that changes with prices, stock and receipts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.documents.keys import content_number
from search.documents.reading import FigureParts
from search.fields import Document, price_field, stock_field
from search.live import Slots

NOTHING: Mapping[int, int] = {}


class FigureFields:
    """Which figures stand in which field, by the slots of one generation."""

    def __init__(self, slots: Slots) -> None:
        self._prices = {pk: price_field(slot) for pk, slot in slots.prices.items()}
        self._stock = [(ids, stock_field(slot)) for ids, slot in slots.stock.items()]

    def document(
        self, head: int, skus: Sequence[int], parts: FigureParts, goods_hash: int
    ) -> Document:
        """The figures of a row with their ``hash``; no SKUs: it is sold itself.

        ``goods_hash`` stands for the rest of the document. Pure.
        """
        found = {
            "soon": sorted({at for pk in skus or (head,) for at in parts.receipts.get(pk, ())}),
            **self._free(skus or (head,), parts),
            **self._amounts(head, skus, parts),
        }
        found = {name: value for name, value in found.items() if value or value == 0}
        return {**found, "hash": content_number([goods_hash, found])}

    def _free(self, skus: Sequence[int], parts: FigureParts) -> Mapping[str, Any]:
        """Where something is free, and how much in each set of warehouses."""
        free: dict[int, int] = {}
        for pk in skus:
            for at, quantity in parts.stock.get(pk, NOTHING).items():
                free[at] = free.get(at, 0) + quantity
        found: dict[str, Any] = {"wh": sorted(free)}
        if free:
            for ids, field in self._stock:
                if total := sum(quantity for at, quantity in free.items() if at in ids):
                    found[field] = total
        return found

    def _amounts(self, head: int, skus: Sequence[int], parts: FigureParts) -> Mapping[str, Any]:
        """Lists and amounts, and in which of them SKUs differ."""
        general = amounts = parts.prices.get(head, NOTHING)
        partial: set[int] = set()
        uneven: set[int] = set()
        if skus:
            mine = [{**general, **parts.prices.get(pk, NOTHING)} for pk in skus]
            amounts = least(mine)
            partial = {pk for pk in amounts if any(pk not in prices for prices in mine)}
            uneven = {pk for pk, amount in amounts.items()
                      if any(prices.get(pk, amount) != amount for prices in mine)}  # fmt: skip
        found: dict[str, Any] = {
            "lists": sorted(amounts),
            "part": sorted(partial),
            "uneven": sorted(uneven),
        }
        for pk in sorted(self._prices.keys() & amounts.keys()):
            found[self._prices[pk]] = amounts[pk]
        return found


def least(prices: Iterable[Mapping[int, int]]) -> Mapping[int, int]:
    """The least amount of each list."""
    found: dict[int, int] = {}
    for amounts in prices:
        for pk, amount in amounts.items():
            if pk not in found or amount < found[pk]:
                found[pk] = amount
    return found
