"""``python -m tests.bench [ID] [--size N]``: run the benchmarks on the data set of that size."""

import os
import platform
import timeit
from argparse import ArgumentParser

from tests.bench.setting import set_up

set_up()

from django.db import connection
from django_scopes import scopes_disabled

from b2b_apps.config.warming import collect_rarely
from tests.bench import rows
from tests.bench.database import database_open
from tests.bench.dataset.size import Size
from tests.bench.table import HEAD, Row, report_write
from tests.bench.world import BenchWorld


def main() -> None:
    """Run all rows, or those whose id begins so; what was run goes into docs/benchmarks.md."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="?", default="", help="row, or beginning of rows")
    parser.add_argument("--size", type=int, default=100_000, help="products")
    parser.add_argument("--dry", action="store_true", help="leave docs/benchmarks.md alone")
    options = parser.parse_args()
    wanted = {name: row for name, row in rows.ALL.items() if name.startswith(options.only)}
    if not wanted:
        parser.error(f"no such row; there are: {', '.join(rows.ALL)}")
    collect_rarely()  # as a process of the server does before its first request
    with scopes_disabled():
        world = BenchWorld(Size(options.size))
        database_open(world.size)
        done: list[Row] = []
        print(HEAD)
        for measure in wanted.values():
            for row in measure(world):
                done.append(row)
                print(row.line(), flush=True)
    if not options.dry:
        report_write(done, size=options.size, machine=machine())


def machine() -> str:
    """What the last rows were measured on, and how quick it was then: machines of one name differ
    by the half, so milliseconds of two runs are compared by this.
    """
    quickest = min(timeit.repeat("for n in range(5_000_000): s += n", "s = 0", number=1, repeat=5))
    return (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, "
        f"PostgreSQL {connection.pg_version // 10000}; five million additions in Python took "
        f"{quickest:.2f} s"
    )


if __name__ == "__main__":
    main()
