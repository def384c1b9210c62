"""The engine in process: tantivy on files under ``DATA_DIR/search``; no server.

Why tantivy: docs/decisions. One folder per generation, one writer, readers in every process.
"""

import contextlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tantivy

from search.engines.base import (
    Answer,
    Body,
    EngineAwayError,
    EngineRefusedError,
    Numbers,
    Packed,
    Still,
    as_numbers,
)
from search.engines.embedded_aggs import answered, for_tantivy
from search.engines.embedded_columns import columns
from search.engines.embedded_filters import split_filters
from search.engines.embedded_folder import Folder
from search.engines.embedded_page import page
from search.engines.embedded_query import Compiler
from search.engines.embedded_reader import Reader
from search.engines.embedded_schema import STILL, as_lines, still_of
from search.engines.embedded_writer import Writer
from search.engines.language import DEEPEST, Bool, Query, Request, Sort
from search.engines.reading import read_query, read_request
from search.fields import Document

TOTAL = "\x1ftotal"
COUNT = {"value_count": {"field": "id"}}
# What a fork took along of open writers: closing them here would wait for threads not here.
_LEFT_TO_THE_PARENT: list[Any] = []


class EmbeddedEngine:
    """Tantivy behind the interface of ``base.Engine``."""

    kind = "embedded"
    most_columns = 300_000
    pack = staticmethod(as_lines)

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = Folder(root)
        self._start()

    def search(self, bodies: Sequence[Body]) -> Sequence[Answer]:
        """Answer several requests from one view of the live generation."""
        requests = [read_request(body) for body in bodies]
        with _tantivy():
            searcher, compiler = self._seen()
            return [_answer(searcher, compiler, request) for request in requests]

    def ids(self, query: Body, *, limit: int) -> Sequence[int]:
        """Ids of what a query finds, the smallest first."""
        read = read_query(query)
        if limit < 1:
            return []
        with _tantivy():
            searcher, compiler = self._seen()
            found: list[int] = []
            for start in range(0, limit, DEEPEST):
                size = min(DEEPEST, limit - start)
                request = Request(read, Sort("id", is_descending=False), start, size)
                _, hits = page(searcher, compiler, request)
                found += [hit.id for hit in hits]
                if len(hits) < size:
                    break
            return found

    def columns(self, query: Body, names: Sequence[str], *, limit: int) -> list[Numbers]:
        """Values of fields of numbers; see ``base``."""
        read = read_query(query)
        with _tantivy():
            searcher, compiler = self._seen()
            return columns(searcher, compiler.compile(read).query, names, limit=limit)

    def _seen(self) -> tuple[Any, Compiler]:
        """Tantivy's view of what searches ask now."""
        self._here()
        return self._reader.searcher(self._reader.live())

    def view(self) -> tuple[str, tuple[int, int]]:
        """What searches see now: another value after every commit and switch; two looks at files.

        Raises EngineAwayError.
        """
        self._here()
        live = self._reader.live()
        return live, self._folder.stamp(live)

    def parts(self) -> Mapping[str, int]:
        """Tantivy's segments as searches see them, and how many documents each was made of; they
        never change but for documents that are taken out. None of
        them where that can't be told.
        """
        with _tantivy():
            self._here()
            return self._reader.segments(self._reader.live())

    def ids_in(self, parts: Collection[str]) -> Numbers | None:
        """Ids of the documents of some segments, of those that were taken out too; None if there
        was a commit just now.
        """
        with _tantivy():
            now = self.parts()
            searcher, _compiler = self._seen()
            if self.parts() != now:
                return None
            places = [
                tantivy.DocAddress(at, document)
                for at, (name, num) in enumerate(now.items()) if name in parts
                for document in range(num)
            ]  # fmt: skip
            return as_numbers(searcher.fast_field_values("id", places))

    def create(self, generation: str) -> None:
        """Make an empty generation."""
        with _tantivy():
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
        with _tantivy():
            self._here()
            searcher, compiler = self._reader.searcher(generation)
            query = compiler.compile(read_query({"terms": {"id": list(ids)}})).query
            hits = searcher.search(
                query, len(ids), count=False, order_by_field="id", order=tantivy.Order.Asc
            ).hits
            return {
                pk: still_of(searcher.doc(place).get_first(STILL))
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
        with _tantivy():
            self._writer(generation).commit()

    def go_live(self, generation: str) -> None:
        """Point searches to a generation."""
        with _tantivy():
            self._folder.go_live(generation)

    def live(self) -> str | None:
        """The generation that searches ask."""
        return self._folder.live()

    def generations(self) -> Sequence[str]:
        """All generations there are."""
        return self._folder.generations()

    def drop(self, generation: str) -> None:
        """Take a generation away, with what was not committed."""
        with _tantivy():
            self._writer(generation).abandon()
            self._reader.close(generation)
            self._folder.drop(generation)

    def count(self, generation: str) -> int:
        """How many documents a generation has."""
        with _tantivy():
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


def _answer(searcher: Any, compiler: Compiler, request: Request) -> Answer:
    if request.size and not request.aggs:
        return Answer(*page(searcher, compiler, request))
    # No page: documents are counted in the same pass, without scores.
    written, apart = split_filters(request.aggs)
    rest = {name: spec for name, spec in request.aggs.items() if "filter" not in spec}
    aggs = {**for_tantivy(rest), **{name: {"filter": text} for name, text in written.items()}}
    if not request.size:
        aggs[TOTAL] = COUNT
    found = searcher.aggregate(compiler.compile(request.query).query, aggs)
    out = answered(rest, found)
    out |= {name: {"doc_count": found[name]["doc_count"]} for name in written}
    out |= {
        name: {"doc_count": _count(searcher, compiler, Bool(filter=[request.query, clause]))}
        for name, clause in apart.items()
    }
    if not request.size:
        return Answer(int(found[TOTAL]["value"]), [], out)
    return Answer(*page(searcher, compiler, request), out)


def _count(searcher: Any, compiler: Compiler, query: Query) -> int:
    found = searcher.aggregate(compiler.compile(query).query, {TOTAL: COUNT})
    return int(found[TOTAL]["value"])


def _place(hit: tuple[int, Any]) -> tuple[int, int]:
    """Where a document is stored: neighbours are unpacked together."""
    return hit[1].segment_ord, hit[1].doc


@contextlib.contextmanager
def _tantivy() -> Iterator[None]:
    """Turn tantivy's errors into ours: it knows ValueError, and panics that are no Exception."""
    try:
        yield
    except ValueError as error:
        raise EngineRefusedError(str(error)) from error
    except OSError as error:
        raise EngineAwayError(f"the search index can't be read: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise EngineRefusedError(str(error)) from error
