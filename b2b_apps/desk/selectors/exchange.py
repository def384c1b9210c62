"""The exchange as the staff see it: connections, what runs, one session, its problems by cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from b2b_apps.core.models import Guess, OutboxMessage
from b2b_apps.sync1c.exchange.credentials import KIND
from b2b_apps.sync1c.models import (
    ExchangeConnection,
    ExchangeFile,
    ExchangeProblem,
    ExchangeSession,
)
from b2b_apps.sync1c.outgoing import TOPIC

EXAMPLES = 5
RECENT_REFUSALS = timedelta(days=1)


class Cause(NamedTuple):
    """Problems of one kind in a session: how many, and the first few."""

    code: str
    kind: str
    level: str
    number: int
    examples: Sequence[ExchangeProblem]

    @property
    def text(self) -> str:
        return self.examples[0].text if self.examples else self.code


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One session with its files and the causes of its problems."""

    session: ExchangeSession
    files: Sequence[ExchangeFile]
    causes: Sequence[Cause]
    num_problems: int


def connections() -> QuerySet[Any]:
    """Connections, each with its last session that did something, and when it was last heard."""
    heard = ExchangeSession.objects.filter(connection=OuterRef("pk")).order_by("-pk")
    newest = heard.filter(is_idle=False)
    return ExchangeConnection.objects.select_related("organization").annotate(
        last_state=Subquery(newest.values("state")[:1]),
        last_kind=Subquery(newest.values("kind")[:1]),
        last_pk=Subquery(newest.values("pk")[:1]),
        last_seen=Subquery(heard.values("last_seen_at")[:1]),
    )


def sessions() -> QuerySet[ExchangeSession]:
    """All sessions of the exchange, for a board. One query when read."""
    return ExchangeSession.objects.all()


def sessions_recent(limit: int) -> list[ExchangeSession]:
    """The newest sessions without empty polls. One query."""
    rows = ExchangeSession.objects.filter(is_idle=False).select_related("connection")
    return list(rows[:limit])


def has_file(text: str) -> Q:
    """Return the condition "has a file so named" for a query of sessions."""
    return Q(pk__in=ExchangeFile.objects.filter(name__icontains=text).values("session"))


def running_files() -> list[ExchangeFile]:
    """Files that are queued or being imported, the oldest first. One query."""
    busy = (ExchangeFile.State.QUEUED, ExchangeFile.State.RUNNING)
    rows = ExchangeFile.objects.filter(state__in=busy).select_related("session__connection")
    return list(rows.order_by("pk")[:20])


def totals_since(moment: datetime) -> dict[str, Any]:
    """Sums of the sessions begun since ``moment``, the empty polls among them counted apart, and
    the orders gone to 1C. Two queries.
    """
    polls = Q(is_idle=True)
    found: dict[str, Any] = ExchangeSession.objects.filter(started_at__gte=moment).aggregate(
        sessions=Count("pk", filter=~polls),
        polls=Count("pk", filter=polls),
        last_poll=Max("started_at", filter=polls),
        created=Sum("created", default=0),
        changed=Sum("changed", default=0),
        unchanged=Sum("unchanged", default=0),
        failed=Sum("failed", default=0),
    )
    gone = OutboxMessage.objects.filter(
        topic=TOPIC, state=OutboxMessage.State.DONE, done_at__gte=moment
    )
    return found | {"orders": gone.count()}


def refusals() -> list[dict[str, Any]]:
    """Wrong sign-ins of the last day by name and address. One query."""
    since = timezone.now() - RECENT_REFUSALS
    rows = Guess.objects.filter(kind=KIND, is_right=False, made_at__gte=since)
    return list(rows.values("name", "address").annotate(n=Count("pk")).order_by("-n", "name")[:10])


def session_card(pk: int) -> SessionCard | None:
    """Return a session with its files and problems, or None. Three queries."""
    session = sessions().select_related("connection").filter(pk=pk).first()
    if session is None:
        return None
    files = list(session.files.all()[:100])
    causes = _causes(session)
    return SessionCard(session, files, causes, sum(cause.number for cause in causes))


def _causes(session: ExchangeSession) -> list[Cause]:
    """Group the problems of a session by cause, errors first, with the first few of each."""
    cause = [F("code"), F("kind"), F("level")]
    rows = ExchangeProblem.objects.filter(file__session=session).annotate(
        place=Window(RowNumber(), partition_by=cause, order_by=F("pk").asc()),
        total=Window(Count("pk"), partition_by=cause),
    )
    found: dict[tuple[str, str, str], list[Any]] = {}
    for problem in rows.filter(place__lte=EXAMPLES).select_related("file").order_by("level", "pk"):
        found.setdefault((problem.code, problem.kind, problem.level), []).append(problem)
    causes = [Cause(*key, examples[0].total, examples) for key, examples in found.items()]
    return sorted(causes, key=lambda cause: (cause.level, -cause.number))
