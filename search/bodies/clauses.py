"""Clauses of a query. Nothing typed gets into one but as the value of a term."""

from collections.abc import Iterable, Sequence
from typing import Any

Clause = dict[str, Any]


def term(field: str, value: str, boost: float = 1.0) -> Clause:
    """Documents with a term, scored by how rare it is."""
    return {"term": {field: {"value": value, "boost": boost}}}


def constant(field: str, values: Sequence[str], boost: float) -> Clause:
    """Documents with any of the terms, all scored alike."""
    return {"constant_score": {"filter": {"terms": {field: list(values)}}, "boost": boost}}


def fuzzy(field: str, value: str, distance: int, boost: float) -> Clause:
    """Documents with a term that differs by a few letters; the first letter is right or not."""
    return {
        "fuzzy": {
            field: {"value": value, "fuzziness": distance, "prefix_length": 0, "boost": boost}
        }
    }


def best_of(clauses: Iterable[Clause]) -> Clause:
    """Documents of any clause, scored by their best one."""
    found = list(clauses)
    return found[0] if len(found) == 1 else {"dis_max": {"queries": found}}


def all_of(
    clauses: Iterable[Clause], optional: Sequence[Clause] = (), boost: float = 1.0
) -> Clause:
    """Documents of every clause; optional ones only score."""
    needed = list(clauses)
    if len(needed) == 1 and not optional and boost == 1.0:
        return needed[0]
    query: dict[str, Any] = {"must": needed}
    if optional:
        query["should"] = list(optional)
    return {"bool": query | ({"boost": boost} if boost != 1.0 else {})}


def any_of(clauses: Iterable[Clause], *, least: int = 1) -> Clause:
    """Documents of at least so many clauses, scored by their sum."""
    return {"bool": {"should": list(clauses), "minimum_should_match": least}}


def num_clauses(query: Clause) -> int:
    """Return how many clauses a query has, itself and all inside."""
    ((kind, inner),) = query.items()
    inside: list[Clause] = []
    if kind == "bool":
        for part in ("must", "should", "filter", "must_not"):
            inside += inner.get(part, ())
    elif kind == "dis_max":
        inside = inner["queries"]
    elif kind == "constant_score":
        inside = [inner["filter"]]
    return 1 + sum(map(num_clauses, inside))
