"""``python -m b2b_apps.sync1c.simulator COMMAND``: push, orders, advance, run."""

import argparse
import signal
import sys
import time
from pathlib import Path

import requests

from b2b_apps.sync1c.simulator.base import Infobase
from b2b_apps.sync1c.simulator.client import Client, SiteError
from b2b_apps.sync1c.simulator.life import advance, returned


def push(base: Infobase, client: Client, *, full: bool) -> None:
    """Send the whole catalogue."""
    files = base.catalogue()
    pictures = {file.name: base.pictures_of(file) for file in files}
    client.push(files, pictures, base.folder)
    if full and client.client == "b":
        client.finish()


def orders(base: Infobase, client: Client) -> None:
    """Take the site's orders; acknowledge unless one could not be loaded, as 1C does."""
    accepted = base.accept(client.orders())
    for error in accepted.errors:
        print(f"1C: {error}", file=sys.stderr, flush=True)
    if accepted.errors:
        raise SiteError(f"Не загружено заказов: {len(accepted.errors)}")
    client.acknowledge()


def give_back(base: Infobase, client: Client) -> None:
    """Move all orders one step on and send them back."""
    moved = advance(base.journal)
    if moved:
        name = f"orders-{int(time.time())}_1.xml"
        client.give_back(name, returned(moved, client=client.client))
        base.save()


def run(base: Infobase, client: Client, interval: float) -> None:
    """Exchange for ever; a site that is away is tried again."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        try:
            orders(base, client)
            give_back(base, client)
        except (SiteError, requests.RequestException) as error:
            print(f"1C: {error}", file=sys.stderr, flush=True)
        time.sleep(interval)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("command", choices=["push", "orders", "advance", "run"])
    parser.add_argument("--url", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--client", choices=["a", "b"], default="a")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--interval", type=float, default=20)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--misbehave", default="")
    return parser.parse_args()


def main() -> int:
    """Run one command; 1 with the site's text on standard error if it failed."""
    given = arguments()
    base = Infobase(given.base)
    client = Client(
        url=given.url, user=given.user, password=given.password, client=given.client,
        misbehave=[fault for fault in given.misbehave.split(",") if fault],
        quiet=given.command == "run",
    )  # fmt: skip
    try:
        if given.command == "push":
            push(base, client, full=given.full)
        elif given.command == "orders":
            orders(base, client)
        elif given.command == "advance":
            give_back(base, client)
        else:
            run(base, client, given.interval)
    except (SiteError, requests.RequestException) as error:
        print(f"1C: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
