"""Transactions of stock: taking it, letting it go. Rules in docs/algorithms/stock.md."""

from b2b_apps.inventory.services.ending import (
    holds_absorb,
    holds_expire,
    holds_let_go,
    holds_mirror,
    holds_release,
)
from b2b_apps.inventory.services.taking import HoldRequest, stock_hold

__all__ = [
    "HoldRequest",
    "holds_absorb",
    "holds_expire",
    "holds_let_go",
    "holds_mirror",
    "holds_release",
    "stock_hold",
]
