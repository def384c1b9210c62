"""``python -m b2b_apps.sync1c.simulator COMMAND``: 1C as a process of its own."""

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests
from lxml import etree

from b2b_apps.sync1c.commerceml.errors import CommerceMLError
from b2b_apps.sync1c.commerceml.messages import message_of
from b2b_apps.sync1c.simulator.base import Infobase
from b2b_apps.sync1c.simulator.client import FAULTS, Client, Node, SiteError
from b2b_apps.sync1c.simulator.exchange import (
    give_back,
    local_now,
    push,
    send_debts,
    send_stock,
    take_orders,
)
from b2b_apps.sync1c.simulator.live import serve

COMMANDS = {
    "push": "send the catalogue",
    "orders": "take orders from the site",
    "advance": "move orders a step on and send them back",
    "stock": "send stock of goods whose reserves changed",
    "debts": "send what contracts owe, where it changed",
    "run": "orders, advance, stock and debts, again and again",
    "serve": "answer questions about prices; prints the port",
}


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Return the parsed command line."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--url", required=True)
    common.add_argument("--user", required=True)
    common.add_argument("--password", required=True)
    common.add_argument("--client", choices=["a", "b"], default="a", help="standard or package")
    common.add_argument("--base", type=Path, required=True, help="folder of the infobase")
    common.add_argument("--zip", action="store_true", help="pack even if the site says zip=no")
    common.add_argument("--encoding", choices=["utf-8", "windows-1251"], default="utf-8",
                        help="of the orders sent back")  # fmt: skip
    common.add_argument("--misbehave", type=faults, default=frozenset(), help=",".join(FAULTS))
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, parents=[common])
        if name == "push":
            command.add_argument("--full", action="store_true", help="all pictures; deactivate")
        if name == "serve":
            command.add_argument("--port", type=int, default=0, help="0: any")
        if name == "run":
            command.add_argument("--interval", type=float, default=20, help="seconds")
    return parser.parse_args(given)


def faults(text: str) -> frozenset[str]:
    """Return the faults of a list with commas. Raises ArgumentTypeError for unknown ones."""
    found = frozenset(filter(None, text.split(",")))
    if unknown := found - set(FAULTS):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return found


def say(line: str) -> None:
    print(f"1C: {line}", flush=True)


def complain(line: str) -> None:
    print(f"1C: {line}", file=sys.stderr, flush=True)


def attempt(step: Callable[[], None]) -> bool:
    """Do a step; tell what went wrong, and whether nothing did."""
    try:
        step()
    except SiteError as error:
        complain(str(error))
    except requests.RequestException as error:
        complain(f"Сайт не отвечает: {type(error).__name__}")
    except CommerceMLError as error:
        complain(message_of(error))
    except etree.LxmlError as error:
        complain(f"XML не читается: {error}")
    else:
        return True
    return False


def run(steps: list[Callable[[], None]], interval: float) -> None:
    """Exchange for ever; a site that is away, or an order that is bad, stops nothing."""
    while True:
        for step in steps:
            attempt(step)
        time.sleep(interval)


def answer_questions(options: argparse.Namespace) -> int:
    """Serve the base's HTTP service until the process is ended."""
    server = serve(port=options.port, user=options.user, password=options.password,
                   folder=options.base)  # fmt: skip
    print(server.server_address[1], flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.serve_forever()
    return 0


def main(given: list[str] | None = None) -> int:
    """Run one command; 1 with the site's text on standard error if it failed."""
    options = arguments(given)
    if options.command == "serve":
        return answer_questions(options)
    node = Node(options.url, options.user, options.password, options.client,
                use_zip=options.zip, faults=options.misbehave)  # fmt: skip
    base, client = Infobase(options.base), Client(node, say)
    steps: dict[str, Callable[[], None]] = {
        "orders": lambda: take_orders(base, client),
        "advance": lambda: give_back(base, client, local_now(), encoding=options.encoding),
        "stock": lambda: send_stock(base, client, local_now()),
        "debts": lambda: send_debts(base, client, local_now()),
    }
    if options.command == "push":
        return 0 if attempt(lambda: push(base, client, full=options.full)) else 1
    if options.command != "run":
        return 0 if attempt(steps[options.command]) else 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    run(list(steps.values()), options.interval)
    return 0


if __name__ == "__main__":
    sys.exit(main())
