"""``manage.py rates_load``: load the bank's rates that are due, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from b2b_apps.integrations.cbr.services import rates_catch_up
from b2b_apps.integrations.models import RateLoad


class Command(BaseCommand):
    help = "Load the rates of the Bank of Russia that are due, and missed days."

    def handle(self, *args: Any, **options: Any) -> None:
        load = rates_catch_up()
        if load is None:
            self.stdout.write("The rates are up to date.")
        elif load.state == RateLoad.State.FAILED:
            raise CommandError(f"No rates: {load.problem} {load.detail}".strip())
        else:
            self.stdout.write(f"Rates of {load.day:%d.%m.%Y}: {load.num_written} written.")
