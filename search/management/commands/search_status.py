"""``manage.py search_status``: how the index stands."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from b2b_apps.pricing.models import PriceList
from search.engines.base import EngineAwayError
from search.engines.choice import engine
from search.fields import PRICE_SLOTS, STOCK_SLOTS
from search.indexing.status import IndexStatus, index_status


class Command(BaseCommand):
    """Exit code 1 if there is no index that searches could ask."""

    help = "Show engine, index, documents, lag, queue and slots of the search."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            status = index_status(engine=engine())
        except EngineAwayError as error:
            raise CommandError(f"There is no engine: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(as_json(status)))
        else:
            self._tell(status)
        if status.live is None or status.num_documents is None:
            raise CommandError(
                "There is no index to search; the catalogue is read from PostgreSQL."
            )

    def _tell(self, status: IndexStatus) -> None:
        say = self.stdout.write
        live = status.live
        say(f"Engine: {status.engine}{f', away: {status.error}' if status.error else ''}")
        if live:
            say(f"Index: {live.name}, documents: {status.num_documents}, live since "
                f"{live.finished_at:%Y-%m-%d %H:%M:%S}")  # fmt: skip
        if status.building and status.building.state == "building":
            say(f"Being built: {status.building.name}, {status.building.num} of "
                f"{status.building.expected} ({status.building.percent} %)")  # fmt: skip
        elif status.building:
            say("A new one was asked for; the worker has not begun.")
        if status.last_failed:
            say(f"Last attempt failed: {status.last_failed.error}")
        say(f"Queue: {status.num_changes} changes, lag: {lag_text(status)}")
        if live:
            self._tell_slots(live.layout)

    def _tell_slots(self, slots: Any) -> None:
        say = self.stdout.write
        names = dict(
            PriceList.objects.filter(pk__in=[*slots.prices, *slots.lists_left_out]).values_list(
                "pk", "name"
            )
        )
        say(f"Slots of prices: {len(slots.prices)} of {PRICE_SLOTS}")
        for pk, slot in sorted(slots.prices.items(), key=lambda item: item[1]):
            say(f"  p{slot}: {names.get(pk, 'deleted')} ({pk})")
        if slots.lists_left_out:
            left_out = ", ".join(
                f"{names.get(pk, 'deleted')} ({pk})" for pk in slots.lists_left_out
            )
            say(f"  without a slot, ordered without the index: {left_out}")
        say(f"Slots of stock: {len(slots.stock)} of {STOCK_SLOTS}")
        for ids, slot in sorted(slots.stock.items(), key=lambda item: item[1]):
            say(f"  s{slot}: warehouses {', '.join(map(str, sorted(ids)))}")
        if slots.sets_left_out:
            say(f"  without a slot: {len(slots.sets_left_out)} more sets of warehouses")


def lag_text(status: IndexStatus) -> str:
    return f"{status.lag.total_seconds():.1f} s" if status.lag else "none"


def as_json(status: IndexStatus) -> dict[str, Any]:
    """The status for monitoring."""
    live, building = status.live, status.building
    return {
        "engine": status.engine,
        "error": status.error,
        "index": live.name if live else None,
        "documents": status.num_documents,
        "queue": status.num_changes,
        "lag_seconds": round(status.lag.total_seconds(), 3) if status.lag else 0,
        "building": {"name": building.name, "percent": building.percent} if building else None,
        "failed": status.last_failed.error if status.last_failed else "",
        "slots": live.layout.as_json() if live else None,
    }
