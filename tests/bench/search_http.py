"""Whole pages of the catalogue over HTTP: the server of ``manage.py serve``, eight buyers, on one
machine.
"""

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import get_user_model
from django.db import connection

from b2b_apps.core.processes import web_arguments
from tests.bench import http_client
from tests.bench.processor import Processor
from tests.bench.search_world import SearchWorld, search_root, search_world
from tests.bench.table import Row
from tests.bench.world import BenchWorld
from tests.races.site import Site, site_running

CLIENTS, WORKERS, SECONDS = 8, 2, 20.0
LISTENS = "0A"
# What is kept of the index till its next commit, and parts of pages, have a minute to be kept in
# both processes, each page four times or so: it is so at all times but right after a commit.
WARM_UP = 60.0
PER_SECOND, P95_MS = 120, 100
SORTS = ("article", "name", "new", "-stock", "price", "-price")


def search_http(world: BenchWorld) -> Iterable[Row]:
    """Requests per second and their times: texts and sections as buyers ask them, some of them
    filtered, in another order or further on; about half of them were asked in ``WARM_UP``.
    """
    found = search_world(world)
    pages = _pages(found)
    with TemporaryDirectory() as folder:
        settings = {
            "DJANGO_SETTINGS_MODULE": "tests.bench.web_settings",
            "BENCH_SEARCH_ROOT": str(search_root()),
        }
        with site_running(Path(folder), environment=settings, arguments=_served) as site:
            times, spent = _load(site, found, pages)
    rate = len(times) / SECONDS
    name = f"whole pages over HTTP, {CLIENTS} clients, {len(times):,} requests"
    work = f"{name}, {spent}: seconds for 1,000 ({rate:.0f}/s) / at {PER_SECOND}/s"
    yield Row("search-http-rate", work, 1000 / rate, 1000 / PER_SECOND, "s", 1)
    yield Row("search-http-p95", f"{name}: p95 (median {statistics.median(times):.0f} ms)",
              sorted(times)[int(len(times) * 0.95)], P95_MS, "ms", 1)  # fmt: skip


def _served(port: int) -> list[str]:
    return web_arguments(port=port, workers=WORKERS)


def _wait_for_all(port: int) -> None:
    """Till every process of the server takes connections: the first one answers for itself."""
    place = f":{port:04X}"
    while True:
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
        if sum(row[1].endswith(place) and row[3] == LISTENS for row in rows) == WORKERS:
            return
        time.sleep(0.1)


def _pages(found: SearchWorld) -> list[str]:
    """Texts and sections in turn. Of ten pages two are of what is in stock, one of a maker too,
    one is in another order, two are the second to the fifth.
    """
    from b2b_apps.storefront.category_tree import category_tree

    random = Random(9)
    known = category_tree().by_id
    texts = found.queries(210)
    sections = [q for q in found.sections() if q.category_id in known] * 3
    pages = []
    for text, section in zip(texts, sections, strict=False):
        for query in (text, section):
            kind = random.randrange(10)
            asked: list[tuple[str, Any]] = [("q", query.text)] if query.text else []
            asked += [("stock", 1)] if kind < 2 else []
            asked += [("brand", f"Марка {random.randrange(1, 9)}")] if not kind else []
            asked += [("sort", random.choice(SORTS))] if kind == 2 else []
            asked += [("page", random.randrange(2, 6))] if kind in {3, 4} else []
            path = "/search/" if query.category_id is None else known[query.category_id].url
            pages.append(f"{path}?{urlencode(asked)}" if asked else path)
    return pages


def _load(site: Site, found: SearchWorld, pages: list[str]) -> tuple[list[float], str]:
    """Milliseconds of each request after the warm-up, and what each took of the processors."""
    people = get_user_model().objects.in_bulk([c.user_id for c in found.contexts])
    buyers = [site.buyer(people[c.user_id]) for c in found.contexts[:CLIENTS]]
    connection.close()
    address = urlsplit(site.url)
    _wait_for_all(address.port or 0)
    asked = {
        "host": address.hostname,
        "port": address.port,
        "seconds": WARM_UP + SECONDS,
        "cookies": [
            "; ".join(f"{cookie.name}={cookie.value}" for cookie in buyer.session.cookies)
            for buyer in buyers
        ],
        # Each in an order of his own: what one asks, another may have asked, or not yet.
        "paths": [Random(place).sample(pages, len(pages)) for place in range(CLIENTS)],
    }
    processor = Processor(site.pid)
    begun = time.perf_counter() + WARM_UP
    timer = threading.Timer(WARM_UP, processor.start)
    timer.start()
    told = subprocess.run(
        [sys.executable, http_client.__file__], input=json.dumps(asked), capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    spent = processor.spent()
    answer = json.loads(told.stdout)
    took = [(at, seconds * 1000) for at, seconds in answer["times"]]
    times = [ms for at, ms in took if at >= begun]
    each = [f"{name} {1000 * seconds / len(times):.1f}" for name, seconds in spent.items()]
    client = 1000 * answer["cpu"] / len(took)
    return times, f"ms of the processors each: {', '.join(each)}, clients {client:.1f}"
