"""Builds a generation anew beside the live one, which is kept fresh meanwhile."""

import logging
import time

from search.documents.maker import DocumentMaker
from search.documents.version import DOCUMENTS_VERSION
from search.engines.base import Engine
from search.indexing.children import children_for
from search.indexing.generations import (
    generation_begin,
    generation_failed,
    generation_switch,
    live_generation,
)
from search.indexing.queue import changes_clear, num_changes
from search.indexing.refresh import documents_write, queue_drain
from search.indexing.rows import num_rows, row_batches
from search.indexing.slot_plan import slots_planned
from search.indexing.writing import rows_write
from search.models import Generation

logger = logging.getLogger(__name__)
BETWEEN_DRAINS = 2.0
# The last part of the queue, which is taken up before the switch, is no longer than this.
SHORT_QUEUE = 2000
MOST_ROUNDS = 60


class IncompleteError(Exception):
    """A new generation does not hold what the database does."""


def index_rebuild(*, engine: Engine, reason: str) -> Generation:
    """Write all documents into a new generation and let searches ask it. The lock is the caller's.

    What changes meanwhile goes into the live generation at once and into the new one at the end.
    On an error the live one stays, and the record says what happened.
    """
    live = live_generation()
    if live is not None and not _can_be_freshened(engine, live):
        live = None
    slots = slots_planned(live.layout if live else None)
    if live is None:
        # Nobody has an index that these would freshen, and all is read after this.
        changes_clear()
    generation = generation_begin(engine=engine, slots=slots, reason=reason, expected=num_rows())
    logger.info(
        "Index %s: building %s documents (%s).", generation.name, generation.expected, reason
    )
    try:
        _Rebuild(engine, generation, live).run()
    except BaseException as error:
        generation_failed(generation=generation, error=f"{type(error).__name__}: {error}")
        raise
    logger.info("Index %s: live with %s documents.", generation.name, generation.num)
    return generation


def _can_be_freshened(engine: Engine, live: Generation) -> bool:
    return live.version == DOCUMENTS_VERSION and engine.live() == live.name


class _Rebuild:
    """One run. ``touched`` are the rows whose changes the live generation has taken up."""

    def __init__(self, engine: Engine, generation: Generation, live: Generation | None) -> None:
        self.engine = engine
        self.generation = generation
        self.live = live
        self.touched: set[int] = set()
        self.drained_at = time.monotonic()

    def run(self) -> None:
        self._write_all()
        for _round in range(MOST_ROUNDS):
            self._drain()
            self._replay()
            if num_changes(SHORT_QUEUE + 1) <= SHORT_QUEUE:
                break
        self.engine.commit(self.generation.name)
        self._check()
        generation_switch(engine=self.engine, generation=self.generation)

    def _write_all(self) -> None:
        made = self.generation
        for ids in rows_write(
            engine=self.engine,
            generation=made.name,
            maker=DocumentMaker(made.layout, day=made.day),
            batches=row_batches(),
            num_children=children_for(made.expected),
        ):
            made.num += len(ids)
            made.save(update_fields=["num"])
            if time.monotonic() - self.drained_at > BETWEEN_DRAINS:
                self._drain()
                self.drained_at = time.monotonic()

    def _drain(self) -> None:
        """Freshen the live generation; without one the new one itself."""
        target = self.live or self.generation
        maker = DocumentMaker(target.layout)
        taken = queue_drain(engine=self.engine, generation=target.name, maker=maker)
        self.touched |= taken.row_ids | taken.figure_ids

    def _replay(self) -> None:
        """Bring into the new generation what the live one has taken up."""
        documents_write(
            engine=self.engine,
            generation=self.generation.name,
            maker=DocumentMaker(self.generation.layout),
            row_ids=self.touched,
        )
        self.touched.clear()

    def _check(self) -> None:
        """Raise IncompleteError unless there are as many documents as rows, or as many as differ
        by what has changed since.
        """
        found, rows = self.engine.count(self.generation.name), num_rows()
        if abs(found - rows) > num_changes(SHORT_QUEUE * 10):
            raise IncompleteError(f"{found} documents of {rows} rows")
        self.generation.num = found
