"""What waits for a decision of the staff: the numbers beside the areas of work."""

from typing import NamedTuple

from django.db import connection

from b2b_apps.sync1c.outgoing import TOPIC as ORDER_TOPIC

SQL = """
SELECT count(*) FILTER (WHERE topic = %(orders)s AND state = 'waiting'),
       count(*) FILTER (WHERE state = 'parked'),
       count(*) FILTER (WHERE topic = %(orders)s AND state = 'parked'),
       (SELECT count(*) FROM order_order WHERE credit_state IN ('held', 'waiting')
            AND status NOT IN ('completed', 'cancelled'))
       + (SELECT count(*) FROM contracts_creditproposal WHERE state = 'open')
       + (SELECT count(*) FROM contracts_contractchange WHERE state = 'open'),
       (SELECT count(*) FROM pricing_project WHERE status IN ('asked', 'signed')),
       (SELECT count(*) FROM inventory_stockshortage WHERE settled_at IS NULL),
       (SELECT count(*) FROM guests_guestrequest WHERE state = 'new')
FROM core_outboxmessage WHERE state <> 'done'
"""


class Waiting(NamedTuple):
    """How many of each wait. ``orders`` and what is ``parked`` are 1C's to take; ``credit`` are
    orders that it stops, limits and terms to sign; ``prices`` are asked for; ``shortages`` open;
    ``guests`` ask and have no answer.
    """

    orders: int
    parked: int
    parked_orders: int
    credit: int
    prices: int
    shortages: int
    guests: int


def waiting() -> Waiting:
    """Count them. One query, by partial indexes."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, {"orders": ORDER_TOPIC})
        return Waiting(*cursor.fetchone())
