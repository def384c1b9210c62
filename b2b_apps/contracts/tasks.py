"""Celery's entry points of credit, and the outbox's."""

from typing import Any

from celery import shared_task

from b2b_apps.contracts.ledger import REVIEW
from b2b_apps.contracts.review import credit_review
from b2b_apps.core.outbox import outbox_handler


@outbox_handler(REVIEW)
def review_accounts(payload: dict[str, Any]) -> None:
    """Look again at orders stopped on accounts that have more room now."""
    credit_review(account_ids=[int(pk) for pk in payload["account_ids"]])


@shared_task(name="contracts.credit_review", ignore_result=True)
def review_all() -> None:
    """Look at all stopped orders: limits expire and begin by the calendar, too."""
    credit_review()
