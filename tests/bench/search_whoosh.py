"""Oscar's own search, Haystack on Whoosh, beside ours on the same data."""

import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from haystack import connections
from oscar.core.loading import get_class

from tests.bench.search import text_times, times_of
from tests.bench.search_world import search_world
from tests.bench.table import Row
from tests.bench.world import BenchWorld

# It puts in some hundred products a second, so it gets a part of them; ours is asked among all.
MOST = 20_000
BATCH = 2_000
QUERIES = 42
PAGE = 24


def search_whoosh(world: BenchWorld) -> Iterable[Row]:
    """What its page asks for: a text, its facets, the products of a page, without the template."""
    found = search_world(world)
    asked = found.queries(QUERIES)
    ours = text_times(found, asked)
    num = min(MOST, world.size.products)
    with _oscars_index(num) as per_second:
        theirs = times_of(lambda place: _page(asked[place].text), len(asked))
    yield Row(
        "search-text-whoosh",
        f"text, 10 facets, my prices, page of 24 among {world.size.products:,}: median / text, 2 "
        f"facets, page of 24 by Oscar's Haystack on Whoosh among {num:,} (p95 {p95(theirs):,.0f} "
        f"ms; {per_second:,.0f} products/s to build)",
        statistics.median(ours), statistics.median(theirs), "ms", None,
    )  # fmt: skip


def p95(times: Iterable[float]) -> float:
    """What 95 of 100 do not exceed."""
    ordered = sorted(times)
    return ordered[int(len(ordered) * 0.95)]


@contextmanager
def _oscars_index(num: int) -> Iterator[float]:
    """Fill Oscar's index with the first products in a folder of its own; yield how many a second.

    The portal has Haystack's simple engine, which has no index: its settings are put back.
    """
    before = connections.connections_info["default"]
    with tempfile.TemporaryDirectory(prefix="bench-whoosh-") as folder:
        connections.connections_info["default"] = {
            "ENGINE": "haystack.backends.whoosh_backend.WhooshEngine",
            "PATH": str(Path(folder) / "whoosh"),
        }
        connections.reload("default")
        try:
            yield num / _filled(num)
        finally:
            connections.connections_info["default"] = before
            connections.reload("default")


def _filled(num: int) -> float:
    """Put products in; return how many seconds it took."""
    index = get_class("search.search_indexes", "ProductIndex")()
    # Prices are of contracts here and not of stock records: Oscar's index goes without both, which
    # makes it faster.
    index.prepare_price = index.prepare_num_in_stock = lambda _product: None
    backend = connections["default"].get_backend()
    products = index.index_queryset().order_by("pk")[:num]
    start = time.perf_counter()
    for first in range(0, num, BATCH):
        backend.update(index, products[first : min(first + BATCH, num)])
    return time.perf_counter() - start


def _page(text: str) -> None:
    """As Oscar's form and its pages of results ask."""
    found = get_class("search.facets", "base_sqs")().auto_query(text)
    found.facet_counts()
    for hit in found.load_all()[:PAGE]:
        _product = hit and hit.object
