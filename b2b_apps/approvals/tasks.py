"""Celery's entry points of approvals."""

from celery import shared_task

from b2b_apps.approvals.services.budgets import budgets_of_cancelled
from b2b_apps.approvals.services.sweeping import steps_sweep


@shared_task(name="approvals.sweep", ignore_result=True)
def sweep() -> None:
    """Remind and pass on what waits too long; free budgets of cancelled orders."""
    steps_sweep()
    budgets_of_cancelled()
