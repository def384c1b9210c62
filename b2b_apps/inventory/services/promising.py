"""Promising goods on their way: all of what is asked for of receipts, or nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.locks import stock_records_locked


@dataclass(frozen=True, slots=True)
class AwaitRequest:
    """Goods wanted for one order line out of what comes until ``day``, in base units."""

    stock_record_id: int
    order_line_id: int
    quantity: Decimal
    day: date


# What is promised until a day may not be more than what comes until then, on no day from the first
# that is asked for on. What is held of the stock beyond what there is comes off the receipts.
TAKE = """
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(%(records)s::bigint[], %(lines)s::bigint[], %(quantities)s::numeric[],
        %(days)s::date[]) AS a(record_id, line_id, quantity, day)
), records AS MATERIALIZED (
    SELECT r.id, r.product_id, r.partner_id, a.day,
        greatest(0, coalesce(r.num_allocated, 0) - coalesce(r.num_in_stock, 0)) AS lacking
    FROM (SELECT record_id, min(day) AS day FROM asked GROUP BY 1) a
    JOIN partner_stockrecord r ON r.id = a.record_id
), moves AS (
    SELECT r.id, e.day, e.quantity FROM records r JOIN inventory_expectedreceipt e
        ON e.product_id = r.product_id AND e.warehouse_id = r.partner_id
    WHERE e.day >= %(today)s
    UNION ALL
    SELECT r.id, h.day, h.arrived + h.short - h.quantity
    FROM records r JOIN inventory_awaitedhold h ON h.stock_record_id = r.id
    WHERE h.ended_at IS NULL AND h.day >= %(today)s
    UNION ALL SELECT record_id, day, -quantity FROM asked
    UNION ALL SELECT id, '-infinity', -lacking FROM records
), sums AS (
    SELECT id, day, sum(quantity) OVER (PARTITION BY id ORDER BY day) AS free FROM moves
), short AS (
    SELECT DISTINCT s.id FROM sums s JOIN records r USING (id) WHERE s.day >= r.day AND s.free < 0
), taken AS (
    INSERT INTO inventory_awaitedhold (stock_record_id, order_line_id, quantity, arrived, short,
        day, first_day, created_at, ending)
    SELECT record_id, line_id, quantity, 0, 0, day, day, %(now)s, '' FROM asked
    WHERE NOT EXISTS (SELECT FROM short)
)
SELECT id FROM short
"""


@transaction.atomic
def stock_promise(*, requests: Collection[AwaitRequest]) -> None:
    """Promise all that is requested to order lines, or nothing.

    Locks the records in pk order, so two who want the same receipt queue up, and 1C's next word
    of it waits for them; what is left is reckoned by the statement that takes it, after the lock.
    Raises StockShortageError, with nothing free of each record that is short. Two queries,
    whatever the number of lines; none without any.
    """
    if not requests:
        return
    rows = list(requests)
    stock_records_locked(stock_record_ids={row.stock_record_id for row in rows})
    params: dict[str, Any] = {
        "records": [row.stock_record_id for row in rows],
        "lines": [row.order_line_id for row in rows],
        "quantities": [row.quantity for row in rows],
        "days": [row.day for row in rows],
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, params)
        short: Mapping[int, Decimal] = {pk: Decimal(0) for (pk,) in cursor.fetchall()}
    if short:
        raise StockShortageError(short)
