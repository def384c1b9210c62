"""Sections among which what a text finds is spread: chips above the results."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from b2b_apps.core.prepared import FEW, rows_of
from b2b_apps.storefront.category_tree import STEP
from b2b_apps.storefront.listing_query import ListingQuery
from search.query import FacetCounts

MOST_CHIPS = 8
SQL = """
SELECT id, name, path FROM catalogue_category
WHERE id = ANY(%(ids)s::bigint[]) AND is_public AND ancestors_are_public ORDER BY path
"""


class SectionChip(NamedTuple):
    """A section as a choice; the first one has no name and stands for all."""

    name: str
    num: int
    url: str
    is_chosen: bool


class _Named(NamedTuple):
    id: int
    name: str
    path: str


def sections_found(*, counts: FacetCounts, query: ListingQuery) -> tuple[SectionChip, ...]:
    """Return the sections of the first level at which there is a choice, those of most rows first,
    and the chosen one; nothing where there is none. One query.

    A chosen section in which nothing is found has no chip: its name may not be the buyer's to know.
    """
    named = _named(counts.sections)
    shown = [s for s in _level(named, counts.sections) if s.id != query.within_id]
    chosen = [section for section in named if section.id == query.within_id]
    if query.within_id is None and len(shown) < 2:
        return ()
    kept = chosen + shown[: MOST_CHIPS - len(chosen)]
    kept.sort(key=lambda section: -counts.sections.get(section.id, 0))
    return (
        SectionChip("", counts.num_in_sections, query.address("in"), query.within_id is None),
        *(
            SectionChip(
                section.name,
                counts.sections.get(section.id, 0),
                query.address(**{"in": str(section.id)}),
                section.id == query.within_id,
            )
            for section in kept
        ),
    )


def _named(ids: Collection[int]) -> list[_Named]:
    rows = rows_of(SQL, {"ids": list(ids)}, is_prepared=len(ids) <= FEW)
    return [_Named(*row) for row in rows]


def _level(named: Sequence[_Named], counts: Mapping[int, int]) -> list[_Named]:
    """The sections below the last one that has all of the rest in it, those of most rows first."""
    above = ""
    while True:
        level = [s for s in named if s.path[:-STEP] == above and counts.get(s.id)]
        if len(level) != 1:
            return sorted(level, key=lambda section: -counts[section.id])
        above = level[0].path
