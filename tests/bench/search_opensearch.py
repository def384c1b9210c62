"""The rows of search on a real OpenSearch, started as the tests start it."""

import time
from collections.abc import Iterable
from dataclasses import replace

from search.engines.elastic import ElasticEngine
from search.engines.elastic_address import address_of
from search.indexing.generations import live_generation
from tests.bench.database import database_copy
from tests.bench.search import PER_SECOND, engine_rows
from tests.bench.search_world import SearchWorld, rebuild
from tests.bench.table import Row
from tests.bench.world import BenchWorld
from tests.search.server import launch

# As long as the server may take: what is measured is how long it does.
SECONDS = 30.0


def opensearch(world: BenchWorld) -> Iterable[Row]:
    """The whole table, on a copy of the database: which index is live stands there.

    No goals: the numbers that the portal promises are the embedded engine's.
    """
    try:
        launch.brought("opensearch")
    except (launch.NoJavaError, launch.NoJarsError) as error:
        print(f"Left out: {error}.")
        return
    with launch.server("opensearch", heap="1g") as url, database_copy("bench_opensearch"):
        found = SearchWorld(world, ElasticEngine(address_of(f"{url}/bench"), seconds=SECONDS))
        yield _built(found)
        for row in engine_rows(found):
            name = row.id.replace("search-", "opensearch-")
            yield replace(row, id=name, work=f"OpenSearch: {row.work}", goal=None)


def _built(found: SearchWorld) -> Row:
    start = time.perf_counter()
    rebuild(found.engine)
    took = time.perf_counter() - start
    live = live_generation()
    assert live is not None
    num = found.engine.count(live.name)
    work = f"OpenSearch: index of {num:,} rows built ({num / took:,.0f}/s)"
    return Row("opensearch-build", f"{work} / {PER_SECOND:,} a second", took, num / PER_SECOND,
               "s", None)  # fmt: skip
