"""The database of the benchmarks: one per size and seed, made once, kept between runs."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from tests.bench.dataset.goods import goods_make
from tests.bench.dataset.parties import parties_make
from tests.bench.dataset.prices import prices_make
from tests.bench.dataset.size import Size
from tests.bench.dataset.stock import stock_make

STEPS: tuple[Callable[[Size], None], ...] = (goods_make, parties_make, prices_make, stock_make)


def database_open(size: Size, *, say: Callable[[str], None] = print) -> None:
    """Turn the connection to the database of ``size``; make and fill it if need be.

    A database made by another version of the generator is made anew; new migrations are run on
    the old one.
    """
    name = f"bench_{size.products}_{size.seed}"
    if not _is_there(name):
        _create(name)
    _turn_to(name)
    call_command("migrate", verbosity=0, skip_checks=False)
    if _made_by() == _fingerprint():
        return
    if _made_by():
        _turn_to("")
        _create(name)
        _turn_to(name)
        call_command("migrate", verbosity=0, skip_checks=False)
    _fill(size, say)


@contextmanager
def database_copy(name: str) -> Iterator[None]:
    """Work on a copy of the open database, dropped afterwards: for rows that commit."""
    original = connection.settings_dict["NAME"]
    _turn_to("")
    _create(name, like=original)
    _turn_to(name)
    try:
        yield
    finally:
        _turn_to(original)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _fill(size: Size, say: Callable[[str], None]) -> None:
    for step in STEPS:
        start = time.perf_counter()
        step(size)
        say(f"{step.__name__}: {time.perf_counter() - start:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CREATE TABLE bench_made_by (fingerprint text)")
        cursor.execute("INSERT INTO bench_made_by VALUES (%s)", [_fingerprint()])


def _fingerprint() -> str:
    """What the generator is: the data set follows from its code, size and seed."""
    folder = Path(__file__).parent / "dataset"
    text = "".join(path.read_text() for path in sorted(folder.glob("*.py")))
    return hashlib.sha256(text.encode()).hexdigest()


def _made_by() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_made_by')")
        if cursor.fetchone()[0] is None:
            # Half filled, or just created: only the latter has no products' class.
            cursor.execute("SELECT EXISTS (SELECT FROM catalogue_category)")
            return "half" if cursor.fetchone()[0] else ""
        cursor.execute("SELECT fingerprint FROM bench_made_by")
        return str(cursor.fetchone()[0])


_first = ""


def _turn_to(name: str) -> None:
    global _first  # noqa: PLW0603 - the name that the settings gave
    _first = _first or connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name or _first


def _is_there(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", [name])
        return bool(cursor.fetchone()[0])


def _create(name: str, *, like: str = "template1") -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
