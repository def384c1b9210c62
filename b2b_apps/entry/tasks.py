"""Entry points of the clock and of the outbox."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.outbox import outbox_handler
from b2b_apps.core.queues import QUICK, SLOW
from b2b_apps.entry.files.services import (
    CHECK_TOPIC,
    READ_TOPIC,
    file_check,
    file_read,
    lists_purge,
)

LEASE = timedelta(minutes=10)
# A draft that nobody has touched for so long is forgotten.
KEEP = timedelta(days=30)


@outbox_handler(READ_TOPIC, queue=QUICK, lease=LEASE)
def read_handler(payload: dict[str, Any]) -> None:
    """Look at a file that a buyer uploaded."""
    with scopes_disabled():
        file_read(payload=payload)


@outbox_handler(CHECK_TOPIC, queue=SLOW, lease=LEASE)
def check_handler(payload: dict[str, Any]) -> None:
    """Check the rows of a file whose columns are named."""
    with scopes_disabled():
        file_check(payload=payload)


@shared_task(name="entry.tidy", ignore_result=True)
def tidy() -> None:
    """Forget lists that have lain for a month."""
    with scopes_disabled():
        lists_purge(before=timezone.now() - KEEP)
