"""Celery's entry points of outside services."""

from typing import Any

from celery import shared_task

from b2b_apps.core.outbox import outbox_handler
from b2b_apps.integrations.cbr.services import TOPIC, rates_catch_up, rates_load
from b2b_apps.integrations.models import RateLoad


@shared_task(name="integrations.rates", ignore_result=True)
def rates() -> None:
    """Load the bank's rates that are due; does nothing if they are there."""
    rates_catch_up()


@outbox_handler(TOPIC)
def rates_handler(payload: dict[str, Any]) -> None:
    """Carry out a load that somebody of the staff asked for."""
    load = RateLoad.objects.filter(pk=payload["load_id"], state=RateLoad.State.WAITING).first()
    if load is not None:
        rates_load(load=load)
