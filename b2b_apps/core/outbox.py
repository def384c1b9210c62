"""The outbox: what must leave the portal is a row of the transaction that decided it.

An app registers a handler per topic in its ``tasks.py``. Topics without a handler are pulled by
somebody else (1C asks for its orders itself). A nudge only wakes a worker up: a lost one delays
a delivery until the next sweep and loses nothing.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.queues import QUICK

logger = logging.getLogger(__name__)
Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}
_queues: dict[str, str] = {}
_leases: dict[str, timedelta] = {}

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
WAKE_CHANNEL = "outbox"
FIRST_RETRY = timedelta(seconds=10)
# A nudge that nobody took within so many seconds is not needed: the sweep has been there.
RELAY_EXPIRES = 60
PURGE_BATCH = 5000


def outbox_handler(
    topic: str, *, queue: str = QUICK, lease: timedelta = LEASE
) -> Callable[[Handler], Handler]:
    """Register a function of the payload as the handler of ``topic``; it must be idempotent.

    ``lease`` is longer than it ever takes: a message that nobody has finished by then is taken
    for one whose worker died, and delivered again.
    """

    def register(handler: Handler) -> Handler:
        _handlers[topic], _queues[topic], _leases[topic] = handler, queue, lease
        return handler

    return register


def queue_of(topic: str) -> str:
    """In which queue the messages of ``topic`` wait."""
    return _queues.get(topic, QUICK)


def outbox_put(*, topic: str, key: str, payload: dict[str, Any]) -> None:
    """Write a message in the current transaction; the same key twice is the same effect."""
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(topic=topic, key=key, payload=payload)], ignore_conflicts=True
    )
    _wake_at_commit(queue_of(topic))


@dataclass(frozen=True, slots=True)
class _Nudge:
    """Wakes the workers of a queue."""

    queue: str

    def __call__(self) -> None:
        _wake(self.queue)


def _wake_at_commit(queue: str) -> None:
    """Wake a worker when the transaction is done; once, however many messages it wrote.

    One that stands already is taken off only with a savepoint that this message is in as well.
    """
    nudge = _Nudge(queue)
    if not any(waiting[1] == nudge for waiting in connection.run_on_commit):
        transaction.on_commit(nudge)


def _wake(queue: str) -> None:
    """Tell a worker to look: by NOTIFY, or through the broker where there is one."""
    try:
        if settings.CELERY_BROKER_URL:
            _relay_send(queue)
        else:
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {WAKE_CHANNEL}")
    except Exception:
        logger.warning("No worker could be woken; the sweep will deliver.", exc_info=True)


def _relay_send(queue: str) -> None:
    from b2b_apps.core.tasks import outbox_relay

    outbox_relay.apply_async(args=[queue], queue=queue, expires=RELAY_EXPIRES)


def outbox_deliver(*, queue: str | None = None, limit: int = 100) -> int:
    """Deliver up to ``limit`` waiting messages whose time has come; return how many succeeded.

    Those of one queue, or of all.
    """
    topics = [topic for topic in _handlers if queue in {None, queue_of(topic)}]
    done = 0
    for _round in range(limit):
        message = _claim(topics)
        if message is None:
            break
        done += _attempt(message)
    return done


def _claim(topics: Collection[str]) -> OutboxMessage | None:
    now = timezone.now()
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))
            .filter(state=OutboxMessage.State.WAITING, topic__in=topics)
            .filter(available_at__lte=now)
            .first()
        )
        if message is not None:
            message.lease_until = now + _leases.get(message.topic, LEASE)
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

    Its attempts are forgotten, so it gets the full patience anew. Two queries.
    """
    messages = OutboxMessage.objects.filter(pk=message_id).exclude(state=OutboxMessage.State.DONE)
    topic = messages.values_list("topic", flat=True).first()
    changed = messages.update(
        state=OutboxMessage.State.WAITING,
        attempts=0,
        available_at=timezone.now(),
        lease_until=None,
    )
    if topic and changed:
        _wake_at_commit(queue_of(topic))
    return bool(changed)


def outbox_purge(*, before: datetime) -> int:
    """Delete messages that a worker delivered before then; return how many.

    What others pull (orders for 1C) stays: it is the record of when an order left.
    """
    done = OutboxMessage.objects.filter(
        state=OutboxMessage.State.DONE, done_at__lt=before, topic__in=list(_handlers)
    )
    num = 0
    while ids := list(done.values_list("pk", flat=True)[:PURGE_BATCH]):
        num += OutboxMessage.objects.filter(pk__in=ids).delete()[0]
    return num
