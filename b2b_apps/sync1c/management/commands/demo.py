"""``manage.py demo``: the portal with a distributor's data, sent to it by a simulated 1C."""

import os
import socket
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from b2b_apps.core.processes import ProcessGroup, web_arguments
from b2b_apps.sync1c.demo import DEMO_PASSWORD, DEMO_USER
from b2b_apps.sync1c.live.access import live_access_set
from b2b_apps.sync1c.models import ExchangeConnection
from scripts.messages import compile_catalogues

READY_SECONDS = 600
# Outside services that are played, each by a process of its own.
STAND_INS = {
    "bank": "b2b_apps.integrations.cbr.stub",
    "carrier": "b2b_apps.integrations.cdek.stub",
    "addresses": "b2b_apps.integrations.dadata.stub",
}
GOODS = "goods"
# What 1C does not send, by the command that reads it, in this order.
LOADED = {
    "people_import": "people",
    "stock_rules_import": "stock",
    "price_rules_import": "prices",
    "assortment_import": "assortment",
    "approvals_import": "approvals",
    "delivery_import": "delivery",
}


class Command(BaseCommand):
    help = "Run the portal with demo data; 1C is simulated by a process of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args: Any, **options: Any) -> None:
        base: Path = settings.DATA_DIR / "1c"
        address = f"http://127.0.0.1:{options['port']}"
        if is_taken(options["port"]):
            raise CommandError(
                f"Port {options['port']} is taken. Stop what runs there, or say another: --port."
            )
        try:
            ports = {name: free_port() for name in STAND_INS}
            with ProcessGroup(
                {
                    "CBR_URL": os.environ.get("CBR_URL", address_of(ports["bank"])),
                    "PORTAL_URL": os.environ.get("PORTAL_URL", address),
                }
            ) as group:
                if not (base / "loaded").exists():
                    # Takes as long as the database does to be made, and needs none.
                    group.start(GOODS, "-m", "fixtures.build", "--out", str(base))
                self.prepare()
                for name, module in STAND_INS.items():
                    group.start(name, "-m", module, "--port", str(ports[name]))
                group.start("web", *web_arguments(port=options["port"]))
                kept = group.start_workers()
                self.wait_until_ready(group, address)
                if not (base / "loaded").exists():
                    self.load(group, base, address)
                # The contract in euros has prices by the rates of the simulated bank.
                group.run("manage.py", "rates_load")
                group.start("1c", *simulator("run", base, address, "--interval", "15"))
                port = str(free_port())
                group.start("1c-prices", *simulator("serve", base, address, "--port", port))
                self.link(f"http://127.0.0.1:{port}/trade")
                # Prices and delivery points of a carrier that is played as well.
                group.run("manage.py", "carrier_account", f"{address_of(ports['carrier'])}v2")
                group.run("manage.py", "address_service", address_of(ports["addresses"]))
                self.stdout.write(self.style.SUCCESS(f"\nПакгауз: {address}\n"))
                self.stdout.write(
                    "Accounts are listed on the sign-in page and by `manage.py demo_accounts`.\n"
                    "Ctrl-C stops everything."
                )
                # From here on it only looks after the others.
                connection.close()
                ended = group.wait(["web"], kept=[*kept, "1c", "1c-prices", *STAND_INS])
            raise CommandError(f"The {ended} process ended by itself; all others were stopped.")
        except KeyboardInterrupt:
            pass

    def prepare(self) -> None:
        """Bring database, texts and static files up to the code."""
        self.stdout.write("Preparing the database …")
        call_command("migrate", verbosity=0, skip_checks=False)
        compile_catalogues()
        call_command("collectstatic", verbosity=0, interactive=False)
        call_command("exchange_connection", DEMO_USER, password=DEMO_PASSWORD, name="1С: демо")

    def link(self, address: str) -> None:
        """Tell the portal where 1C answers questions about prices."""
        live_access_set(
            connection=ExchangeConnection.objects.get(username=DEMO_USER),
            url=address,
            username=DEMO_USER,
            password=DEMO_PASSWORD,
        )

    def wait_until_ready(self, group: ProcessGroup, address: str) -> None:
        """Wait as long as the portal starts; a busy machine takes minutes."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and group.children["web"].poll() is None:
            try:
                if requests.get(f"{address}/readyz", timeout=2).ok:
                    return
            except requests.RequestException:  # not there yet, or too busy with its start
                pass
            time.sleep(0.2)
        raise CommandError(f"{address} did not start; what it said is above.")

    def load(self, group: ProcessGroup, base: Path, address: str) -> None:
        """Let 1C push its catalogue, then give people access."""
        self.stdout.write("1C sends its catalogue (about a minute) …")
        if group.ended(GOODS):
            raise CommandError("The goods of the demo were not made; why is said above.")
        # Before: counterparties name their managers. After: employees name their companies.
        call_command("people_import", "fixtures/people.json")
        if group.run(*simulator("push", base, address)):
            raise CommandError("1C could not send its catalogue; why is said above.")
        for name, file in LOADED.items():
            call_command(name, f"fixtures/{file}.json")
        call_command("search_synonyms")
        (base / "loaded").touch()


def is_taken(port: int) -> bool:
    """Whether somebody listens there. Our own server would share the port with him, silently."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def free_port() -> int:
    """A port of this machine that nobody listens at now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def address_of(port: int) -> str:
    return f"http://127.0.0.1:{port}/"


def simulator(command: str, base: Path, address: str, *more: str) -> list[str]:
    """Return what to hand to Python to run a command of the simulated 1C."""
    return [
        "-m", "b2b_apps.sync1c.simulator", command, "--url", f"{address}/exchange/1c/",
        "--user", DEMO_USER, "--password", DEMO_PASSWORD, "--client", "a", "--base", str(base),
        *more,
    ]  # fmt: skip
