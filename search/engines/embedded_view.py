"""The embedded engine as of one commit: what one search asks."""

import contextlib
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any

import tantivy

from search.engines.base import (
    Answer,
    Body,
    EngineAwayError,
    EngineRefusedError,
    Numbers,
    as_numbers,
)
from search.engines.embedded_aggs import answered, for_tantivy
from search.engines.embedded_columns import columns
from search.engines.embedded_filters import split_filters
from search.engines.embedded_page import page
from search.engines.embedded_query import Compiler
from search.engines.language import DEEPEST, Bool, Query, Request, Sort
from search.engines.reading import read_query, read_request

KIND, MOST_COLUMNS = "embedded", 300_000
TOTAL = "\x1ftotal"
COUNT = {"value_count": {"field": "id"}}


class View:
    """``base.Asked`` of one searcher of tantivy. It goes on to see what it saw, whatever is written
    meanwhile.
    """

    kind, most_columns = KIND, MOST_COLUMNS

    def __init__(
        self, searcher: Any, compiler: Compiler, view: Hashable, segments: Mapping[str, int]
    ) -> None:
        self._searcher, self._compiler = searcher, compiler
        self._view, self._segments = view, segments

    def view(self) -> Hashable:
        """What it sees, as one value."""
        return self._view

    def search(self, bodies: Sequence[Body]) -> Sequence[Answer]:
        """Answer several requests."""
        requests = [read_request(body) for body in bodies]
        with tantivy_errors():
            return [_answer(self._searcher, self._compiler, request) for request in requests]

    def ids(self, query: Body, *, limit: int) -> Sequence[int]:
        """Ids of what a query finds, the smallest first."""
        read = read_query(query)
        if limit < 1:
            return []
        with tantivy_errors():
            found: list[int] = []
            for start in range(0, limit, DEEPEST):
                size = min(DEEPEST, limit - start)
                request = Request(read, Sort("id", is_descending=False), start, size)
                _, hits = page(self._searcher, self._compiler, request)
                found += [hit.id for hit in hits]
                if len(hits) < size:
                    break
            return found

    def columns(self, query: Body, names: Sequence[str], *, limit: int) -> list[Numbers]:
        """Values of fields of numbers; see ``base``."""
        read = read_query(query)
        with tantivy_errors():
            return columns(self._searcher, self._compiler.compile(read).query, names, limit=limit)

    def parts(self) -> Mapping[str, int]:
        """Tantivy's segments, and how many documents each was made of; they never change but for
        documents that are taken out.
        """
        return self._segments

    def ids_in(self, parts: Collection[str]) -> Numbers:
        """Ids of the documents of some segments, of those that were taken out too."""
        places = [
            tantivy.DocAddress(at, document)
            for at, (name, num) in enumerate(self._segments.items()) if name in parts
            for document in range(num)
        ]  # fmt: skip
        with tantivy_errors():
            return as_numbers(self._searcher.fast_field_values("id", places))


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


@contextlib.contextmanager
def tantivy_errors() -> Iterator[None]:
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
