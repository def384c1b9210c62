"""Entry points of the clock and of the outbox."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from b2b_apps.core.outbox import outbox_handler
from b2b_apps.core.queues import SLOW
from b2b_apps.pricing.price_files.services import (
    LOAD_TOPIC,
    READ_TOPIC,
    price_file_load,
    price_file_read,
    price_files_purge,
)
from b2b_apps.pricing.price_load import price_counts_renew
from b2b_apps.pricing.rule_services import rule_sheets_purge

LEASE = timedelta(minutes=20)
KEEP_FILES = timedelta(days=30)


@outbox_handler(READ_TOPIC, queue=SLOW, lease=LEASE)
def read_handler(payload: dict[str, Any]) -> None:
    """Read a file of prices that staff uploaded."""
    price_file_read(import_id=int(payload["import_id"]))


@outbox_handler(LOAD_TOPIC, queue=SLOW, lease=LEASE)
def load_handler(payload: dict[str, Any]) -> None:
    """Load a file of prices that staff confirmed."""
    price_file_load(import_id=int(payload["import_id"]))


@shared_task(name="pricing.tidy", ignore_result=True)
def tidy() -> None:
    """Delete the rows of files of a month ago, the history of prices stays; count prices anew."""
    price_counts_renew()
    rule_sheets_purge(before=timezone.now() - KEEP_FILES)
    price_files_purge(before=timezone.now() - KEEP_FILES)
