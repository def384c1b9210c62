"""Which goods are bought together, mined from orders: docs/algorithms/basket.md, "Bought together".

What is kept are pairs of products alone. A pair is kept only if several buyers that have nothing
to do with each other bought it, so that it tells of none of them.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from b2b_apps.purchasing.models import GoodsPair

# Buyers of a pair, those of one holding counted as one.
MIN_BUYERS = 3
MIN_ORDERS = 3
PERIOD = timedelta(days=365)
# A long order is a stock taken on, not goods that go together; its pairs would be millions.
MOST_LINES = 60
KEPT = 12

MINE = """
INSERT INTO purchasing_goodspair (product_id, other_id, num_orders, num_buyers, strength, mined_at)
WITH bought AS MATERIALIZED (
    SELECT DISTINCT COALESCE(-o.group_id, o.id) AS basket, l.product_id,
        COALESCE(-c.holding_id, c.id) AS buyer
    FROM order_line l
    JOIN order_order o ON o.id = l.order_id
    JOIN companies_counterparty c ON c.id = o.counterparty_id
    WHERE o.date_placed >= %(since)s AND o.status <> 'cancelled' AND l.product_id IS NOT NULL
), baskets AS MATERIALIZED (
    SELECT basket FROM bought GROUP BY basket HAVING count(*) BETWEEN 2 AND %(lines)s
), short AS MATERIALIZED (
    SELECT bought.* FROM bought JOIN baskets USING (basket)
), often AS (
    SELECT product_id, count(*) AS n FROM short GROUP BY product_id HAVING count(*) >= %(orders)s
), pairs AS (
    SELECT a.product_id, b.product_id AS other_id, count(*) AS n, count(DISTINCT a.buyer) AS m
    FROM short a JOIN short b USING (basket)
    WHERE a.product_id <> b.product_id
    GROUP BY 1, 2 HAVING count(*) >= %(orders)s AND count(DISTINCT a.buyer) >= %(buyers)s
), ranked AS (
    SELECT p.*, p.n / sqrt(x.n::float8 * y.n) AS strength,
        row_number() OVER (
            PARTITION BY p.product_id ORDER BY p.n / sqrt(x.n::float8 * y.n) DESC, p.other_id
        ) AS place
    FROM pairs p JOIN often x ON x.product_id = p.product_id
    JOIN often y ON y.product_id = p.other_id
)
SELECT product_id, other_id, n, m, strength, now() FROM ranked WHERE place <= %(kept)s
"""


class Together(NamedTuple):
    """A product that goes with one of those asked for; ``is_accessory``: staff said so."""

    product_id: int
    with_id: int
    is_accessory: bool


@transaction.atomic
def pairs_mine() -> int:
    """Mine the pairs anew from a year of orders; return how many there are. Three statements.

    Readers see the old pairs until it is done; a second miner waits for the first.
    """
    values: dict[str, Any] = {
        "since": timezone.now() - PERIOD,
        "lines": MOST_LINES,
        "orders": MIN_ORDERS,
        "buyers": MIN_BUYERS,
        "kept": KEPT,
    }
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE purchasing_goodspair IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM purchasing_goodspair")
        cursor.execute(MINE, values)
        return int(cursor.rowcount)


def together_with(*, product_ids: Collection[int], most: int) -> Sequence[Together]:
    """Return what goes with products and is none of them: accessories first, then what was bought
    with them, the strongest first; each once, ``most`` of them. Two queries.

    Nobody's assortment is asked: the caller shows what his buyer sees.
    """
    ids = list(product_ids)
    found: dict[int, Together] = {}
    recommended = apps.get_model("catalogue", "ProductRecommendation").objects
    rows = recommended.filter(primary__in=ids).exclude(recommendation__in=ids)
    accessories = rows.order_by("-ranking", "pk").values_list("recommendation_id", "primary_id")
    for product_id, with_id in accessories[:most]:
        found.setdefault(product_id, Together(product_id, with_id, is_accessory=True))
    pairs = GoodsPair.objects.filter(product__in=ids).exclude(other__in=ids)
    sums: dict[int, float] = {}
    firsts: dict[int, int] = {}
    for other_id, with_id, strength in pairs.order_by("-strength", "pk").values_list(
        "other_id", "product_id", "strength"
    ):
        firsts.setdefault(other_id, with_id)
        sums[other_id] = sums.get(other_id, 0.0) + strength
    for other_id in sorted(sums, key=lambda pk: (-sums[pk], pk)):
        found.setdefault(other_id, Together(other_id, firsts[other_id], is_accessory=False))
    return list(found.values())[:most]
