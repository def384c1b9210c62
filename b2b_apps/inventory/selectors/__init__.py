"""Questions about stock: what is free, what is on its way."""

from b2b_apps.inventory.selectors.balances import (
    Balance,
    ProductStock,
    receipts_for,
    records_absorbable,
    stock_for,
    stock_refreshed_at,
)
from b2b_apps.inventory.selectors.holds import (
    has_lost_stock,
    order_hold,
    order_lost_stock,
    reserves_for,
)
from b2b_apps.inventory.selectors.receipts import Receipt, next_of

__all__ = [
    "Balance",
    "ProductStock",
    "Receipt",
    "has_lost_stock",
    "next_of",
    "order_hold",
    "order_lost_stock",
    "receipts_for",
    "records_absorbable",
    "reserves_for",
    "stock_for",
    "stock_refreshed_at",
]
