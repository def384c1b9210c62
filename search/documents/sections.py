"""The tree of sections as documents need it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.apps import apps
from django.db import connection

SQL = """
SELECT id, path, name, is_public AND ancestors_are_public FROM catalogue_category ORDER BY path
"""


class Section(NamedTuple):
    """A section that buyers see, with itself and all above it."""

    path: str
    ids: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a row lies: ``path`` is of its first section, empty if it lies in none."""

    path: str
    ids: tuple[int, ...]
    names: tuple[str, ...]


NOWHERE = Placing("", (), ())


class Sections:
    """The shown sections by id. One query when it is made."""

    def __init__(self) -> None:
        step = apps.get_model("catalogue", "Category").steplen
        by_path: dict[str, Section] = {}
        self._shown: dict[int, Section] = {}
        self._all: dict[int, tuple[int, ...]] = {}
        self._placings: dict[tuple[int, ...], Placing] = {}
        with connection.cursor() as cursor:
            cursor.execute(SQL)
            for pk, path, name, is_shown in cursor.fetchall():
                above = by_path.get(path[:-step])
                section = Section(
                    path,
                    (*(above.ids if above else ()), pk),
                    (*(above.names if above else ()), name),
                )
                by_path[path] = section
                self._all[pk] = section.ids
                if is_shown:
                    self._shown[pk] = section

    def under(self, category_ids: Iterable[int]) -> list[int]:
        """These sections and all above them, whether anybody sees them: rules of prices do."""
        return sorted({above for pk in category_ids for above in self._all.get(pk, ())})

    def placing(self, category_ids: Iterable[int]) -> Placing:
        """Where a row of these sections lies; sections that are not shown count for nothing."""
        key = tuple(category_ids)
        found = self._placings.get(key)
        if found is None:
            found = self._placings[key] = _placing(self._shown, key)
        return found


def _placing(shown: Mapping[int, Section], category_ids: tuple[int, ...]) -> Placing:
    mine = [shown[pk] for pk in category_ids if pk in shown]
    if not mine:
        return NOWHERE
    names = dict.fromkeys(name for section in mine for name in section.names)
    return Placing(
        path=min(section.path for section in mine),
        ids=tuple(sorted({pk for section in mine for pk in section.ids})),
        names=tuple(names),
    )
