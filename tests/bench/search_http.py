"""Whole pages of the catalogue over HTTP: two server processes, eight clients, on one machine."""

import statistics
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import requests
from django.contrib.auth import get_user_model
from django.db import connection

from tests.bench.search_world import SearchWorld, search_root, search_world
from tests.bench.table import Row
from tests.bench.world import BenchWorld
from tests.races.site import Site, site_running

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
        with site_running(Path(folder), environment=settings) as site:
            times, took = _load(site, found, addresses)
    rate = len(times) / took
    name = f"whole pages over HTTP, {CLIENTS} clients, {len(times):,} requests"
    yield Row("search-http-rate", f"{name}: seconds for 1,000 ({rate:.0f}/s) / at {PER_SECOND}/s",
              1000 / rate, 1000 / PER_SECOND, "s", 1)  # fmt: skip
    yield Row("search-http-p95", f"{name}: p95 (median {statistics.median(times):.0f} ms)",
              sorted(times)[int(len(times) * 0.95)], P95_MS, "ms", 1)  # fmt: skip


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

    def ask(place: int, session: requests.Session) -> None:
        turn = place
        while time.perf_counter() < ends:
            start = time.perf_counter()
            answer = session.get(site.url + addresses[turn % len(addresses)], timeout=60)
            stop = time.perf_counter()
            if answer.status_code != 200:
                raise RuntimeError(f"{answer.status_code} of {answer.url}")
            if start >= begun and stop <= ends:
                times.append((stop - start) * 1000)
            turn += CLIENTS + 1

    threads = [
        threading.Thread(target=ask, args=(place, buyer.session))
        for place, buyer in enumerate(buyers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for buyer in buyers:
        with closing(buyer.session):
            pass
    return times, SECONDS
