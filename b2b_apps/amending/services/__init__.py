"""Changing orders that were placed."""

from b2b_apps.amending.services.changing import Outcome, order_change, order_withdraw

__all__ = ["Outcome", "order_change", "order_withdraw"]
