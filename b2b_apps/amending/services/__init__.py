"""Changing orders that were placed."""

from b2b_apps.amending.services.carriage import carriage_name
from b2b_apps.amending.services.changing import Outcome, order_change, order_withdraw

__all__ = ["Outcome", "carriage_name", "order_change", "order_withdraw"]
