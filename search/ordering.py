"""Pages of rows that stand in several parts, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.bodies.filters import NOTHING
from search.engines.base import Ask, Body

BY_ID: list[Any] = [{"id": "asc"}]
BY_TITLE: list[Any] = [{"title_key": "asc"}, {"id": "asc"}]
# What is found by a text stands by how well it fits, all else by section and name.
SORTS: dict[str, list[Any]] = {
    "": [{"place": "asc"}, {"id": "asc"}],
    "text": [{"_score": "desc"}, {"id": "asc"}],
    "article": [{"article_key": "asc"}, {"id": "asc"}],
    "name": BY_TITLE,
    "new": [{"added": "desc"}, {"id": "asc"}],
}


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that stand together, in an order of their own."""

    query: Body
    sort: Sequence[Any]

    def body(self, start: int, size: int) -> Body:
        """The request for some of the rows and the number of all."""
        return {
            "query": self.query,
            "sort": list(self.sort),
            "from": start,
            "size": size,
            "track_total_hits": True,
        }


def page_of(ask: Ask, parts: Sequence[Part], *, offset: int, size: int) -> list[int]:
    """Return ids of a page of parts that follow one another. One request, two where the page
    begins further down.
    """
    skips = [0] * len(parts)
    if offset and len(parts) > 1:
        left = offset
        for place, answer in enumerate(ask([part.body(0, 0) for part in parts])):
            skips[place] = min(left, answer.total)
            left -= skips[place]
    elif offset:
        skips = [offset]
    bodies = [part.body(skip, size) for part, skip in zip(parts, skips, strict=True)]
    found = [hit.id for answer in ask(bodies) for hit in answer.hits]
    return found[:size]


def no_part() -> Part:
    """A part without rows."""
    return Part(NOTHING, BY_ID)
