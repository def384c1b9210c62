"""Columns of numbers of what a query finds, as arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tantivy

from search.engines.base import Numbers, as_numbers


def columns(
    searcher: Any, query: tantivy.Query, names: Sequence[str], *, limit: int
) -> list[Numbers]:
    """Return a column for each name, by id."""
    most = max(min(limit, searcher.num_docs), 1)
    found = searcher.search(query, most, count=False, order_by_field="id", order=tantivy.Order.Asc)
    hits = found.hits
    places = [place for _id, place in hits]
    ids = np.fromiter((pk for pk, _place in hits), np.int64, len(hits))
    return [
        ids if name == "id" else as_numbers(searcher.fast_field_values(name, places))
        for name in names
    ]
