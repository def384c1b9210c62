"""Columns of numbers of what a query finds, as arrays."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import tantivy

from search.engines.base import Numbers, as_numbers

KEY, PLACE = itemgetter(0), itemgetter(1)


def columns(
    searcher: Any, query: tantivy.Query, names: Sequence[str], *, limit: int
) -> list[Numbers]:
    """Return a column for each name, by id."""
    most = max(min(limit, searcher.num_docs), 1)
    found = searcher.search(query, most, count=False, order_by_field="id", order=tantivy.Order.Asc)
    hits = found.hits
    places = list(map(PLACE, hits))
    ids = np.fromiter(map(KEY, hits), np.int64, len(hits))
    return [
        ids if name == "id" else as_numbers(searcher.fast_field_values(name, places))
        for name in names
    ]
