"""Suggestions as somebody types: products, sections and makers that a context may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from b2b_apps.core.context import TradeContext
from search.analysis.synonyms import Synonyms
from search.bodies.filters import base_query, only_counted
from search.bodies.scope import scope_filters
from search.bodies.text import suggest_bodies, text_readings
from search.engines.base import Answer
from search.keeping import kept
from search.live import LiveIndex
from search.partly import index_seen_by

SHORTEST = 2
MOST_SECTIONS, MOST_BRANDS = 200, 20


@dataclass(frozen=True, slots=True)
class Suggested:
    """Rows by id, the likeliest first; of all that is found: how many, and how many of them are
    in each section (with those above it) and of each maker.
    """

    ids: Sequence[int] = ()
    total: int = 0
    sections: Mapping[int, int] = field(default_factory=dict)
    brands: Mapping[str, int] = field(default_factory=dict)


def suggest_for(
    *, context: TradeContext, text: str, index: LiveIndex, synonyms: Synonyms, size: int = 6
) -> Suggested:
    """Return what a beginning of a text finds; nothing for a single sign.

    No query but those of ``index_seen_by``; up to three requests to the engine, one where
    something is found at once, none where it was asked since the last commit. Raises
    EngineAwayError.
    """
    if len(text.strip()) < SHORTEST:
        return Suggested()
    index, scope = index_seen_by(context, index).as_of_now(), scope_filters(context)
    for reading in suggest_bodies(text, synonyms):
        answer = kept.answer(
            index.engine, _body(base_query(stage=reading, category_id=None, scope=scope), size)
        )
        if answer.total:
            return Suggested(
                ids=[hit.id for hit in answer.hits],
                total=answer.total,
                sections={int(pk): num for pk, num in _counts(answer, "cats").items()},
                brands={str(brand): num for brand, num in _counts(answer, "brand").items()},
            )
    return Suggested()


def strict_totals(
    *, context: TradeContext, texts: Iterable[str], index: LiveIndex, synonyms: Synonyms
) -> dict[str, int]:
    """Return how much each text finds as it stands. One request; no query but those of
    ``index_seen_by``. Raises EngineAwayError.
    """
    index, scope = index_seen_by(context, index).as_of_now(), scope_filters(context)
    readings = {text: found[0].body for text in texts if (found := text_readings(text, synonyms))}
    answers = kept.answers(
        index.engine,
        [
            only_counted(base_query(stage=reading, category_id=None, scope=scope))
            for reading in readings.values()
        ],
    )
    return {text: answer.total for text, answer in zip(readings, answers, strict=True)}


def _body(query: Mapping[str, Any], size: int) -> dict[str, Any]:
    return {
        "query": query,
        "size": size,
        "track_total_hits": True,
        "aggs": {
            "cats": {"terms": {"field": "cats", "size": MOST_SECTIONS}},
            "brand": {"terms": {"field": "brand", "size": MOST_BRANDS}},
        },
    }


def _counts(answer: Answer, name: str) -> dict[Any, int]:
    buckets: Sequence[Mapping[str, Any]] = answer.aggs.get(name, {}).get("buckets", ())
    return {bucket["key"]: int(bucket["doc_count"]) for bucket in buckets}
