"""``manage.py serve``: the web server and a worker, until Ctrl-C."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from b2b_apps.core.processes import ProcessGroup, web_arguments, worker_arguments


class Command(BaseCommand):
    help = "Serve the portal and work off its outbox. Ctrl-C stops everything it started."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        with ProcessGroup({}) as group:
            group.start("web", *web_arguments(port=options["port"], host=options["host"]))
            group.start("worker", *worker_arguments())
            try:
                ended = group.wait(["web"], kept=["worker"])
            except KeyboardInterrupt:
                return
            self.stderr.write(f"The {ended} process ended; stopping the rest.")
