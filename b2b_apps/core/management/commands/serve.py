"""``manage.py serve``: the web server and a worker, until Ctrl-C."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from b2b_apps.core.processes import ProcessGroup, web_arguments


class Command(BaseCommand):
    help = "Serve the portal and work off its outbox. Ctrl-C stops everything it started."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        with ProcessGroup({}) as group:
            group.start("web", *web_arguments(port=options["port"], host=options["host"]))
            kept = group.start_workers()
            try:
                ended = group.wait(["web"], kept=kept)
            except KeyboardInterrupt:
                return
        # Not 0, so that systemd (Restart=on-failure) starts the portal again.
        raise CommandError(f"The {ended} process ended by itself; all others were stopped.")
