"""Celery's entry points of outside services."""

from typing import Any

from celery import shared_task

from b2b_apps.core.outbox import outbox_handler
from b2b_apps.core.queues import SLOW
from b2b_apps.integrations.cbr.services import TOPIC, rates_catch_up, rates_load
from b2b_apps.integrations.cdek.directory import TOPIC as DIRECTORY
from b2b_apps.integrations.cdek.directory import directories_refresh, directory_load
from b2b_apps.integrations.cdek.orders import (
    NEWS,
    consignment_news,
    consignment_send,
    consignments_follow,
)
from b2b_apps.integrations.cdek.orders import TOPIC as CONSIGNMENT
from b2b_apps.integrations.models import CarrierAccount, RateLoad


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


@shared_task(name="integrations.carrier_directories", ignore_result=True)
def carrier_directories() -> None:
    """Load carriers' cities and delivery points anew where they are a day old."""
    directories_refresh()


@outbox_handler(DIRECTORY, queue=SLOW)
def directory_handler(payload: dict[str, Any]) -> None:
    """Load the directory that somebody of the staff asked for."""
    account = CarrierAccount.objects.filter(pk=payload["account_id"]).first()
    if account is not None:
        directory_load(account=account)


@shared_task(name="integrations.consignments", ignore_result=True)
def consignments() -> None:
    """Ask carriers how far consignments have come that are due."""
    consignments_follow()


@outbox_handler(CONSIGNMENT)
def consignment_handler(payload: dict[str, Any]) -> None:
    """Register a shipment with its carrier; a silent one is tried again by the outbox."""
    consignment_send(shipment_id=payload["shipment_id"])


@outbox_handler(NEWS)
def news_handler(payload: dict[str, Any]) -> None:
    """Ask after a consignment that its carrier has told news of."""
    consignment_news(uuid=payload["uuid"])
