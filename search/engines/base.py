"""What an engine does. Requests and answers are Elasticsearch's, in the subset of the docs."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from search.fields import Document

Body = dict[str, Any]
# What stands in a column where a document has no value.
MISSING = -(2**63)


Numbers = NDArray[np.int64]


class EngineAwayError(Exception):
    """The engine does not answer, or has no index; the catalogue goes on without it."""


class EngineBusyError(EngineAwayError):
    """Another process writes to the generation; try again later."""


class EngineRefusedError(Exception):
    """The engine did not take a request: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found; ``key`` is what it was sorted by: a score, a number or a text."""

    id: int
    key: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request found: how many in all, the documents of the page, aggregations as JSON."""

    total: int
    hits: Sequence[Hit]
    aggs: dict[str, Any] = field(default_factory=dict)


# Answers several requests at once, in their order: an engine's ``search``, or what keeps answers.
Ask = Callable[[Sequence[Body]], Sequence[Answer]]


class Asked(Protocol):
    """What searches ask. Every method may raise EngineAwayError."""

    kind: str
    # Of so many documents columns are read for one page.
    most_columns: int

    def search(self, bodies: Sequence[Body]) -> Sequence[Answer]:
        """Answer several requests to the live generation at once, in their order.

        Raises EngineRefusedError.
        """

    def ids(self, query: Body, *, limit: int) -> Sequence[int]:
        """Ids of the documents that a query (not a whole body) finds, in no order."""

    def columns(self, query: Body, names: Sequence[str], *, limit: int) -> list[Numbers]:
        """Values of fields of numbers, an array per field, of the documents that a query finds, by
        id; of ``id`` too. MISSING where a document has no value; of several it has the first.
        """


@runtime_checkable
class Lasting(Protocol):
    """An engine of which one view can be asked as long as a search takes."""

    def now(self) -> Asked:
        """What searches see now; it goes on to see that, whatever is written meanwhile."""


class Engine(Asked, Protocol):
    """One search engine. Every method may raise EngineAwayError.

    Documents live in generations, indexes of their own; one of them is live and is what
    searches ask. What is written is seen by searches after ``commit``, or the engine's next
    refresh. One process writes to a generation at a time: from its first ``write`` or
    ``delete`` to its ``commit``; another gets EngineBusyError.
    """

    def create(self, generation: str) -> None:
        """Make an empty generation; nobody searches it yet."""

    def write(self, generation: str, documents: Iterable[Document]) -> int:
        """Put documents in, in the place of those of the same id; return how many.

        Raises EngineRefusedError; what was not committed may be lost then. A new generation
        fills fastest with one ``commit`` at its end.
        """

    def delete(self, generation: str, ids: Iterable[int]) -> None:
        """Take documents out."""

    def commit(self, generation: str) -> None:
        """Let searches see what was written."""

    def go_live(self, generation: str) -> None:
        """Let searches ask this generation from now on, in one step."""

    def live(self) -> str | None:
        """The generation that searches ask, None if there is none."""

    def generations(self) -> Sequence[str]:
        """All generations there are."""

    def drop(self, generation: str) -> None:
        """Take a generation away."""

    def count(self, generation: str) -> int:
        """How many documents a generation has."""


class Packed(NamedTuple):
    """Documents as an engine writes them, a line each, and their ids."""

    ids: Sequence[int]
    lines: bytes


@runtime_checkable
class Packing(Protocol):
    """An engine that takes documents which another process has written out for it."""

    def pack(self, documents: Iterable[Document]) -> Packed:
        """Write documents out; can be sent to a process itself. Raises EngineRefusedError."""

    def write_packed(self, generation: str, packed: Packed) -> int:
        """As ``write``."""


class Still(NamedTuple):
    """What an engine holds of a document beside its figures: the number that stands for it in
    ``hash``, the row's SKUs, and all of it as the engine writes it.
    """

    goods_hash: int
    skus: Sequence[int]
    written: str


@runtime_checkable
class Refiguring(Protocol):
    """An engine in whose documents figures (``fields.FIGURES``) can be changed alone."""

    def stills(self, generation: str, ids: Collection[int]) -> Mapping[int, Still]:
        """The rest of the documents of these ids, as last committed."""

    def write_figures(
        self, generation: str, figures: Iterable[tuple[int, Still, Document]]
    ) -> None:
        """As ``write``: documents of what is still so and new figures."""


def as_numbers(values: Sequence[int | None]) -> Numbers:
    """Return a column as an array, MISSING for None."""
    try:
        return np.fromiter(values, np.int64, len(values))
    except TypeError:
        return np.array([MISSING if value is None else value for value in values], np.int64)
