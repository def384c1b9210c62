"""Documents of the database, in batches."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from django.db import connection

from search.documents.maker import DocumentMaker
from search.fields import Document

B = TypeVar("B")
T = TypeVar("T")
# While one batch is being made and written, the database is asked for the next.
AHEAD = 2


def documents_made(
    maker: DocumentMaker, batches: Iterable[Sequence[int]]
) -> Iterator[Iterable[Document]]:
    """Yield the documents of the rows among the ids, by the batch. Eight queries a batch."""
    return map(maker.made, read_ahead(maker.found, batches))


def read_ahead(read: Callable[[B], T], batches: Iterable[B]) -> Iterator[T]:
    """Yield what is read of each batch; the next ones are read meanwhile, by a thread with a
    connection of its own. Not for one batch, where there is nothing to read ahead, nor inside of
    a transaction, which no other connection could see into.
    """
    is_one = isinstance(batches, Sequence) and len(batches) == 1
    if is_one or connection.in_atomic_block:
        yield from map(read, batches)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="search-rows") as reader:
        try:
            yield from _read(read, iter(batches), reader)
        finally:
            reader.submit(_close).result()


def _close() -> None:
    # Looked up in the thread that asks: each has a connection of its own.
    connection.close()


def _read(read: Callable[[B], T], batches: Iterator[B], reader: ThreadPoolExecutor) -> Iterator[T]:
    asked: deque[Future[list[T]]] = deque()

    def read_next() -> list[T]:
        return [read(batch) for batch in islice(batches, 1)]

    asked.extend(reader.submit(read_next) for _n in range(AHEAD))
    while found := asked.popleft().result():
        asked.append(reader.submit(read_next))
        yield found[0]
