"""Products that staff want first for a text."""

from collections.abc import Sequence

from search.bodies.clauses import Clause
from search.engines.base import Body

MOST_PINS = 10
# Above the tiers of articles, and each above the next one even if that is the article typed.
FIRST, STEP = 10_000_000.0, 500_000.0


def pinned(stages: Sequence[Body], product_ids: Sequence[int]) -> Sequence[Body]:
    """Return the stages with these products first in each of them, in their order.

    Filters of a context still apply: a product that it may not see stays away.
    """
    if not product_ids:
        return stages
    clauses = [_first(pk, place) for place, pk in enumerate(product_ids[:MOST_PINS])]
    if not stages:
        return []
    return [_either(stage, clauses) for stage in stages]


def _either(stage: Body, clauses: Sequence[Clause]) -> Body:
    return {"bool": {"should": [stage, *clauses], "minimum_should_match": 1}}


def _first(product_id: int, place: int) -> Clause:
    query = {"term": {"id": {"value": product_id}}}
    return {"constant_score": {"filter": query, "boost": FIRST - place * STEP}}
