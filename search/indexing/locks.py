"""One writer of the index at a time, on all machines."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Any number that nobody else uses; the other half of it is the worker's clock's.
LOCK = (0x5EA2C4, 1)


@contextmanager
def writer_lock() -> Iterator[bool]:
    """Say whether this process may write; it may until the end of the block.

    A lock of the session: it goes with the connection, so a killed writer leaves none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK)
        has_it = bool(cursor.fetchone()[0])
    try:
        yield has_it
    finally:
        if has_it and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", LOCK)
