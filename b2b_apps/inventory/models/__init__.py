"""Regions, what is seen of stock, what is held of it and what is on its way."""

from b2b_apps.inventory.models.awaited import AwaitedHold
from b2b_apps.inventory.models.holds import HoldTerm, ReserveLimits, StockHold, StockShortage
from b2b_apps.inventory.models.receipts import ExpectedReceipt
from b2b_apps.inventory.models.removals import RemovedRule
from b2b_apps.inventory.models.views import Region, StockPolicy

__all__ = [
    "AwaitedHold",
    "ExpectedReceipt",
    "HoldTerm",
    "Region",
    "RemovedRule",
    "ReserveLimits",
    "StockHold",
    "StockPolicy",
    "StockShortage",
]
