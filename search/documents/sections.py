"""The tree of sections as documents need it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from django.db import connection

from search.analysis.document import text_terms

SQL = """
SELECT id, path, depth, name, is_public AND ancestors_are_public FROM catalogue_category
ORDER BY path
"""


class Section(NamedTuple):
    """A section that buyers see, with itself and all above it."""

    path: str
    ids: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Placing:
    """Where a row lies: ``path`` is of its first section, empty if it lies in none.

    ``ids``, ``names`` and ``terms`` are of the shown sections and all above them, ``under`` are
    the sections whether anybody sees them: rules of prices do.
    """

    path: str
    ids: tuple[int, ...]
    names: tuple[str, ...]
    under: tuple[int, ...]

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """What the row is found by of the names."""
        return tuple(chain.from_iterable(map(text_terms, self.names)))


class Sections:
    """The shown sections by id. One query when it is made."""

    def __init__(self) -> None:
        by_path: dict[str, Section] = {}
        self._shown: dict[int, Section] = {}
        self._all: dict[int, tuple[int, ...]] = {}
        self._placings: dict[tuple[int, ...], Placing] = {}
        with connection.cursor() as cursor:
            cursor.execute(SQL)
            for pk, path, depth, name, is_shown in cursor.fetchall():
                # treebeard's paths: as many signs for each level.
                above = by_path.get(path[: -(len(path) // depth)])
                section = Section(
                    path,
                    (*(above.ids if above else ()), pk),
                    (*(above.names if above else ()), name),
                )
                by_path[path] = section
                self._all[pk] = section.ids
                if is_shown:
                    self._shown[pk] = section

    def placing(self, category_ids: Iterable[int]) -> Placing:
        """Where a row of these sections lies."""
        key = tuple(category_ids)
        found = self._placings.get(key)
        if found is None:
            found = self._placings[key] = self._placing(key)
        return found

    def _placing(self, category_ids: tuple[int, ...]) -> Placing:
        shown = [self._shown[pk] for pk in category_ids if pk in self._shown]
        names = dict.fromkeys(name for section in shown for name in section.names)
        return Placing(
            path=min((section.path for section in shown), default=""),
            ids=tuple(sorted({pk for section in shown for pk in section.ids})),
            names=tuple(names),
            under=tuple(sorted({a for pk in category_ids for a in self._all.get(pk, ())})),
        )
