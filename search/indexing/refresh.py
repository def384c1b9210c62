"""Takes up the queue of changes: documents made anew, written, committed, forgotten."""

import time
from collections.abc import Collection

from search.documents.maker import DocumentMaker
from search.engines.base import Engine
from search.indexing.queue import Batch, changes_remove, changes_take
from search.indexing.rows import BATCH

# Rows of the queue between two commits of the index.
TAKEN = 20_000
# A commit is dear where it makes a segment: within this time more is taken first.
SECONDS = 2.0


def documents_write(
    *, engine: Engine, generation: str, maker: DocumentMaker, row_ids: Collection[int]
) -> int:
    """Bring the documents of these ids in line with the database, without a commit; return how
    many were written. Ids that are no rows lose their documents.
    """
    num = 0
    ordered = sorted(row_ids)
    for start in range(0, len(ordered), BATCH):
        ids = ordered[start : start + BATCH]
        documents = maker.documents(ids)
        engine.write(generation, documents)
        if gone := set(ids).difference(document["id"] for document in documents):
            engine.delete(generation, gone)
        num += len(documents)
    return num


def queue_drain(*, engine: Engine, generation: str, maker: DocumentMaker) -> Batch:
    """Take up what waits, for about two seconds; return what was taken. The lock is the caller's.

    Documents are made from what is committed after the queue was read, and the queue's rows go
    after the index's commit: a crash in between repeats work and loses none.
    """
    deadline = time.monotonic() + SECONDS
    taken, done = Batch([], set()), set[int]()
    while time.monotonic() < deadline:
        batch = changes_take(TAKEN, after=taken.change_ids[-1] if taken.change_ids else 0)
        if not batch.change_ids:
            break
        documents_write(engine=engine, generation=generation, maker=maker, row_ids=batch.row_ids)
        taken.change_ids.extend(batch.change_ids)
        done |= batch.row_ids
    if taken.change_ids:
        engine.commit(generation)
        changes_remove(taken.change_ids)
    return Batch(taken.change_ids, done)
