"""What must always be true of orders and shipments; each function returns what is not, in words."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

OWED = """
WITH every AS (
    SELECT s.id, s.order_id, s.status = 'shipped' AS is_shipped, s.status = 'cancelled'
        AND bool_or(s.status <> 'cancelled') OVER (PARTITION BY s.order_id) AS is_out
    FROM fulfilment_shipment s
), goods AS (
    SELECT l.order_id, sum(CASE
        WHEN s.is_out THEN 0
        WHEN s.is_shipped AND l.quantity_shipped < l.quantity
            THEN round(l.line_price_incl_tax * l.quantity_shipped / l.quantity, 2)
        ELSE l.line_price_incl_tax END) AS total
    FROM order_line l LEFT JOIN every s ON s.id = l.shipment_id GROUP BY 1
), carried AS (
    SELECT s.order_id, sum(d.price_incl_tax) AS total
    FROM every s JOIN delivery_shipmentdelivery d ON d.shipment_id = s.id
    WHERE NOT s.is_out GROUP BY 1
)
SELECT o.number, o.total_incl_tax, goods.total + coalesce(carried.total, 0)
FROM order_order o JOIN goods ON goods.order_id = o.id
LEFT JOIN carried ON carried.order_id = o.id
WHERE o.total_incl_tax <> goods.total + coalesce(carried.total, 0) ORDER BY o.id
"""


def lines_are_of_their_shipment() -> list[str]:
    """A line is in a shipment of its own order, from the warehouse that it leaves."""
    rows = _rows("""
        SELECT l.id, s.id FROM order_line l JOIN fulfilment_shipment s ON s.id = l.shipment_id
        WHERE s.order_id <> l.order_id OR s.warehouse_id IS DISTINCT FROM l.partner_id
        ORDER BY l.id""")
    return [f"line {pk}: shipment {of} is of another order or warehouse" for pk, of in rows]


def lines_of_placed_orders_have_a_shipment() -> list[str]:
    """Of an order that came from a basket every line is in a shipment."""
    rows = _rows("""
        SELECT o.number, l.id FROM order_line l JOIN order_order o ON o.id = l.order_id
        WHERE o.group_id IS NOT NULL AND l.shipment_id IS NULL ORDER BY l.id""")
    return [f"order {number}: line {pk} is in no shipment" for number, pk in rows]


def orders_are_of_their_group() -> list[str]:
    """The orders of a group have its contract and company."""
    rows = _rows("""
        SELECT o.number, g.number FROM order_order o JOIN order_ordergroup g ON g.id = o.group_id
        WHERE o.contract_id <> g.contract_id OR o.counterparty_id <> g.counterparty_id
        ORDER BY o.id""")
    return [f"order {number}: of another contract than its group {group}" for number, group in rows]


def orders_come_to_what_goes_on_or_has_left() -> list[str]:
    """An order's sum is that of its lines and deliveries, without what was cancelled or closed;
    of one that is cancelled as a whole, with it.
    """
    rows = _rows(OWED)
    return [f"order {number}: says {says}, comes to {comes}" for number, says, comes in rows]


def no_more_is_asked_than_may_leave() -> list[str]:
    """Of a line no more is asked to be shipped than has not left, and nothing of what is off."""
    rows = _rows("""
        SELECT l.id, sum(a.quantity - a.quantity_shipped) FROM fulfilment_shippingrequestline a
        JOIN fulfilment_shippingrequest r ON r.id = a.request_id
        JOIN order_line l ON l.id = a.order_line_id
        JOIN fulfilment_shipment s ON s.id = l.shipment_id
        WHERE r.status IN ('asked', 'accepted')
        GROUP BY l.id, s.status
        HAVING sum(a.quantity - a.quantity_shipped) > CASE
            WHEN s.status IN ('cancelled', 'shipped') THEN 0
            ELSE l.quantity - l.quantity_shipped END
        ORDER BY l.id""")
    return [f"line {pk}: {asked} asked to be shipped, more than may leave" for pk, asked in rows]


INVARIANTS: Sequence[Callable[[], list[str]]] = (
    lines_are_of_their_shipment,
    lines_of_placed_orders_have_a_shipment,
    orders_are_of_their_group,
    orders_come_to_what_goes_on_or_has_left,
    no_more_is_asked_than_may_leave,
)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
