"""Asks the embedded engine what was judged: recall and nDCG of the first ten."""

from collections.abc import Iterable, Sequence
from math import log2
from pathlib import Path
from typing import NamedTuple

from search.analysis.synonyms import Synonyms
from search.bodies.text import text_stages
from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine
from tests.search.relevance.catalogue import Goods
from tests.search.relevance.judged import BEST, Judged

FIRST = 10
GENERATION = "judged"
CODES = frozenset({"article", "noise", "barcode"})


class Result(NamedTuple):
    """What a query found, and how good that is."""

    judged: Judged
    found: Sequence[str]
    recall: float
    ndcg: float


def engine_of(goods: Iterable[Goods], folder: Path) -> Engine:
    """Return an engine with these documents."""
    engine = EmbeddedEngine(folder)
    engine.create(GENERATION)
    engine.write(GENERATION, [one.document for one in goods])
    engine.commit(GENERATION)
    engine.go_live(GENERATION)
    return engine


def ids_found(engine: Engine, text: str, synonyms: Synonyms, *, size: int = FIRST) -> list[int]:
    """Ask stage after stage until something is found, as the service does."""
    for stage in text_stages(text, synonyms):
        (answer,) = engine.search([{"query": stage, "size": size}])
        if answer.total:
            return [hit.id for hit in answer.hits]
    return []


def measured(
    engine: Engine, goods: Sequence[Goods], queries: Iterable[Judged], synonyms: Synonyms
) -> list[Result]:
    """Ask every query."""
    articles = {one.document["id"]: one.article for one in goods}
    results = []
    for one in queries:
        found = [articles[pk] for pk in ids_found(engine, one.query, synonyms)]
        results.append(Result(one, found, recall(one, found), ndcg(one, found)))
    return results


def recall(one: Judged, found: Sequence[str]) -> float:
    """How many of the best answers are among the first ten, of those that have room there."""
    best = {article for article, grade in one.grades.items() if grade == BEST}
    return len(best & set(found)) / min(len(best), FIRST)


def ndcg(one: Judged, found: Sequence[str]) -> float:
    """The gain of the first ten, (2^grade - 1) / log2(place + 1), to the best there can be."""
    gained = _gain([one.grades.get(article, 0) for article in found])
    return gained / _gain(sorted(one.grades.values(), reverse=True)[:FIRST])


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades, 1))


def mean(values: Iterable[float]) -> float:
    """The mean, of a list that is not empty."""
    kept = list(values)
    return sum(kept) / len(kept)
