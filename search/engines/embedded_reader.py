"""Reads generations of the embedded engine, in many threads and processes."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from search.engines.base import EngineAwayError
from search.engines.embedded_folder import Folder
from search.engines.embedded_query import Compiler


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation as of one commit: tantivy's view of it, and the segments in its order."""

    index: Any
    stamp: tuple[int, int]
    compiler: Compiler
    searcher: Any
    segments: Mapping[str, int]


class Reader:
    """Indexes that are open; each search sees the last commit and the live generation.

    Nothing runs in the background, so it works after a fork: a search looks at two files
    (2 µs each) and loads the index anew if they have changed.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._opened: dict[str, Opened] = {}
        self._live: str | None = None
        self._live_stamp: tuple[int, int] | None = None

    def live(self) -> str:
        """Return the live generation. Raises EngineAwayError if there is none."""
        stamp = self._folder.live_stamp()
        if stamp is None:
            raise EngineAwayError("there is no search index yet; manage.py search_rebuild")
        if stamp != self._live_stamp:
            with self._lock:
                self._live, self._live_stamp = self._folder.live(), stamp
        if self._live is None:
            raise EngineAwayError("no search index is live; manage.py search_rebuild")
        return self._live

    def opened(self, generation: str) -> Opened:
        """Return a generation as of its last commit. Raises EngineAwayError."""
        opened = self._opened.get(generation)
        if opened is None or opened.stamp != self._folder.stamp(generation):
            opened = self._load(generation)
        return opened

    def count(self, generation: str) -> int:
        """Return how many documents the files hold, opened anew: what is open goes on from memory
        and does not tell that they are spoilt. Raises EngineAwayError.
        """
        index = self._folder.open(generation)
        try:
            index.reload()
            return int(index.searcher().num_docs)
        except (ValueError, OSError) as error:
            raise _unreadable(generation, error) from error

    def close(self, generation: str) -> None:
        """Let the files of a generation go."""
        with self._lock:
            self._opened.pop(generation, None)

    def _load(self, generation: str) -> Opened:
        with self._lock:
            opened = self._opened.get(generation)
            index = self._folder.open(generation) if opened is None else opened.index
            compiler = Compiler(index.schema) if opened is None else opened.compiler
            try:
                opened = self._loaded(generation, index, compiler)
            except (ValueError, OSError) as error:
                self._opened.pop(generation, None)
                raise _unreadable(generation, error) from error
            self._opened = {**self._of_now(), generation: opened}
            return opened

    def _loaded(self, generation: str, index: Any, compiler: Compiler) -> Opened:
        """Load an index, once more where a commit came in between: what is seen has one stamp."""
        while True:
            stamp = self._folder.stamp(generation)
            index.reload()
            segments = self._folder.segments(generation)
            if self._folder.stamp(generation) == stamp:
                return Opened(index, stamp, compiler, index.searcher(), segments)

    def _of_now(self) -> dict[str, Opened]:
        """What is open of generations that are there: dropped ones would keep their disk space."""
        there = set(self._folder.generations())
        return {name: opened for name, opened in self._opened.items() if name in there}


def _unreadable(generation: str, error: Exception) -> EngineAwayError:
    return EngineAwayError(f"the search index {generation} can't be read: {error}")
