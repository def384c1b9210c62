"""The server of the races and its clients."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
from django.db import connection
from django.test import Client
from django.utils import timezone

from b2b_apps.purchasing.offers import offer_from

ROOT = Path(__file__).resolve().parents[2]
CSRF = "c" * 32
READY_SECONDS = 60


@dataclass
class Site:
    """A running portal: two processes, sixteen threads each, as a busy server has."""

    url: str
    log: Path
    pid: int

    def buyer(self, user: Any) -> "Buyer":
        """A client that is signed in as ``user``."""
        client = Client()
        client.force_login(user)
        session = requests.Session()
        session.cookies.set("sessionid", client.cookies["sessionid"].value)
        session.cookies.set("csrftoken", CSRF)
        return Buyer(self.url, session)


@dataclass
class Buyer:
    """One person's browser."""

    url: str
    session: requests.Session

    def post(self, path: str, **fields: Any) -> requests.Response:
        """Send a form; redirects are not followed."""
        return self.session.post(
            self.url + path,
            data={"csrfmiddlewaretoken": CSRF, **fields},
            allow_redirects=False,
            timeout=120,
        )

    def order(self, form: dict[str, str]) -> requests.Response:
        """Press «Оформить» with what a checkout page had shown."""
        return self.post("/checkout/", **form)


def checkout_form(*, basket_id: int, offer: str, consignee: Any) -> dict:
    """What the browser sends from the checkout page."""
    day = timezone.localdate() + timedelta(days=3)
    form = {"basket": str(basket_id), "offer": offer, "consignee": str(consignee.pk)}
    shown = offer_from(offer, basket_id=basket_id)
    for shipment in shown.shipments if shown else ():
        key = f"{shipment.source.warehouse_id}-{shipment.source.day:%Y%m%d}-0"
        form[f"date-{key}"] = f"{day:%d.%m.%Y}"
        form[f"method-{key}"] = "delivery"
    return form


def race_arguments(port: int) -> list[str]:
    """What to hand to Python to serve the portal of the races."""
    return [
        "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "2", "--blocking-threads", "16", "--no-ws",
        "--log-level", "warning", "tests.races.wsgi:application",
    ]  # fmt: skip


@contextmanager
def site_running(
    folder: Path,
    *,
    off: str = "",
    environment: Mapping[str, str] | None = None,
    arguments: Callable[[int], Sequence[str]] = race_arguments,
) -> Iterator[Site]:
    """Serve the portal on the database of this test, without the protection ``off``; with more
    of an environment and by another server, if any are given.
    """
    port = _free_port()
    log = folder / f"site-{off or 'whole'}.log"
    variables = os.environ | {
        "RACES_DATABASE": connection.settings_dict["NAME"],
        "RACES_OFF": off,
        "DJANGO_SETTINGS_MODULE": "tests.races.settings",
        "PYTHONPATH": str(ROOT),
        **(environment or {}),
    }
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, *arguments(port)], cwd=ROOT, env=variables, stdout=out, stderr=out
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, server, log)
        yield Site(url, log, server.pid)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
        _disconnect()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(url: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            if requests.get(url + "/healthz", timeout=2).ok:
                return
        except requests.ConnectionError:
            pass
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The server did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)


def _disconnect() -> None:
    """End what the stopped server left of its connections, so that the database can be dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all at the same moment, a thread each; return what each gave, an exception included."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            results[place] = work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def in_turns(works: Sequence[Callable[[], Any]], *, clients: int) -> list[Any]:
    """Do all, ``clients`` of them at a time; return what each gave."""
    results: list[Any] = [None] * len(works)
    places = iter(range(len(works)))
    lock = threading.Lock()

    def run() -> None:
        while True:
            with lock:
                place = next(places, None)
            if place is None:
                connection.close()
                return
            try:
                results[place] = works[place]()
            except Exception as error:  # noqa: BLE001 - the test looks at it
                results[place] = error

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
