"""Takes up the queue of changes: documents made anew, written, committed, forgotten."""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from functools import partial

from search.documents.maker import DocumentMaker
from search.documents.reading import FigureParts
from search.engines.base import Engine, Refiguring, Still
from search.indexing.children import children_for
from search.indexing.making import read_ahead
from search.indexing.queue import Batch, changes_remove, changes_take
from search.indexing.writing import rows_write

logger = logging.getLogger(__name__)

# Rows of the queue between two commits of the index.
TAKEN = 20_000
# A commit is dear where it makes a segment: within this time more is taken first.
SECONDS = 2.0
# Nothing is made while the first part is read, so parts are small.
PART = 1000


def documents_write(
    *, engine: Engine, generation: str, maker: DocumentMaker, row_ids: Collection[int]
) -> int:
    """Bring the documents of these ids in line with the database, without a commit; return how
    many were written. Ids that are no rows lose their documents.
    """
    if not row_ids:
        return 0
    batches = _batches(row_ids)
    write = partial(rows_write, engine=engine, generation=generation, maker=maker, batches=batches)
    try:
        written = set[int]().union(*write(num_children=children_for(len(row_ids))))
    except ChildProcessError:
        # Killed for want of memory, as like as not: without them it goes on, if slower.
        logger.warning("Documents of changes are made without processes of their own.")
        written = set[int]().union(*write(num_children=0))
    if gone := set(row_ids) - written:
        engine.delete(generation, gone)
    return len(written)


def _batches(ids: Collection[int]) -> Sequence[Sequence[int]]:
    ordered = sorted(ids)
    return [ordered[start : start + PART] for start in range(0, len(ordered), PART)]


def figures_write(
    *, engine: Engine, generation: str, maker: DocumentMaker, row_ids: Collection[int]
) -> None:
    """Bring prices and stock in documents in line with the database, without a commit; the rest
    stays as it was last committed. Where there is no document, or an engine can't do so, it is
    made whole.
    """
    left = set(row_ids)
    if isinstance(engine, Refiguring):

        def read(ids: Sequence[int]) -> tuple[Mapping[int, Still], FigureParts]:
            stills = engine.stills(generation, ids)
            return stills, maker.figures_found(stills)

        for stills, parts in read_ahead(read, _batches(row_ids)):
            engine.write_figures(generation, maker.figures(stills, parts))
            left -= stills.keys()
    documents_write(engine=engine, generation=generation, maker=maker, row_ids=left)


def queue_drain(*, engine: Engine, generation: str, maker: DocumentMaker) -> Batch:
    """Take up what waits, for about two seconds; return what was taken. The lock is the caller's.

    Documents are made from what is committed after the queue was read, and the queue's rows go
    after the index's commit: a crash in between repeats work and loses none.
    """
    deadline = time.monotonic() + SECONDS
    taken = Batch([], set(), set())
    while time.monotonic() < deadline:
        batch = changes_take(TAKEN, after=taken.change_ids[-1] if taken.change_ids else 0)
        if not batch.change_ids:
            break
        taken.change_ids.extend(batch.change_ids)
        # What was made whole is not committed yet: there figures would go beside what was before.
        again = batch.figure_ids & taken.row_ids
        taken.row_ids.update(batch.row_ids)
        taken.figure_ids.update(batch.figure_ids)
        documents_write(
            engine=engine, generation=generation, maker=maker, row_ids=batch.row_ids | again
        )
        figures_write(
            engine=engine, generation=generation, maker=maker, row_ids=batch.figure_ids - again
        )
    if taken.change_ids:
        engine.commit(generation)
        changes_remove(taken.change_ids)
    return taken
