"""Writes to generations of the embedded engine; one process at a time to each."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from search.engines.base import EngineBusyError, EngineRefusedError, Packed, Still
from search.engines.documents import checked
from search.engines.embedded_folder import Folder
from search.engines.embedded_schema import as_kept_json, as_refigured_json
from search.fields import Document

# Documents wait here for the next segment.
HEAP_BYTES = 256_000_000
# It keeps up with two processes that make documents; two threads took 8 % more of the processor.
THREADS = 1
WAIT_SECONDS = 10.0


class Writer:
    """The writer of one generation: from the first change to the commit."""

    def __init__(self, folder: Folder, generation: str) -> None:
        self._lock = threading.RLock()
        self._folder = folder
        self._generation = generation
        self._writer: Any = None
        # Ids of a generation that was empty: what is not among them needs no delete.
        self._seen: set[int] | None = None

    def write(self, documents: Iterable[Document]) -> int:
        """Put documents in. Raises EngineRefusedError, EngineBusyError."""

        def put(writer: Any) -> int:
            num_written = 0
            for document in documents:
                self._put(writer, document)
                num_written += 1
            return num_written

        return self._change(put)

    def write_packed(self, packed: Packed) -> int:
        """Put documents in that are written out. Raises EngineRefusedError, EngineBusyError."""

        def put(writer: Any) -> int:
            if packed.ids:
                for pk, line in zip(packed.ids, packed.lines.split(b"\n"), strict=True):
                    self._make_room(writer, pk)
                    writer.add_json(line.decode())
            return len(packed.ids)

        return self._change(put)

    def write_figures(self, figures: Iterable[tuple[int, Still, Document]]) -> None:
        """Put new figures beside what is still so. Raises EngineRefusedError, EngineBusyError."""

        def put(writer: Any) -> int:
            for pk, still, document in figures:
                writer.delete_documents_by_term("id", pk)
                writer.add_json(as_refigured_json(still, document))
            return 0

        self._change(put)

    def delete(self, ids: Iterable[int]) -> None:
        """Take documents out. Raises EngineBusyError."""

        def take(writer: Any) -> int:
            for pk in ids:
                writer.delete_documents_by_term("id", int(pk))
            return 0

        self._change(take)

    def commit(self) -> None:
        """Let readers see the changes, wait for merges, let others write."""
        with self._lock:
            if self._writer is None:
                return
            writer, self._writer, self._seen = self._writer, None, None
            writer.commit()
            writer.wait_merging_threads()

    def abandon(self) -> None:
        """Forget what was not committed, let others write."""
        with self._lock:
            if self._writer is not None:
                writer, self._writer, self._seen = self._writer, None, None
                writer.rollback()
                writer.wait_merging_threads()

    def _change(self, change: Callable[[Any], int]) -> int:
        with self._lock:
            if self._writer is None:
                self._open()
            try:
                return change(self._writer)
            except BaseException as error:
                # Half of a call must not be committed by the next one, nor the lock be kept.
                self.abandon()
                if isinstance(error, ValueError | OverflowError):
                    raise EngineRefusedError(str(error)) from error
                raise

    def _put(self, writer: Any, document: Document) -> None:
        pk = document.get("id")
        if isinstance(pk, int):
            self._make_room(writer, pk)
        try:
            writer.add_json(as_kept_json(document).decode())
        except (ValueError, TypeError, OverflowError):
            # Nothing among the values, true, or what is of no use: that is looked at only here.
            writer.add_json(as_kept_json(checked(document)).decode())

    def _make_room(self, writer: Any, pk: int) -> None:
        if self._may_be_there(pk):
            writer.delete_documents_by_term("id", pk)

    def _may_be_there(self, pk: int) -> bool:
        if self._seen is None:
            return True
        if pk in self._seen:
            return True
        self._seen.add(pk)
        return False

    def _open(self) -> None:
        index = self._folder.open(self._generation)
        until = time.monotonic() + WAIT_SECONDS
        while self._writer is None:
            try:
                self._writer = index.writer(HEAP_BYTES, THREADS)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise EngineRefusedError(str(error)) from error
                if time.monotonic() > until:
                    raise EngineBusyError(
                        f"another process writes to the search index {self._generation}"
                    ) from error
                time.sleep(0.05)
        index.reload()
        self._seen = set() if index.searcher().num_docs == 0 else None
