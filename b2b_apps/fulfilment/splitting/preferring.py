"""Lines that a rule of ours would have leave a warehouse: bound to it where it has all of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from b2b_apps.fulfilment.splitting.parts import Coming, Need

ZERO = Decimal(0)


def bound_as_preferred(
    needs: Sequence[Need], supply: Mapping[int, Sequence[Coming]], *, now: date
) -> Sequence[Need]:
    """Return the needs, those bound to their preferred warehouse whose product it has now, for
    all its lines together and for those that the buyer has bound there himself.

    All or none of a product: a rule never makes a line wait, divided or short.
    """
    wanted: dict[tuple[int, int], Decimal] = {}
    for need in needs:
        if (place := need.warehouse_id or need.preferred_id) is not None:
            key = (need.product_id, place)
            wanted[key] = wanted.get(key, ZERO) + need.quantity
    return [
        need._replace(warehouse_id=need.preferred_id)
        if need.warehouse_id is None
        and need.preferred_id is not None
        and not need.quantity % need.pack
        and wanted[need.product_id, need.preferred_id] <= _here(need, supply, now)
        else need
        for need in needs
    ]


def _here(need: Need, supply: Mapping[int, Sequence[Coming]], now: date) -> Decimal:
    """How much of its product the preferred warehouse has now, in whole packs."""
    rows = supply.get(need.product_id, ())
    free = (c.quantity for c in rows if c.warehouse_id == need.preferred_id and c.day <= now)
    much = sum(free, ZERO)
    return much - much % need.pack
