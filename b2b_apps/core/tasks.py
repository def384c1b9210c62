"""The outbox as a task, and the daily tidying up."""

from datetime import timedelta
from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from b2b_apps.core.guesses import guesses_purge
from b2b_apps.core.outbox import outbox_deliver, outbox_purge

KEEP_DELIVERED = timedelta(days=30)


@shared_task(name="core.outbox_relay", ignore_result=True)
def outbox_relay(queue: str | None = None) -> None:
    """Deliver what waits in a queue: with a broker, a nudge or the clock runs it."""
    outbox_deliver(queue=queue)


@shared_task(name="core.tidy", ignore_result=True)
def tidy() -> None:
    """Delete delivered messages of a month ago, expired sessions, tries that no longer count."""
    guesses_purge()
    outbox_purge(before=timezone.now() - KEEP_DELIVERED)
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
