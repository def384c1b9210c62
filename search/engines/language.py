"""What may be asked of an engine: the documented subset of Elasticsearch's language, as types.

``reading`` makes these of a body; each engine writes them in its own way. So a body that one
engine takes is taken by all, and nothing gets to a server that the embedded engine would refuse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# A page of hits ends here in all engines; Elasticsearch's index.max_result_window.
DEEPEST = 10_000
MOST_CLAUSES = 1_000
MOST_VALUES = 65_536
MOST_LEVELS = 12
MOST_AGGS = 200
LONGEST_VALUE = 1_000
# Distances of typos are found by automata, which grow with the word.
LONGEST_FUZZY = 64

Value = str | int


@dataclass(frozen=True, slots=True)
class Everything:
    """Every document."""

    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Term:
    """A value in a field; scored by BM25 in a field of terms, else 1."""

    field: str
    value: Value
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Terms:
    """Any of some values in a field; the score is 1."""

    field: str
    values: Sequence[Value]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers between two bounds, which may be left open; the score is 1."""

    field: str
    low: int | None
    high: int | None
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Exists:
    """Documents with a value in a field; the score is 1."""

    field: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Near:
    """Terms at a distance of a word, or beginning with it; the score is 1."""

    field: str
    value: str
    distance: int
    is_prefix: bool = False
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Constant:
    """What a query finds, all with one score."""

    query: "Query"
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Best:
    """What any of the queries finds; the best score, and a part of the others."""

    queries: Sequence["Query"]
    tie_breaker: float = 0.0
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Bool:
    """All of ``must`` and ``filter``, none of ``must_not``, ``least`` of ``should``."""

    must: Sequence["Query"] = ()
    filter: Sequence["Query"] = ()
    should: Sequence["Query"] = ()
    must_not: Sequence["Query"] = ()
    least: int = 0
    boost: float = 1.0


Query = Everything | Term | Terms | Range | Exists | Near | Constant | Best | Bool


@dataclass(frozen=True, slots=True)
class Sort:
    """By a field, or by the score where it is None; equals stand by id."""

    field: str | None = None
    is_descending: bool = True
    is_id_descending: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A whole body."""

    query: Query
    sort: Sort
    start: int
    size: int
    aggs: Mapping[str, Any] = field(default_factory=dict)
