"""What must always be true of stock; each function returns what is not, in plain words."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

# The sweep runs every minute; so late it does not run at all.
LATE = timedelta(minutes=15)
# Stock that 1C sent after it had the order leaves it out: by then its hold must have ended.
STALE = timedelta(days=3)


def held_is_the_sum_of_holds() -> list[str]:
    """A balance holds what its active holds say, and what has come of promised goods."""
    rows = _rows("""
        SELECT r.id, coalesce(r.num_allocated, 0), coalesce(h.total, 0)
        FROM partner_stockrecord r
        LEFT JOIN (
            SELECT stock_record_id, sum(quantity) AS total FROM (
                SELECT stock_record_id, quantity FROM inventory_stockhold WHERE released_at IS NULL
                UNION ALL
                SELECT stock_record_id, arrived FROM inventory_awaitedhold WHERE ended_at IS NULL
            ) every GROUP BY 1
        ) h ON h.stock_record_id = r.id
        WHERE coalesce(r.num_allocated, 0) <> coalesce(h.total, 0) ORDER BY r.id""")
    return [f"stock record {pk}: held {held}, its holds {total}" for pk, held, total in rows]


def ended_shipments_hold_nothing() -> list[str]:
    """What is cancelled holds nothing; what has shipped holds until 1C's next stock."""
    rows = _rows(
        """
        SELECT h.id, s.id, s.status FROM inventory_stockhold h
        JOIN order_line l ON l.id = h.order_line_id
        JOIN fulfilment_shipment s ON s.id = l.shipment_id
        WHERE h.released_at IS NULL AND (s.status = 'cancelled'
            OR (s.status = 'shipped' AND s.shipped_at < %s)) ORDER BY h.id""",
        timezone.now() - STALE,
    )
    return [f"hold {pk}: active, but shipment {ship} is {status}" for pk, ship, status in rows]


def nothing_is_held_long_beyond_its_term() -> list[str]:
    """The sweep ends what is out of term."""
    rows = _rows(
        """
        SELECT id, expires_at FROM inventory_stockhold
        WHERE released_at IS NULL AND expires_at < %s ORDER BY id""",
        timezone.now() - LATE,
    )
    return [f"hold {pk}: its term was over at {at:%Y-%m-%d %H:%M}" for pk, at in rows]


def lines_of_orders_have_their_holds() -> list[str]:
    """A line of an order that came from a basket has its hold, active or ended with a reason."""
    rows = _rows("""
        SELECT o.number, l.id FROM order_line l JOIN order_order o ON o.id = l.order_id
        WHERE o.basket_id IS NOT NULL AND l.stockrecord_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM inventory_stockhold h WHERE h.order_line_id = l.id)
            AND NOT EXISTS (SELECT 1 FROM inventory_awaitedhold a WHERE a.order_line_id = l.id)
        ORDER BY l.id""")
    return [f"order {number}: line {pk} holds no stock and never did" for number, pk in rows]


def holds_are_of_their_line() -> list[str]:
    """An order's hold is of its line's balance and quantity."""
    rows = _rows("""
        SELECT h.id, h.quantity, l.quantity FROM inventory_stockhold h
        JOIN order_line l ON l.id = h.order_line_id
        WHERE h.released_at IS NULL AND (h.quantity <> l.quantity
            OR h.stock_record_id IS DISTINCT FROM l.stockrecord_id) ORDER BY h.id""")
    return [f"hold {pk}: {held} is not its line's {ordered}" for pk, held, ordered in rows]


def open_shortages_are_short() -> list[str]:
    """A shortage is open only while more is held than there is."""
    rows = _rows("""
        SELECT s.id FROM inventory_stockshortage s
        JOIN partner_stockrecord r ON r.id = s.stock_record_id
        WHERE s.settled_at IS NULL AND coalesce(r.num_in_stock, 0) >= r.num_allocated""")
    return [f"shortage {pk}: open, but the stock is enough" for (pk,) in rows]


def no_more_is_promised_than_comes() -> list[str]:
    """Until no day more is promised than receipts bring until then."""
    rows = _rows(
        """
        WITH moves AS (
            SELECT stock_record_id AS id, day, arrived + short - quantity AS quantity
            FROM inventory_awaitedhold WHERE ended_at IS NULL
            UNION ALL
            SELECT r.id, e.day, e.quantity FROM partner_stockrecord r
            JOIN inventory_expectedreceipt e
                ON e.product_id = r.product_id AND e.warehouse_id = r.partner_id
            WHERE r.id IN (SELECT stock_record_id FROM inventory_awaitedhold WHERE ended_at IS NULL)
        ), sums AS (
            SELECT id, day, sum(quantity) OVER (PARTITION BY id ORDER BY day) AS free FROM moves
        )
        SELECT id, min(day), -min(free) FROM sums WHERE free < 0 GROUP BY id ORDER BY id"""
    )
    return [
        f"stock record {pk}: by {day} {much} more is promised than comes" for pk, day, much in rows
    ]


def promises_are_of_their_line() -> list[str]:
    """What a line waits for is of its balance and quantity, and the line holds nothing besides."""
    rows = _rows("""
        SELECT a.id, a.quantity, l.quantity FROM inventory_awaitedhold a
        JOIN order_line l ON l.id = a.order_line_id
        WHERE a.ended_at IS NULL AND (a.quantity <> l.quantity
            OR a.stock_record_id IS DISTINCT FROM l.stockrecord_id
            OR EXISTS (SELECT 1 FROM inventory_stockhold h WHERE h.order_line_id = l.id))
        ORDER BY a.id""")
    return [f"promise {pk}: {waits} is not its line's {ordered}" for pk, waits, ordered in rows]


def ended_shipments_wait_for_nothing() -> list[str]:
    """What is cancelled or has left waits for no goods."""
    rows = _rows("""
        SELECT a.id, s.id, s.status FROM inventory_awaitedhold a
        JOIN order_line l ON l.id = a.order_line_id
        JOIN fulfilment_shipment s ON s.id = l.shipment_id
        WHERE a.ended_at IS NULL AND s.status IN ('cancelled', 'shipped') ORDER BY a.id""")
    return [f"promise {pk}: awaited, but shipment {ship} is {status}" for pk, ship, status in rows]


def nothing_is_awaited_long_beyond_its_day() -> list[str]:
    """A promise whose day is over has come, has another day, or is told to be short."""
    rows = _rows(
        """
        SELECT id, day FROM inventory_awaitedhold
        WHERE ended_at IS NULL AND day < %s AND arrived + short < quantity ORDER BY id""",
        timezone.localdate() - timedelta(days=1),
    )
    return [f"promise {pk}: awaited since {day}, and nobody was told" for pk, day in rows]


INVARIANTS: Sequence[Callable[[], list[str]]] = (
    held_is_the_sum_of_holds,
    ended_shipments_hold_nothing,
    nothing_is_held_long_beyond_its_term,
    lines_of_orders_have_their_holds,
    holds_are_of_their_line,
    open_shortages_are_short,
    no_more_is_promised_than_comes,
    promises_are_of_their_line,
    ended_shipments_wait_for_nothing,
    nothing_is_awaited_long_beyond_its_day,
)


def _rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
