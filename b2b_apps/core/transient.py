"""What the database refuses at this moment and may take at the next."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError

logger = logging.getLogger(__name__)
T = TypeVar("T")
DEADLOCK = "40P01"
# https://www.postgresql.org/docs/current/errcodes-appendix.html: connections, rollbacks,
# resources, locks, operators, the system. Class 54, limits, is a fault of the data.
TRANSIENT = ("08", "40", "53", "55", "57", "58")


def sqlstate_of(error: BaseException) -> str:
    """Return PostgreSQL's code of an error of the database, "" if it has none."""
    return str(getattr(error.__cause__, "sqlstate", None) or "")


def is_transient(error: BaseException) -> bool:
    """Whether the same work may succeed when done again: a deadlock, a lost connection …"""
    if isinstance(error, InterfaceError):
        return True
    code = sqlstate_of(error)
    # A connection that broke on our side has no code.
    return isinstance(error, OperationalError) and (not code or code[:2] in TRANSIENT)


def deadlock_retried(work: Callable[[], T]) -> T:
    """Do ``work``, once more if a deadlock made it the victim.

    It has to be one transaction with no effect outside the database.
    """
    try:
        return work()
    except DatabaseError as error:
        if sqlstate_of(error) != DEADLOCK:
            raise
        logger.warning("Deadlock; once more", exc_info=True)
    return work()
