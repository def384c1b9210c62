"""A base that fails again and again is left alone for a minute, then tried by one question.

The state is on the row of the connection, so all processes share it. No locks: each step is one
statement, and a step too many does no harm.
"""

from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from b2b_apps.sync1c.live.errors import LiveError
from b2b_apps.sync1c.models import ExchangeConnection

MOST_FAILURES = 5
REST = timedelta(seconds=60)


def breaker_pass(connection: ExchangeConnection) -> None:
    """Return if the base may be asked, else raise LiveError (resting). A query after a rest only:
    of several that come then, one is let through.
    """
    until = connection.live_rests_until
    if until is None:
        return
    now = timezone.now()
    if until > now or not _rows(connection).filter(live_rests_until=until).update(
        live_rests_until=now + REST
    ):
        raise LiveError("resting")


def breaker_answered(connection: ExchangeConnection) -> None:
    """Note an answer, good or bad: the base is alive. One query."""
    _rows(connection).exclude(live_failures=0).update(live_failures=0, live_rests_until=None)


def breaker_failed(connection: ExchangeConnection) -> None:
    """Note a failure. Two queries."""
    _rows(connection).update(live_failures=F("live_failures") + 1)
    _rows(connection).filter(live_failures__gte=MOST_FAILURES).update(
        live_rests_until=timezone.now() + REST
    )


def _rows(connection: ExchangeConnection) -> QuerySet[ExchangeConnection]:
    return ExchangeConnection.objects.filter(pk=connection.pk)
