"""Goods that a text may mean: by all its words, or by what is near to it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Q

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.orderable import ORDERABLE
from search import current
from search.analysis.letters import clean
from search.bodies.filters import base_query
from search.bodies.scope import scope_filters
from search.bodies.text import STRICT, text_readings
from search.engines.base import Body, EngineAwayError, EngineRefusedError
from search.partly import index_seen_by

MOST_NAMED, MOST_NEAR = 6, 3
LONGEST = 120


def named_exactly(
    *, context: TradeContext, texts: Collection[str]
) -> Mapping[str, tuple[Sequence[int], int]]:
    """Return, for texts that the strictest reading finds, ids of products and how many there are.

    Two queries and one request to the engine; nothing while it is away.
    """
    bodies = {text: reading for text in texts if (reading := _readings(text).get(STRICT))}
    found = _asked(context, bodies, MOST_NAMED)
    skus = _skus(context, {pk for ids, _total in found.values() for pk in ids})
    return {text: (_expanded(ids, skus), total) for text, (ids, total) in found.items() if total}


def near_to(*, context: TradeContext, texts: Collection[str]) -> Mapping[str, Sequence[int]]:
    """Return ids of up to three products near to each text: parts of codes, other letters, typos
    and signs that look alike.

    Two queries, and a request to the engine for each kind of reading; nothing while it is away.
    """
    readings = {text: _readings(text) for text in texts}
    kinds = dict.fromkeys(kind for of_text in readings.values() for kind in of_text)
    found: dict[str, Sequence[int]] = {}
    for kind in kinds:
        bodies = {
            text: of_text[kind]
            for text, of_text in readings.items()
            if kind in of_text and text not in found
        }
        hits = _asked(context, bodies, MOST_NEAR) if bodies else {}
        found |= {text: ids for text, (ids, _total) in hits.items() if ids}
    skus = _skus(context, {pk for ids in found.values() for pk in ids})
    return {text: _expanded(ids, skus)[:MOST_NEAR] for text, ids in found.items()}


def _readings(text: str) -> dict[str, Body]:
    cleaned = clean(text, limit=LONGEST)
    return {reading.kind: reading.body for reading in text_readings(cleaned)} if cleaned else {}


def _asked(
    context: TradeContext, bodies: Mapping[str, Body], size: int
) -> Mapping[str, tuple[Sequence[int], int]]:
    scope = scope_filters(context)
    asked: list[Any] = [
        {
            "query": base_query(stage=body, category_id=None, scope=scope),
            "size": size,
            "track_total_hits": True,
        }
        for body in bodies.values()
    ]
    try:
        index = index_seen_by(context, current.live_index())
        answers = index.engine.search(asked) if asked else []
    except EngineAwayError as error:
        current.health.note_away(error)
        return {}
    except EngineRefusedError:
        return {}
    return {
        text: ([hit.id for hit in answer.hits], answer.total)
        for text, answer in zip(bodies, answers, strict=True)
    }


def _skus(context: TradeContext, ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """What can be ordered of rows of listings: themselves, or their characteristics. Two queries
    at most.
    """
    found: dict[int, list[int]] = {}
    if not ids:
        return found
    rows = seen_products(context).filter(ORDERABLE).filter(Q(pk__in=ids) | Q(parent__in=ids))
    for pk, parent_id in rows.order_by("pk").values_list("pk", "parent_id"):
        found.setdefault(pk if pk in ids else parent_id, []).append(pk)
    return found


def _expanded(ids: Sequence[int], skus: Mapping[int, Sequence[int]]) -> Sequence[int]:
    return [sku for pk in ids for sku in skus.get(pk, ())]
