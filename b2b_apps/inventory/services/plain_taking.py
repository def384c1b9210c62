"""Taking stock by one UPDATE, where no hold is to be ended or used up first.

The common case, and the step that everybody who wants one product queues for. Nothing is taken
by what was read earlier: who had to wait for a row looks at the balance that was left to him
(PostgreSQL's READ COMMITTED checks the condition again on the new row, or reads it by the lock).
What a statement sees of *holds* is as old as its start. That decides only whether this way is
gone; a hold made while we waited is in the balance already, and counts as made after us.
"""

from collections.abc import Mapping
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from b2b_apps.inventory.locks import LockedRecord, stock_records_locked

# Two questions and not one with OR: each has an index of its own, and a product that everybody
# wants has thousands of holds.
TO_SETTLE = """
EXISTS (SELECT FROM inventory_stockhold h WHERE h.stock_record_id = {id}
    AND h.released_at IS NULL AND h.expires_at <= %(now)s)
OR EXISTS (SELECT FROM inventory_stockhold h WHERE h.stock_record_id = {id}
    AND h.released_at IS NULL AND h.kind <> 'order' AND h.contract_id = %(own)s)
"""
ONE = f"""
UPDATE partner_stockrecord SET num_allocated = coalesce(num_allocated, 0) + %(asked)s
WHERE id = %(id)s AND num_in_stock - coalesce(num_allocated, 0) >= %(asked)s
    AND NOT ({TO_SETTLE.format(id="%(id)s")})
RETURNING id, num_in_stock, num_allocated - %(asked)s
"""  # noqa: S608 - our own
# Of several records that are locked already. The demand is joined to their balances at once: of a
# CTE the planner guesses one row, and would join two of a thousand by looking at a million pairs.
MANY = f"""
WITH wanted AS MATERIALIZED (
    SELECT r.id, r.num_in_stock - coalesce(r.num_allocated, 0) AS free, demand.asked
    FROM unnest(%(ids)s::bigint[], %(asked)s::numeric[]) AS demand(id, asked)
    JOIN partner_stockrecord r USING (id)
), fit AS (
    SELECT count(*) AS num FROM wanted
    WHERE wanted.free >= wanted.asked AND NOT ({TO_SETTLE.format(id="wanted.id")})
)
UPDATE partner_stockrecord r SET num_allocated = coalesce(r.num_allocated, 0) + wanted.asked
FROM wanted, fit WHERE r.id = wanted.id AND fit.num = %(num)s
RETURNING r.id, r.num_in_stock, r.num_allocated - wanted.asked
"""  # noqa: S608 - our own


def plain_take(
    *, demand: Mapping[int, Decimal], own_contract_id: int | None
) -> dict[int, LockedRecord] | None:
    """Take all of ``demand`` and return the records as they were, or take nothing: None.

    None where there is not so much, where a hold is out of term, or where the contract holds some
    by hand itself: then ``stock_take`` looks closer. Locks the records in pk order till the
    transaction ends; of one record after None perhaps not. One query, two for several records.
    """
    ids = sorted(demand)
    params = {"now": timezone.now(), "own": own_contract_id}
    with connection.cursor() as cursor:
        if len(ids) == 1:
            cursor.execute(ONE, {**params, "id": ids[0], "asked": demand[ids[0]]})
        else:
            # Not in the UPDATE itself: one that began before it waited meets versions of rows that
            # others queue for by then, and waits in a circle with them.
            stock_records_locked(stock_record_ids=demand)
            asked = [demand[pk] for pk in ids]
            cursor.execute(MANY, {**params, "ids": ids, "asked": asked, "num": len(ids)})
        taken = {row[0]: LockedRecord(*row) for row in cursor.fetchall()}
    return taken or None
