"""All documents of the database, in batches."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

from django.db import connection

from search.documents.maker import DocumentMaker
from search.documents.reading import Found
from search.documents.slots import Slots
from search.fields import Document
from search.indexing.rows import row_batches

# While one batch is being made and written, the database is asked for the next.
AHEAD = 2


def documents_made(slots: Slots, day: date | None) -> Iterator[Iterable[Document]]:
    """Yield the documents of all rows, by the batch. Eight queries a batch, on a connection of
    their own; but inside of a transaction, which no other connection could see into.
    """
    maker = DocumentMaker(slots, day=day)
    if connection.in_atomic_block:
        yield from map(maker.documents, row_batches())
        return
    with ThreadPoolExecutor(1, thread_name_prefix="search-rows") as reader:
        try:
            yield from _made(maker, reader)
        finally:
            reader.submit(_close).result()


def _close() -> None:
    # Looked up in the thread that asks: each has a connection of its own.
    connection.close()


def _made(maker: DocumentMaker, reader: ThreadPoolExecutor) -> Iterator[Iterable[Document]]:
    batches = row_batches()
    asked: deque[Future[Found | None]] = deque()

    def read() -> Found | None:
        ids = next(batches, None)
        return None if ids is None else maker.found(ids)

    asked.extend(reader.submit(read) for _n in range(AHEAD))
    while (found := asked.popleft().result()) is not None:
        asked.append(reader.submit(read))
        yield maker.made(found)
