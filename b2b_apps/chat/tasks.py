"""Entry points of the outbox."""

from typing import Any

from celery import shared_task
from django_scopes import scopes_disabled

from b2b_apps.chat.files import files_purge
from b2b_apps.chat.services import TOPIC, unread_tell
from b2b_apps.core.outbox import outbox_handler


@outbox_handler(TOPIC)
def notice_send(payload: dict[str, Any]) -> None:
    """Write to a person about messages that he has not read."""
    with scopes_disabled():
        unread_tell(
            order_id=int(payload["order_id"]),
            user_id=int(payload["user_id"]),
            is_staff=bool(payload["is_staff"]),
        )


@shared_task(name="chat.tidy", ignore_result=True)
def tidy() -> None:
    """Delete files that were attached to what was never ordered."""
    files_purge()
