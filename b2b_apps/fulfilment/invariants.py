"""What must always be true of shipments; each function returns what is not, in plain words."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection


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


INVARIANTS: Sequence[Callable[[], list[str]]] = (
    lines_are_of_their_shipment,
    lines_of_placed_orders_have_a_shipment,
    orders_are_of_their_group,
)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
