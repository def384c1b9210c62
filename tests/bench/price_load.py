"""Loading prices against COPY into an equal table: the same rows, keys, checks, contents."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.db import connection, transaction

from b2b_apps.pricing.models import PriceList
from b2b_apps.pricing.price_load import PriceRow, prices_load
from tests.bench.table import Row
from tests.bench.world import BenchWorld

LISTS = 10
EQUAL = "bench_equal_price"
COLUMNS = "price_list_id, product_id, amount, minimum_quantity, pack_factor"


def price_load(world: BenchWorld) -> Iterable[Row]:
    """As many prices as there are products: all new, all unchanged, all changed."""
    number = world.size.products
    _equal_table()
    best: dict[str, float] = {}
    for _round in range(3 if number <= 200_000 else 1):
        with _price_lists() as lists:
            for name, seconds in _once(lists, number // LISTS).items():
                best[name] = min(seconds, best.get(name, seconds))
    for name in ("new", "changed", "unchanged"):
        yield Row(
            f"price-load-{name}",
            f"{number:,} prices loaded, all {name} / COPY into an equal table",
            best[name], best["copy"], "s", 2,
        )  # fmt: skip
    yield Row(
        "price-load-skip", f"{number:,} prices loaded, all unchanged / all changed",
        best["unchanged"], best["changed"], "s", 0.2,
    )  # fmt: skip


def _once(lists: list[int], products: int) -> dict[str, float]:
    """Seconds of each load; a commit is a part of it."""
    rows = list(_rows(lists, products, Decimal("1.25")))
    dearer = list(_rows(lists, products, Decimal("1.50")))
    lines = "".join(f"{r[0]}\t{r[1]}\t{r[2]}\t{r[3]}\t{r[4]}\n" for r in rows)
    return {
        "copy": _timed(lambda: _copy(lines)),
        "new": _timed(lambda: prices_load(rows=rows, source="file")),
        "unchanged": _timed(lambda: prices_load(rows=rows, source="file")),
        "changed": _timed(lambda: prices_load(rows=dearer, source="file")),
    }


def _rows(lists: list[int], products: int, step: Decimal) -> Iterator[PriceRow]:
    """Product by product, as 1C sends them."""
    for product in range(1, products + 1):
        for place, pk in enumerate(lists):
            yield PriceRow(pk, product, (product % 997 + place) * step)


def _copy(lines: str) -> None:
    statement = f"COPY {EQUAL} ({COLUMNS}) FROM STDIN"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(lines), 2**17):
            copy.write(lines[start : start + 2**17])


def _timed(work: Callable[[], object]) -> float:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _equal_table() -> None:
    """A table with the same columns, checks, indexes, foreign keys, filling of pages and rows as
    that of prices; made anew once prices have others.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [EQUAL])
        if cursor.fetchone()[0] is not None and _shape(EQUAL) == _shape("pricing_price"):
            return
        cursor.execute(f"DROP TABLE IF EXISTS {EQUAL}")
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = 'pricing_price'::regclass AND contype = 'f'"
        )
        keys = [definition for (definition,) in cursor.fetchall()]
        with transaction.atomic():
            cursor.execute(f"CREATE TABLE {EQUAL} (LIKE pricing_price INCLUDING ALL)")
            filled = _shape("pricing_price")[0]
            if filled:
                cursor.execute(f"ALTER TABLE {EQUAL} SET ({', '.join(filled)})")
            cursor.execute(
                f"INSERT INTO {EQUAL} OVERRIDING SYSTEM VALUE SELECT * FROM pricing_price"
            )
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{EQUAL}', 'id'), max(id)) FROM {EQUAL}"
            )
            for definition in keys:
                cursor.execute(f"ALTER TABLE {EQUAL} ADD {definition}")
        cursor.execute(f"VACUUM ANALYZE {EQUAL}")


def _shape(table: str) -> tuple[list[str], int, int]:
    """What a table is stored like: how its pages are filled, how many indexes and keys it has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(reloptions, '{}'), "
            "(SELECT count(*) FROM pg_index WHERE indrelid = c.oid), "
            "(SELECT count(*) FROM pg_constraint WHERE conrelid = c.oid AND contype <> 'n') "
            "FROM pg_class c WHERE oid = %s::regclass",
            [table],
        )
        options, indexes, constraints = cursor.fetchone()
        return list(options), indexes, constraints


@contextmanager
def _price_lists() -> Iterator[list[int]]:
    """Lists for the block; they and their prices are gone after it."""
    PriceList.objects.filter(name="bench").delete()
    lists = [PriceList.objects.create(name="bench").pk for _place in range(LISTS)]
    try:
        yield lists
    finally:
        with connection.cursor() as cursor:
            for table in ("pricing_pricechange", "pricing_price", EQUAL):
                cursor.execute(f"DELETE FROM {table} WHERE price_list_id = ANY(%s)", [lists])
                cursor.execute(f"VACUUM ANALYZE {table}")
        PriceList.objects.filter(pk__in=lists).delete()
