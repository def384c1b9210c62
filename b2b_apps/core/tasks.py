"""The outbox as a task: with a broker, a nudge or the clock runs it."""

from celery import shared_task

from b2b_apps.core.outbox import outbox_deliver


@shared_task(name="core.outbox_relay", ignore_result=True)
def outbox_relay() -> None:
    """Deliver what waits; also run by the clock, in case a nudge was lost."""
    outbox_deliver()
