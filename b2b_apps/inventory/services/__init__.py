"""Transactions of stock: taking it, letting it go. Rules in docs/algorithms/stock.md."""

from b2b_apps.inventory.services.amending import (
    HoldChanges,
    is_growing,
    order_holds_amend,
    order_stock_lock,
)
from b2b_apps.inventory.services.announcing import ENDS_SOON, reserves_ending_announce
from b2b_apps.inventory.services.arriving import promises_follow, promises_overdue_follow
from b2b_apps.inventory.services.ending import (
    holds_absorb,
    holds_expire,
    holds_let_go,
    holds_mirror,
    holds_release,
    promises_ship,
)
from b2b_apps.inventory.services.promising import AwaitRequest, stock_promise
from b2b_apps.inventory.services.removals import policy_remove, rule_put_back, term_remove
from b2b_apps.inventory.services.reserves import (
    Reserver,
    holds_prolong,
    order_stock_retake,
    reserve_limits,
    reserves_let_go,
    stock_reserve,
)
from b2b_apps.inventory.services.shortages import shortages_follow
from b2b_apps.inventory.services.taking import HoldRequest, stock_hold
from b2b_apps.inventory.services.terms import hold_expiry, order_holds_paid, order_holds_term

__all__ = [
    "ENDS_SOON",
    "AwaitRequest",
    "HoldChanges",
    "HoldRequest",
    "Reserver",
    "hold_expiry",
    "holds_absorb",
    "holds_expire",
    "holds_let_go",
    "holds_mirror",
    "holds_prolong",
    "holds_release",
    "is_growing",
    "order_holds_amend",
    "order_holds_paid",
    "order_holds_term",
    "order_stock_lock",
    "order_stock_retake",
    "policy_remove",
    "promises_follow",
    "promises_overdue_follow",
    "promises_ship",
    "reserve_limits",
    "reserves_ending_announce",
    "reserves_let_go",
    "rule_put_back",
    "shortages_follow",
    "stock_hold",
    "stock_promise",
    "stock_reserve",
    "term_remove",
]
