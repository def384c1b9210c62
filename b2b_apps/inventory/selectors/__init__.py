"""Questions about stock: what is free, what is on its way."""

from b2b_apps.inventory.selectors.balances import (
    Balance,
    ProductStock,
    WarehouseColumn,
    records_absorbable,
    stock_for,
    stock_refreshed_at,
    warehouse_columns,
)
from b2b_apps.inventory.selectors.receipts import Receipt, next_of, receipts_for

__all__ = [
    "Balance",
    "ProductStock",
    "Receipt",
    "WarehouseColumn",
    "next_of",
    "receipts_for",
    "records_absorbable",
    "stock_for",
    "stock_refreshed_at",
    "warehouse_columns",
]
