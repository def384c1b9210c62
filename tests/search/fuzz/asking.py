"""Asks everything that a text may ask, and checks that it stays within bounds."""

import time
from typing import NamedTuple

from search.analysis.synonyms import Synonyms
from search.bodies.clauses import num_clauses
from search.bodies.text import MOST_CLAUSES, suggest_bodies, text_stages
from search.engines.base import Body, Engine
from search.fields import FIELDS


class Took(NamedTuple):
    """Seconds of the processor for making the queries and for asking all of them: a machine that
    is busy with other things says nothing of a text.
    """

    making: float
    asking: float


def asked(engine: Engine, text: str, synonyms: Synonyms) -> Took:
    """Ask every stage, not only the first that finds something; raise if one is out of bounds."""
    started = time.process_time()
    stages = [*text_stages(text, synonyms), *suggest_bodies(text, synonyms)]
    made = time.process_time()
    for stage in stages:
        check(stage)
        engine.search([{"query": stage, "size": 10}])
    return Took(made - started, time.process_time() - made)


def check(stage: Body) -> None:
    """Raise AssertionError for a query that is too large or asks for what is not there."""
    assert num_clauses(stage) <= MOST_CLAUSES
    assert _fields(stage) <= set(FIELDS)


def _fields(query: Body) -> set[str]:
    ((kind, inner),) = query.items()
    if kind == "bool":
        inside = [*inner.get("must", ()), *inner.get("should", ())]
        return {name for clause in inside for name in _fields(clause)}
    if kind == "dis_max":
        return {name for clause in inner["queries"] for name in _fields(clause)}
    if kind == "constant_score":
        return _fields(inner["filter"])
    assert kind in {"term", "terms", "fuzzy"}
    return set(inner)
