"""Entry points of the clock and of the outbox."""

from typing import Any

from celery import shared_task

from b2b_apps.core.outbox import outbox_handler
from b2b_apps.inventory.notices import (
    order_lost_tell,
    promises_short_tell,
    reserve_ending_tell,
    reserve_over_tell,
    shortage_tell,
)
from b2b_apps.inventory.services import (
    holds_expire,
    promises_overdue_follow,
    reserves_ending_announce,
)
from b2b_apps.inventory.services.announcing import (
    LOST_TOPIC,
    RESERVE_ENDING_TOPIC,
    RESERVE_OVER_TOPIC,
)
from b2b_apps.inventory.services.arriving import SHORT_TOPIC
from b2b_apps.inventory.services.shortages import SHORTAGE_TOPIC


@shared_task(name="inventory.holds_sweep", ignore_result=True)
def holds_sweep() -> None:
    """End holds whose term is over. Late is no harm: who needs the stock ends them himself.

    Whoever reserved by hand is warned some hours before.
    """
    holds_expire()
    while reserves_ending_announce():
        pass


@shared_task(name="inventory.promises_sweep", ignore_result=True)
def promises_sweep() -> None:
    """Look at what was to come by now and has not, and at what nothing covers."""
    promises_overdue_follow()


@outbox_handler(SHORT_TOPIC)
def tell_of_short_promise(payload: dict[str, Any]) -> None:
    """Write to the managers whose clients wait for goods that will not come as promised."""
    promises_short_tell(
        stock_record_id=int(payload["stock_record_id"]), hold_ids=payload["hold_ids"]
    )


@outbox_handler(LOST_TOPIC)
def tell_of_lost_stock(payload: dict[str, Any]) -> None:
    """Write to the buyer and to the manager of an order that lost its stock."""
    order_lost_tell(order_id=int(payload["order_id"]), term=str(payload["expires_at"]))


@outbox_handler(RESERVE_OVER_TOPIC)
def tell_of_reserve_over(payload: dict[str, Any]) -> None:
    """Write to who reserved by hand, and to the manager, that the term was over."""
    reserve_over_tell(**payload)


@outbox_handler(RESERVE_ENDING_TOPIC)
def tell_of_reserve_ending(payload: dict[str, Any]) -> None:
    """Warn who reserved by hand that the term ends soon."""
    reserve_ending_tell(**payload)


@outbox_handler(SHORTAGE_TOPIC)
def tell_of_shortage(payload: dict[str, Any]) -> None:
    """Write to the manager whose client's goods are not there."""
    shortage_tell(shortage_id=int(payload["shortage_id"]))
