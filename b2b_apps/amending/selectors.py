"""Questions about what was changed of orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from b2b_apps.amending.models import FROM_1C, OrderRevision
from b2b_apps.amending.words import prices_told, told_lines


@dataclass(frozen=True, slots=True)
class Told:
    """A revision and what it changed, a sentence each."""

    revision: OrderRevision
    told: Sequence[str]
    # Prices that 1C changed: not for everybody.
    prices: Sequence[str] = ()

    @property
    def is_from_1c(self) -> bool:
        return self.revision.who == FROM_1C


def history_of(order: Any) -> Sequence[Told]:
    """Return the changes of an order, the last first. One query, none for one never changed.

    ``order`` must be one that the person may see.
    """
    if not order.revision:
        return []
    rows = OrderRevision.objects.filter(order=order).select_related("user", "instead_of")
    return [
        Told(row, told_lines(row.diff), prices_told(row.diff)) for row in rows.order_by("-number")
    ]
