"""Whole pages of the catalogue over HTTP: the server of ``manage.py serve``, eight clients, on one
machine.
"""

import statistics
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import get_user_model
from django.db import connection

from b2b_apps.core.processes import web_arguments
from tests.bench.search_world import SearchWorld, search_root, search_world
from tests.bench.table import Row
from tests.bench.world import BenchWorld
from tests.races.site import Buyer, Site, site_running

CLIENTS, SECONDS = 8, 20.0
WARM_UP = 3.0
PER_SECOND, P95_MS = 120, 100


def search_http(world: BenchWorld) -> Iterable[Row]:
    """Requests per second and their times: texts and sections as buyers ask them."""
    found = search_world(world)
    addresses = _addresses(found)
    with TemporaryDirectory() as folder:
        settings = {
            "DJANGO_SETTINGS_MODULE": "tests.bench.web_settings",
            "BENCH_SEARCH_ROOT": str(search_root()),
        }
        with site_running(Path(folder), environment=settings, arguments=_served) as site:
            times, took = _load(site, found, addresses)
    rate = len(times) / took
    name = f"whole pages over HTTP, {CLIENTS} clients, {len(times):,} requests"
    yield Row("search-http-rate", f"{name}: seconds for 1,000 ({rate:.0f}/s) / at {PER_SECOND}/s",
              1000 / rate, 1000 / PER_SECOND, "s", 1)  # fmt: skip
    yield Row("search-http-p95", f"{name}: p95 (median {statistics.median(times):.0f} ms)",
              sorted(times)[int(len(times) * 0.95)], P95_MS, "ms", 1)  # fmt: skip


def _served(port: int) -> list[str]:
    return web_arguments(port=port)


def _addresses(found: SearchWorld) -> list[str]:
    texts = [f"/search/?{urlencode({'q': query.text})}" for query in found.queries(105)]
    from b2b_apps.storefront.category_tree import category_tree

    known = category_tree().by_id
    sections = [known[q.category_id].url for q in found.sections() if q.category_id in known]
    return [address for pair in zip(texts, sections * 3, strict=False) for address in pair]


def _load(site: Site, found: SearchWorld, addresses: list[str]) -> tuple[list[float], float]:
    """Milliseconds of each request after the warm-up, and the seconds they took together."""
    people = get_user_model().objects.in_bulk([c.user_id for c in found.contexts])
    buyers = [site.buyer(people[c.user_id]) for c in found.contexts[:CLIENTS]]
    connection.close()
    times: list[float] = []
    begun = time.perf_counter() + WARM_UP
    ends = begun + SECONDS

    def ask(place: int, buyer: Buyer) -> None:
        turn = place
        with closing(_Client(site, buyer)) as client:
            while time.perf_counter() < ends:
                start = time.perf_counter()
                client.get(addresses[turn % len(addresses)])
                stop = time.perf_counter()
                if start >= begun and stop <= ends:
                    times.append((stop - start) * 1000)
                turn += CLIENTS + 1

    threads = [threading.Thread(target=ask, args=pair) for pair in enumerate(buyers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, SECONDS


class _Client:
    """A browser that keeps its connection: clients share the processors with what they measure, so
    they do no more than to read the answer.
    """

    def __init__(self, site: Site, buyer: Buyer) -> None:
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in buyer.session.cookies)
        self._headers = {"Cookie": cookies, "Accept": "text/html"}
        self._connection = HTTPConnection(urlsplit(site.url).netloc, timeout=60)

    def get(self, address: str) -> None:
        self._connection.request("GET", address, headers=self._headers)
        answer = self._connection.getresponse()
        page = answer.read()
        if answer.status != 200 or not page:
            raise RuntimeError(f"{answer.status} of {address}")

    def close(self) -> None:
        self._connection.close()
