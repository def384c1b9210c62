"""The outbox: what must leave the portal is a row of the transaction that decided it.

An app registers a handler per topic in its ``tasks.py``. Topics without a handler are pulled by
somebody else (1C asks for its orders itself). A nudge only wakes a worker up: a lost one delays
a delivery until the next sweep and loses nothing.
"""

import logging
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from b2b_apps.core.models import OutboxMessage

logger = logging.getLogger(__name__)
Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}

LEASE = timedelta(minutes=30)
MAX_ATTEMPTS = 8
WAKE_CHANNEL = "outbox"
FIRST_RETRY = timedelta(seconds=10)


def outbox_handler(topic: str) -> Callable[[Handler], Handler]:
    """Register a function of the payload as the handler of ``topic``; it must be idempotent."""

    def register(handler: Handler) -> Handler:
        _handlers[topic] = handler
        return handler

    return register


def outbox_put(*, topic: str, key: str, payload: dict[str, Any]) -> None:
    """Write a message in the current transaction; the same key twice is the same effect."""
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(topic=topic, key=key, payload=payload)], ignore_conflicts=True
    )
    transaction.on_commit(_wake)


def _wake() -> None:
    """Tell a worker to look: by NOTIFY, or through the broker where there is one."""
    try:
        if settings.CELERY_BROKER_URL:
            _relay_send()
        else:
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {WAKE_CHANNEL}")
    except Exception:
        logger.warning("No worker could be woken; the sweep will deliver.", exc_info=True)


def _relay_send() -> None:
    from b2b_apps.core.tasks import outbox_relay

    outbox_relay.delay()


def outbox_deliver(*, limit: int = 100) -> int:
    """Deliver up to ``limit`` waiting messages whose time has come; return how many succeeded."""
    done = 0
    for _round in range(limit):
        message = _claim()
        if message is None:
            break
        done += _attempt(message)
    return done


def _claim() -> OutboxMessage | None:
    now = timezone.now()
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))
            .filter(state=OutboxMessage.State.WAITING, topic__in=list(_handlers))
            .filter(available_at__lte=now)
            .first()
        )
        if message is not None:
            message.lease_until = now + LEASE
            message.attempts += 1
            message.save(update_fields=["lease_until", "attempts"])
    return message


def _attempt(message: OutboxMessage) -> bool:
    try:
        _handlers[message.topic](message.payload)
    except Exception as error:
        logger.exception("Outbox message %s failed", message)
        _retry(message, error)
        return False
    outbox_done(ids=[message.pk])
    return True


def _retry(message: OutboxMessage, error: Exception) -> None:
    message.last_error = f"{type(error).__name__}: {error}"[:2000]
    message.lease_until = None
    message.available_at = timezone.now() + FIRST_RETRY * 2 ** (message.attempts - 1)
    if message.attempts >= MAX_ATTEMPTS:
        message.state = OutboxMessage.State.PARKED
    message.save(update_fields=["last_error", "lease_until", "available_at", "state"])


def outbox_done(*, ids: Collection[int]) -> None:
    """Mark messages as delivered. One query."""
    OutboxMessage.objects.filter(pk__in=ids).update(
        state=OutboxMessage.State.DONE, done_at=timezone.now(), lease_until=None
    )


def outbox_offered(*, ids: Collection[int]) -> None:
    """Count an offer of pulled messages, so that a poisoned one can be told. One query."""
    OutboxMessage.objects.filter(pk__in=ids).update(attempts=F("attempts") + 1)


def outbox_retry(*, message_id: int) -> bool:
    """Put a waiting or set-aside message at once into the queue again; False if it has gone.

    Its attempts are forgotten, so it gets the full patience anew. One query.
    """
    messages = OutboxMessage.objects.filter(pk=message_id).exclude(state=OutboxMessage.State.DONE)
    changed = messages.update(
        state=OutboxMessage.State.WAITING,
        attempts=0,
        available_at=timezone.now(),
        lease_until=None,
    )
    if changed:
        transaction.on_commit(_wake)
    return bool(changed)
