"""Prices that a contract has of its own: many rows in one query, where no rule tells them apart."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import connection

from b2b_apps.pricing.curves import Curve
from b2b_apps.pricing.goods import id_array
from b2b_apps.pricing.streams import Position, has_floor, has_price
from b2b_apps.pricing.tariff import Tariff
from search.fields import PRICE_SCALE

# The price of the smallest order, a characteristic's own or else its product's, as columns of
# prices read them; the least of a row.
SQL = """
WITH sku AS MATERIALIZED (
    SELECT id AS row_id, id, NULL::bigint AS parent_id, vat_rate_id FROM catalogue_product
    WHERE id = ANY(%(rows)s::bigint[]) AND structure <> 'parent' AND is_public
    UNION ALL
    SELECT c.parent_id, c.id, c.parent_id, COALESCE(c.vat_rate_id, p.vat_rate_id)
    FROM catalogue_product c JOIN catalogue_product p ON p.id = c.parent_id
    WHERE c.parent_id = ANY(%(rows)s::bigint[]) AND c.is_public
), last AS MATERIALIZED (
    SELECT DISTINCT ON (product_id) product_id, amount FROM pricing_price
    WHERE price_list_id = %(list)s
        AND (valid_from IS NULL OR valid_from <= %(day)s)
        AND (valid_to IS NULL OR valid_to >= %(day)s)
    ORDER BY product_id, pack_factor, minimum_quantity, valid_from DESC NULLS LAST
)
SELECT sku.row_id, v.percent, min(COALESCE(own.amount, general.amount))
FROM sku
LEFT JOIN last own ON own.product_id = sku.id
LEFT JOIN last general ON general.product_id = sku.parent_id
LEFT JOIN catalogue_vatrate v ON v.id = sku.vat_rate_id
GROUP BY 1, 2
"""


def is_plain(position: Position) -> bool:
    """Whether one curve for each VAT rate gives the prices of a contract's own list: mostly so,
    for what was agreed is left alone by rules.
    """
    rules = [found.rule for found in position.rules]
    return (
        position.column.kind == "contract"
        and position.list_id == position.column.pk
        and not any(found.asks for found in position.rules)
        and not has_floor(rules)
    )


def own_prices(
    *, position: Position, tariff: Tariff, row_ids: Collection[int]
) -> dict[int, int | None]:
    """Return what rows cost whose price a contract's own list gives, in ten-thousandths; None
    without a price. What the list has not got any more is left out. One query, none without rows.
    """
    rules = [found.rule for found in position.rules]
    if not row_ids or not has_price(rules):
        return dict.fromkeys(row_ids)
    params: dict[str, Any] = {
        "rows": id_array(row_ids), "list": position.list_id, "day": tariff.day,
    }  # fmt: skip
    curves: dict[Decimal | None, Curve] = {}
    found: dict[int, int | None] = {}
    with connection.cursor() as cursor:
        cursor.execute(SQL, params)
        for row_id, percent, amount in cursor.fetchall():
            if amount is None:
                continue
            if percent not in curves:
                curves[percent], _same = position.curves(rules, vat_percent=percent, has_cost=False)
            found[row_id] = curves[percent].of(int(amount * PRICE_SCALE))
    return found
