"""``manage.py work``: a worker of a portal without a broker, until SIGTERM or Ctrl-C."""

import signal
import sys
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand

from b2b_apps.core.worker import Worker


class Command(BaseCommand):
    help = "Deliver the outbox and run what the clock calls for. Needs no broker."

    def handle(self, *args: Any, **options: Any) -> None:
        # The outbox's handlers and the clock's tasks stand in the tasks.py of the apps.
        current_app.loader.import_default_modules()
        worker = Worker()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stopping.set())
        if not worker.run():
            sys.exit(1)
