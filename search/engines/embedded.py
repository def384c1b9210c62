"""The engine in process: tantivy on files under ``DATA_DIR/search``; no server.

Why tantivy: docs/decisions. One folder per generation, one writer, readers in every process.
"""

import os
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tantivy

from search.engines.base import Answer, Body, Numbers, Packed, Still
from search.engines.embedded_folder import Folder
from search.engines.embedded_reader import Reader
from search.engines.embedded_schema import STILL, as_lines, still_of
from search.engines.embedded_view import KIND, MOST_COLUMNS, View, tantivy_errors
from search.engines.embedded_writer import Writer
from search.engines.reading import read_query
from search.fields import Document

# What a fork took along of open writers: closing them here would wait for threads not here.
_LEFT_TO_THE_PARENT: list[Any] = []


class EmbeddedEngine:
    """Tantivy behind the interface of ``base.Engine``."""

    kind, most_columns = KIND, MOST_COLUMNS
    pack = staticmethod(as_lines)

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = Folder(root)
        self._start()

    def now(self) -> View:
        """The live generation as of its last commit; two looks at files. Raises EngineAwayError."""
        with tantivy_errors():
            self._here()
            live = self._reader.live()
            opened = self._reader.opened(live)
        view = self._root, live, opened.stamp
        return View(opened.searcher, opened.compiler, view, opened.segments)

    def view(self) -> Hashable:
        """What searches see now: another value after every commit and switch."""
        return self.now().view()

    def search(self, bodies: Sequence[Body]) -> Sequence[Answer]:
        """Answer several requests from one view of the live generation."""
        return self.now().search(bodies)

    def ids(self, query: Body, *, limit: int) -> Sequence[int]:
        """Ids of what a query finds, the smallest first."""
        return self.now().ids(query, limit=limit)

    def columns(self, query: Body, names: Sequence[str], *, limit: int) -> list[Numbers]:
        """Values of fields of numbers; see ``base``."""
        return self.now().columns(query, names, limit=limit)

    def create(self, generation: str) -> None:
        """Make an empty generation."""
        with tantivy_errors():
            self._folder.create(generation)

    def write(self, generation: str, documents: Iterable[Document]) -> int:
        """Put documents in; see ``base``."""
        return self._writer(generation).write(documents)

    def write_packed(self, generation: str, packed: Packed) -> int:
        """Put documents in that ``pack`` wrote out."""
        return self._writer(generation).write_packed(packed)

    def stills(self, generation: str, ids: Collection[int]) -> Mapping[int, Still]:
        """What documents hold beside their figures; see ``base.Refiguring``."""
        if not ids:
            return {}
        with tantivy_errors():
            self._here()
            opened = self._reader.opened(generation)
            query = opened.compiler.compile(read_query({"terms": {"id": list(ids)}})).query
            hits = opened.searcher.search(
                query, len(ids), count=False, order_by_field="id", order=tantivy.Order.Asc
            ).hits
            return {
                pk: still_of(opened.searcher.doc(place).get_first(STILL))
                for pk, place in sorted(hits, key=_place)
            }

    def write_figures(
        self, generation: str, figures: Iterable[tuple[int, Still, Document]]
    ) -> None:
        """Put new figures beside what is still so."""
        self._writer(generation).write_figures(figures)

    def delete(self, generation: str, ids: Iterable[int]) -> None:
        """Take documents out."""
        self._writer(generation).delete(ids)

    def commit(self, generation: str) -> None:
        """Let searches see what was written, here and in other processes."""
        with tantivy_errors():
            self._writer(generation).commit()

    def go_live(self, generation: str) -> None:
        """Point searches to a generation."""
        with tantivy_errors():
            self._folder.go_live(generation)

    def live(self) -> str | None:
        """The generation that searches ask."""
        return self._folder.live()

    def generations(self) -> Sequence[str]:
        """All generations there are."""
        return self._folder.generations()

    def drop(self, generation: str) -> None:
        """Take a generation away, with what was not committed."""
        with tantivy_errors():
            self._writer(generation).abandon()
            self._reader.close(generation)
            self._folder.drop(generation)

    def count(self, generation: str) -> int:
        """How many documents a generation has."""
        with tantivy_errors():
            self._here()
            return self._reader.count(generation)

    def _writer(self, generation: str) -> Writer:
        self._here()
        return self._writers.setdefault(generation, Writer(self._folder, generation))

    def _here(self) -> None:
        """Start afresh after a fork: locks and writers are the parent's."""
        if self._pid != os.getpid():
            _LEFT_TO_THE_PARENT.append((self._writers, self._reader))
            self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._reader = Reader(self._folder)
        self._writers: dict[str, Writer] = {}


def _place(hit: tuple[int, Any]) -> tuple[int, int]:
    """Where a document is stored: neighbours are unpacked together."""
    return hit[1].segment_ord, hit[1].doc
