"""What follows in shipments, told by the outbox."""

from typing import Any

from django_scopes import scopes_disabled

from b2b_apps.core.outbox import outbox_handler
from b2b_apps.fulfilment.awaiting import shipments_follow_promises
from b2b_apps.inventory.services.arriving import CHANGED_TOPIC


@outbox_handler(CHANGED_TOPIC)
def promises_changed(payload: dict[str, Any]) -> None:
    """Let the days of an order's shipments follow the goods that it waits for."""
    with scopes_disabled():
        shipments_follow_promises(order_id=int(payload["order_id"]))
