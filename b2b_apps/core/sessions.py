"""Sessions in the database as Django keeps them, read by a prepared statement."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.utils import timezone

from b2b_apps.core.prepared import PreparedRows


class SessionStore(db.SessionStore):
    """Django's own; every request reads one."""

    def _get_session_from_db(self) -> Any:
        # Django writes the query anew each time.
        found = _SESSIONS(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
            return None
        return found[0]


def _sessions(key: str, now: datetime) -> QuerySet[Any]:
    rows: QuerySet[Any] = SessionStore.get_model_class().objects.filter(
        session_key=key, expire_date__gt=now
    )
    return rows


_SESSIONS = PreparedRows(_sessions, key=str, now=datetime)
