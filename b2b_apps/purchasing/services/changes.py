"""What a write did to a basket, and lines as they were before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from b2b_apps.purchasing.errors import ProductRefusedError
from b2b_apps.purchasing.kept import KeptSheet
from b2b_apps.purchasing.quantities import Correction
from b2b_apps.purchasing.sheet import Sheet


@dataclass(frozen=True, slots=True)
class TakenLine:
    """A line as it was: enough to put it back where it stood. ``quantity`` in base units;
    ``prices`` (excl. and incl. tax) are those that were agreed, None where none were, where others
    were accepted.
    """

    product_id: int
    quantity: Decimal
    comment: str = ""
    created_at: datetime | None = None
    warehouse_id: int | None = None
    prices: tuple[Decimal | None, Decimal | None] | None = None


def taken_from(line: Any) -> TakenLine:
    """Return a row of the basket as it is."""
    return TakenLine(
        line.product_id,
        line.quantity,
        line.comment,
        line.date_created,
        line.from_warehouse_id,
    )


@dataclass(frozen=True, slots=True)
class BasketChange:
    """What a write did: the basket afterwards, quantities corrected, products refused.

    ``sheet`` has those lines at least that the write was about.
    ``taken`` are the lines that left, ``added`` how much more there is of a product than before.
    ``was`` are lines that it changed, as they were.
    ``is_repriced`` if it reached or lost a threshold, so that lines that were not written cost
    something else now.
    """

    sheet: Sheet | KeptSheet
    corrections: Sequence[Correction] = ()
    refused: Sequence[ProductRefusedError] = ()
    taken: Sequence[TakenLine] = ()
    added: Mapping[int, Decimal] = field(default_factory=dict)
    is_repriced: bool = False
    was: Sequence[TakenLine] = ()
