"""Celery's entry points of approvals."""

from typing import Any

from celery import shared_task

from b2b_apps.approvals.services.budgets import budgets_of_cancelled
from b2b_apps.approvals.services.lowering import budgets_lower
from b2b_apps.approvals.services.sweeping import changes_sweep, steps_sweep
from b2b_apps.core.outbox import outbox_handler
from b2b_apps.fulfilment.services import CAME_DOWN


@outbox_handler(CAME_DOWN)
def order_came_down(payload: dict[str, Any]) -> None:
    """Give back to budgets what an order no longer comes to."""
    budgets_lower(order_id=int(payload["order_id"]))


@shared_task(name="approvals.sweep", ignore_result=True)
def sweep() -> None:
    """Remind and pass on what waits too long, close what can no longer be made; free budgets of
    cancelled orders.
    """
    steps_sweep()
    changes_sweep()
    budgets_of_cancelled()
