"""The index that searches ask: its engine, and what stands where in its documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from search.engines.base import Asked, Lasting


class Slots(Protocol):
    """Which price list stands in which ``p``, which set of warehouses in which ``s``."""

    @property
    def prices(self) -> Mapping[int, int]:
        """Slots by price list."""

    @property
    def stock(self) -> Mapping[frozenset[int], int]:
        """Slots by set of warehouses."""

    def price_slot(self, price_list_id: int) -> int | None:
        """The slot of a price list, None if it has none."""

    def stock_slot(self, warehouse_ids: Iterable[int]) -> int | None:
        """The slot of exactly these warehouses together, None if it has none."""


@dataclass(frozen=True, slots=True)
class LiveIndex:
    """What one search asks; ``slots`` are those of the live generation. ``unseen`` are SKUs that
    the context does not see of rows that it sees: see ``partly``.
    """

    engine: Asked
    slots: Slots
    unseen: frozenset[int] = frozenset()

    def as_of_now(self) -> "LiveIndex":
        """The same as of the last commit, for one search: it need not look again what that is."""
        engine = self.engine
        return replace(self, engine=engine.now()) if isinstance(engine, Lasting) else self
