"""Changing orders that were placed."""

from b2b_apps.amending.services.carriage import carriage_name
from b2b_apps.amending.services.changing import (
    Outcome,
    order_change,
    order_withdraw,
    refusal_note,
)
from b2b_apps.amending.services.told import Followed, Told, order_follow

__all__ = [
    "Followed",
    "Outcome",
    "Told",
    "carriage_name",
    "order_change",
    "order_follow",
    "order_withdraw",
    "refusal_note",
]
