"""Entry points of the clock and of the outbox."""

from typing import Any

from celery import shared_task

from b2b_apps.core.outbox import outbox_handler
from b2b_apps.inventory.notices import order_lost_tell, shortage_tell
from b2b_apps.inventory.services import holds_expire
from b2b_apps.inventory.services.ending import LOST_TOPIC
from b2b_apps.inventory.services.shortages import SHORTAGE_TOPIC


@shared_task(name="inventory.holds_sweep", ignore_result=True)
def holds_sweep() -> None:
    """End holds whose term is over. Late is no harm: who needs the stock ends them himself."""
    holds_expire()


@outbox_handler(LOST_TOPIC)
def tell_of_lost_stock(payload: dict[str, Any]) -> None:
    """Write to the buyer and to the manager of an order that lost its stock."""
    order_lost_tell(order_id=int(payload["order_id"]), term=str(payload["expires_at"]))


@outbox_handler(SHORTAGE_TOPIC)
def tell_of_shortage(payload: dict[str, Any]) -> None:
    """Write to the manager whose client's goods are not there."""
    shortage_tell(shortage_id=int(payload["shortage_id"]))
