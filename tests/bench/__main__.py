"""``python -m tests.bench [ID]``: run the benchmarks in a database of their own."""

import os
import platform
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "b2b_apps.config.settings.test")
django.setup()

from django.db import connection
from django_scopes import scopes_disabled

from tests.bench import rows
from tests.bench.data import fill
from tests.bench.table import HEAD, Row, write_report
from tests.factories import build_world

NUM_PRODUCTS = 20_000


def main(only: str | None) -> None:
    """Run all rows, or the one named; a full run rewrites docs/benchmarks.md."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with scopes_disabled():
            world = build_world()
            fill(world, num_products=NUM_PRODUCTS)
            done: list[Row] = []
            print(HEAD)
            for row_id, measure in rows.ALL.items():
                if only in (None, row_id):
                    done.append(measure(world))
                    print(done[-1].line(), flush=True)
        if only is None:
            write_report(
                done,
                f"{os.cpu_count()} cores, Python {platform.python_version()}, "
                f"PostgreSQL {connection.pg_version // 10000}; {NUM_PRODUCTS:,} products",
            )
    finally:
        connection.creation.destroy_test_db("test_postgres", verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
