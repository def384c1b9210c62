"""1C's stock below what is held: noticed once, told once, closed by itself when covered."""

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.utils import timezone

from b2b_apps.core.outbox import outbox_put

SHORTAGE_TOPIC = "stock_shortage"

# What is held beyond its term is as good as let go.
OPEN = """
INSERT INTO inventory_stockshortage (stock_record_id, on_hand, held, noticed_at)
SELECT r.id, coalesce(r.num_in_stock, 0), r.num_allocated - o.quantity, %(now)s
FROM partner_stockrecord r CROSS JOIN LATERAL (
    SELECT coalesce(sum(h.quantity), 0) AS quantity FROM inventory_stockhold h
    WHERE h.stock_record_id = r.id AND h.released_at IS NULL AND h.expires_at <= %(now)s
) o
WHERE r.product_id = ANY(%(products)s)
    AND coalesce(r.num_in_stock, 0) < r.num_allocated - o.quantity
ON CONFLICT (stock_record_id) WHERE settled_at IS NULL
DO UPDATE SET on_hand = excluded.on_hand, held = excluded.held
RETURNING id, xmax = 0
"""
SETTLE = """
UPDATE inventory_stockshortage s SET settled_at = %(now)s FROM partner_stockrecord r
WHERE s.settled_at IS NULL AND r.id = s.stock_record_id AND r.{column} = ANY(%(ids)s)
    AND coalesce(r.num_in_stock, 0) >= r.num_allocated
"""


def shortages_follow(*, product_ids: Collection[int]) -> int:
    """Open and close shortages of products whose balances have come; return how many are new.

    Called once holds that the balances contain are ended (``holds_absorb``), or what they hold
    would seem short. Its manager is told of a new one by the outbox. Two queries, and one per
    new shortage.
    """
    ids = list(product_ids)
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(SETTLE.format(column="product_id"), {"ids": ids, "now": timezone.now()})
        cursor.execute(OPEN, {"products": ids, "now": timezone.now()})
        new = [pk for pk, is_new in cursor.fetchall() if is_new]
    for pk in new:
        outbox_put(topic=SHORTAGE_TOPIC, key=f"{SHORTAGE_TOPIC}:{pk}", payload={"shortage_id": pk})
    return len(new)


def shortages_settle(*, stock_record_ids: Collection[int]) -> None:
    """Close shortages that are covered, since holds have ended. One query."""
    params: dict[str, Any] = {"ids": list(stock_record_ids), "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(SETTLE.format(column="id"), params)
