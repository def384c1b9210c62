"""Documents of the database, in batches."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection

from search.documents.maker import DocumentMaker
from search.documents.reading import Found
from search.fields import Document

# While one batch is being made and written, the database is asked for the next.
AHEAD = 2


def documents_made(
    maker: DocumentMaker, batches: Iterable[Sequence[int]]
) -> Iterator[Iterable[Document]]:
    """Yield the documents of the rows among the ids, by the batch. Eight queries a batch, on a
    connection of their own; but not for one batch, where there is nothing to read ahead, nor
    inside of a transaction, which no other connection could see into.
    """
    is_one = isinstance(batches, Sequence) and len(batches) == 1
    if is_one or connection.in_atomic_block:
        yield from (maker.made(maker.found(ids)) for ids in batches)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="search-rows") as reader:
        try:
            yield from _made(maker, iter(batches), reader)
        finally:
            reader.submit(_close).result()


def _close() -> None:
    # Looked up in the thread that asks: each has a connection of its own.
    connection.close()


def _made(
    maker: DocumentMaker, batches: Iterator[Sequence[int]], reader: ThreadPoolExecutor
) -> Iterator[Iterable[Document]]:
    asked: deque[Future[Found | None]] = deque()

    def read() -> Found | None:
        ids = next(batches, None)
        return None if ids is None else maker.found(ids)

    asked.extend(reader.submit(read) for _n in range(AHEAD))
    while (found := asked.popleft().result()) is not None:
        asked.append(reader.submit(read))
        yield maker.made(found)
