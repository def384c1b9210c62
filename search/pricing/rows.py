"""Prices of rows that no stream has: reckoned by the price book, row by row."""

from collections.abc import Collection
from decimal import Decimal

from django.db import connection

from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.goods import id_array
from b2b_apps.pricing.selectors import price_book
from b2b_apps.pricing.tariff import Tariff
from search.fields import PRICE_SCALE

SKUS = """
SELECT id, id FROM catalogue_product
WHERE id = ANY(%(rows)s::bigint[]) AND structure <> 'parent' AND is_public
UNION ALL
SELECT parent_id, id FROM catalogue_product WHERE parent_id = ANY(%(rows)s::bigint[]) AND is_public
"""


# More are not priced one by one for a single page.
MOST_PRICED = 20_000


class TooManyPricesError(Exception):
    """More rows than are priced one by one; the page goes without the order by prices."""


def row_prices(
    *, context: TradeContext, tariff: Tariff, row_ids: Collection[int]
) -> dict[int, int]:
    """Return what rows cost, in ten-thousandths, by row; those without a price are left out.

    A row costs what the cheapest of its SKUs does. Three queries, four if a rule asks for
    categories or attributes; none without rows. Raises TooManyPricesError.
    """
    if len(row_ids) > MOST_PRICED:
        raise TooManyPricesError
    if not row_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SKUS, {"rows": id_array(row_ids)})
        skus: list[tuple[int, int]] = list(cursor.fetchall())
    book = price_book(context=context, product_ids=[sku for _row, sku in skus], tariff=tariff)
    found: dict[int, int] = {}
    for row, sku in skus:
        amount = book.amount(sku)
        if amount is not None:
            value = int(amount * PRICE_SCALE)
            found[row] = min(found.get(row, value), value)
    return found


def in_units(amount: Decimal) -> Decimal:
    """An amount in ten-thousandths, not rounded."""
    return amount * PRICE_SCALE
