"""The index as a context sees it that may not see every SKU of a product.

A document is of a whole row. Where a rule singles out one characteristic of a product that is seen,
the documents of such rows are made anew of what the context sees, kept in memory till the next
commit, and stand in the place of the others: the hidden one finds, counts, orders nothing.
"""

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Container, Hashable
from dataclasses import replace
from typing import NamedTuple

from b2b_apps.assortment.selectors import unseen_skus
from b2b_apps.core.context import TradeContext
from search.documents.maker import DocumentMaker
from search.documents.reading import Found, Row
from search.engines.base import Asked
from search.engines.in_memory import in_memory
from search.engines.replaced import Replaced
from search.keeping import Seeing
from search.live import LiveIndex, Slots

logger = logging.getLogger(__name__)
# What an engine that does not tell of changes has been asked is asked again so much later.
KEPT_SECONDS = 1.0
# Assortments that are kept at once; contracts of the same rules share one.
MOST_KEPT = 32
# Of more rows the rest is not found at all: too much to make anew after every commit.
MOST_ROWS = 2_000


class _Seen(NamedTuple):
    """What is kept for one assortment: ``engine`` is None where no row is seen in part."""

    until: float
    unseen: frozenset[int]
    engine: Replaced | None


_lock = threading.Lock()
_kept: OrderedDict[Hashable, _Seen] = OrderedDict()


def index_seen_by(context: TradeContext, index: LiveIndex) -> LiveIndex:
    """Return the index as the context sees it: the same one where it sees all SKUs of what it sees.

    No query where no rule could tell an SKU from its product. Else, once after every commit and
    for all contexts of the same rules: one, two if sections are named, ten more where there are
    such rows. Raises EngineAwayError.
    """
    if not any(c.kind in {"product", "brand"} for c in context.assortment.conditions):
        return index
    key = (id(index.engine), _view(index.engine), context.assortment, _written(index.slots))
    with _lock:
        seen = _kept.get(key)
    if seen is None or time.monotonic() > seen.until:
        seen = _seen_by(context, index)
        with _lock:
            _kept[key] = seen
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    if seen.engine is None:
        return index
    return replace(index, engine=seen.engine, unseen=seen.unseen)


def forget() -> None:
    """Give up what is kept."""
    with _lock:
        _kept.clear()


def _seen_by(context: TradeContext, index: LiveIndex) -> _Seen:
    until = math.inf if isinstance(index.engine, Seeing) else time.monotonic() + KEPT_SECONDS
    parents = unseen_skus(context)
    if not parents:
        return _Seen(until, frozenset(), None)
    rows = sorted(set(parents.values()))
    if len(rows) > MOST_ROWS:
        logger.warning("%s products are seen in part; %s of them are found", len(rows), MOST_ROWS)
    maker = DocumentMaker(index.slots)
    found = maker.found(rows[:MOST_ROWS])
    seen = [row for row in (_left(row, parents) for row in found.rows) if row.skus]
    few = in_memory(maker.made(Found(seen, found.parts)))
    return _Seen(until, frozenset(parents), Replaced(index.engine, rows, few))


def _left(row: Row, unseen: Container[int]) -> Row:
    return Row(row.head, [goods for goods in row.skus if goods.pk not in unseen])


def _view(engine: Asked) -> Hashable:
    return engine.view() if isinstance(engine, Seeing) else None


def _written(slots: Slots) -> Hashable:
    """Which column is whose: documents made for others would be read wrongly."""
    return tuple(slots.prices.items()), tuple(slots.stock.items())
