"""A world that stands for many tests: each sees it in a savepoint of its own, undone at its end.

To make it takes a tenth of a second, a quarter of what tests take. It stands in a transaction that
is never committed, so it falls before a test that commits, has a database without it, or makes
one of its own.
"""

import copy
from typing import Any

from django.db import connection, transaction
from django_scopes import scopes_disabled

from tests.factories import World, build_world

# Fixtures whose tests commit, or find something else that a whole module shares.
ALONE = frozenset({"transactional_db", "live_server", "django_db_reset_sequences", "town", "made"})


class Standing:
    """The world of one process of tests, or none. Its callers may ask the database."""

    def __init__(self) -> None:
        self._atomic: Any = None
        self._world: World | None = None

    @property
    def is_up(self) -> bool:
        """Whether it stands."""
        return self._atomic is not None

    def stand(self) -> None:
        """Make it if it does not stand, or a test has lost its connection."""
        if connection.needs_rollback or connection.closed_in_transaction:
            self.fall()
        if self._world is None:
            self._atomic = transaction.atomic()
            self._atomic.__enter__()
            try:
                with scopes_disabled():
                    self._world = build_world()
            except BaseException:
                self.fall()
                raise

    def fall(self) -> None:
        """Undo it if it stands."""
        atomic, self._atomic, self._world = self._atomic, None, None
        if atomic is not None:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)

    def copied(self) -> World | None:
        """The world as nobody has changed it; None if it does not stand."""
        return copy.deepcopy(self._world)


def stands_for(item: Any) -> bool:
    """Whether a test may see the world that stands."""
    marker = item.get_closest_marker("django_db")
    commits = marker is not None and bool(marker.args or marker.kwargs)
    names = set(item.fixturenames)
    return "world" in names and not commits and not names & ALONE
