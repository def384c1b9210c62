"""Lines of an order as pages show them, to its buyer and to the staff."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.owed import line_owed

ADDED_UP = (
    "quantity", "quantity_shipped", "line_price_incl_tax",
    "owed_excl_tax", "owed_incl_tax", "owed_vat",
)  # fmt: skip


def lines_read(rows: Iterable[Any], owing: Mapping[int, Shipment]) -> Sequence[Any]:
    """Return lines as they are read: what came to a line later, at its price, is one line with
    it (1C had the first, so it has a hold of its own). No query.

    ``waits`` is what of a line is not here yet, ``owed_…`` what it comes to: by its shipment where
    that is in ``owing``, all of it where it is not.
    """
    found: dict[tuple[Any, ...], Any] = {}
    for line in rows:
        owed = line_owed(line, owing.get(line.shipment_id))
        line.owed_excl_tax, line.owed_vat, line.owed_incl_tax = (
            owed.excl_tax, owed.vat, owed.incl_tax,
        )  # fmt: skip
        line.waits = _waits(line)
        place = line.position or f"line {line.pk}"
        first = found.setdefault((line.shipment_id, place, line.unit_price_incl_tax), line)
        if first is not line:
            for name in ADDED_UP:
                setattr(first, name, getattr(first, name) + getattr(line, name))
            first.waits = first.waits or line.waits
    return list(found.values())


def _waits(line: Any) -> Any | None:
    """What a line waits for still, None if for nothing. No query."""
    awaited = getattr(line, "awaited", None)
    return awaited if awaited and awaited.ended_at is None else None
