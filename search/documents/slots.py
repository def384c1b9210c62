"""Which price list stands in which ``p`` of the documents, which warehouses in which ``s``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of one generation.

    ``prices`` are slots by price list, ``stock`` by set of warehouses. What has found no room is
    in ``lists_left_out`` and ``sets_left_out``: its order is reckoned without the index.
    """

    prices: Mapping[int, int] = field(default_factory=dict)
    stock: Mapping[frozenset[int], int] = field(default_factory=dict)
    lists_left_out: tuple[int, ...] = ()
    sets_left_out: tuple[frozenset[int], ...] = ()

    def price_slot(self, price_list_id: int) -> int | None:
        """The slot of a price list, None if it has none."""
        return self.prices.get(price_list_id)

    def stock_slot(self, warehouse_ids: Iterable[int]) -> int | None:
        """The slot of the stock of exactly these warehouses together, None if it has none."""
        return self.stock.get(frozenset(warehouse_ids))

    def as_json(self) -> dict[str, Any]:
        return {
            "prices": {str(pk): slot for pk, slot in self.prices.items()},
            "stock": [[sorted(ids), slot] for ids, slot in self.stock.items()],
            "lists_left_out": list(self.lists_left_out),
            "sets_left_out": [sorted(ids) for ids in self.sets_left_out],
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        return cls(
            prices={int(pk): slot for pk, slot in found.get("prices", {}).items()},
            stock={frozenset(ids): slot for ids, slot in found.get("stock", [])},
            lists_left_out=tuple(found.get("lists_left_out", ())),
            sets_left_out=tuple(frozenset(ids) for ids in found.get("sets_left_out", [])),
        )
