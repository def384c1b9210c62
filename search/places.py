"""Where a context buys: its warehouses, those at home, and what is held there for it alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils import timezone

from b2b_apps.core.context import TradeContext
from b2b_apps.core.prepared import rows_of
from search.fields import STOCK_SCALE
from search.live import LiveIndex, Slots

# Free for this contract all the same, though the index knows nothing of it: held by hand for it,
# or held beyond its term for anybody. Both are few.
SQL = """
SELECT NULL::bigint, p.id, NULL::bigint FROM partner_partner p
WHERE p.id = ANY(%(warehouses)s::bigint[]) AND p.region_id = %(region)s::bigint
UNION ALL
SELECT COALESCE(g.parent_id, g.id), r.partner_id, (
        GREATEST(0, COALESCE(r.num_in_stock, 0) - COALESCE(r.num_allocated, 0) + h.quantity)
        - GREATEST(0, COALESCE(r.num_in_stock, 0) - COALESCE(r.num_allocated, 0))
    ) * %(scale)s::bigint
FROM (
    SELECT stock_record_id, sum(quantity) AS quantity FROM inventory_stockhold
    WHERE released_at IS NULL
        AND (expires_at <= %(now)s::timestamptz
            OR (contract_id = %(contract)s::bigint AND kind <> 'order'))
    GROUP BY stock_record_id
) h
JOIN partner_stockrecord r ON r.id = h.stock_record_id
JOIN catalogue_product g ON g.id = r.product_id AND g.is_public
WHERE r.partner_id = ANY(%(warehouses)s::bigint[]) AND g.id <> ALL(%(unseen)s::bigint[])
"""


@dataclass(frozen=True, slots=True)
class Places:
    """Warehouses of a context. ``held`` is what is free for it alone beside what the index has,
    by row and warehouse, in thousandths. ``slots`` are the index's.
    """

    warehouse_ids: tuple[int, ...]
    home_ids: tuple[int, ...]
    held: Mapping[tuple[int, int], int]
    slots: Slots

    def rows_held_in(self, warehouse_ids: Collection[int]) -> list[int]:
        """Rows with something of it in any of the warehouses."""
        asked = set(warehouse_ids)
        return sorted({row for (row, at), much in self.held.items() if at in asked and much > 0})


def places_for(context: TradeContext, index: LiveIndex) -> Places:
    """Return the warehouses of a context. One query."""
    params = {
        "warehouses": list(context.warehouse_ids),
        "region": context.region_id,
        "contract": context.contract_id,
        "unseen": list(index.unseen),
        "now": timezone.now(),
        "scale": STOCK_SCALE,
    }
    home: list[int] = []
    held: dict[tuple[int, int], int] = {}
    for row_id, at, much in rows_of(SQL, params):
        if row_id is None:
            home.append(at)
        else:
            held[row_id, at] = held.get((row_id, at), 0) + int(much)
    return Places(tuple(context.warehouse_ids), tuple(home), held, index.slots)
