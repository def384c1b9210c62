"""How the index stands: for operators, for the staff's page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from search.engines.base import Engine, EngineAwayError
from search.indexing.generations import live_generation
from search.indexing.queue import num_changes, oldest_change_at
from search.models import Generation

State = Generation.State
MOST_COUNTED = 1_000_000


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """``lag`` is how long the oldest change has waited; None: nothing waits.

    ``error`` says why the engine did not answer; then ``num_documents`` is None.
    ``last_failed`` is a failure after which nothing has been built.
    """

    live: Generation | None
    building: Generation | None
    last_failed: Generation | None
    num_changes: int
    lag: timedelta | None
    oldest_at: datetime | None
    engine: str
    num_documents: int | None
    generations: tuple[str, ...]
    error: str


def index_status(*, engine: Engine) -> IndexStatus:
    """Return how the index stands. Five queries, and three questions to the engine."""
    live = live_generation()
    unfinished = Generation.objects.filter(state__in=[State.BUILDING, State.WANTED])
    failed = Generation.objects.filter(state=State.FAILED).order_by("-pk").first()
    oldest = oldest_change_at()
    error, num_documents = "", None
    generations: tuple[str, ...] = ()
    try:
        if (name := engine.live()) is not None:
            num_documents = engine.count(name)
        generations = tuple(engine.generations())
    except EngineAwayError as away:
        error = str(away) or type(away).__name__
    return IndexStatus(
        live=live,
        building=unfinished.order_by("state", "-pk").first(),
        last_failed=failed if failed and (live is None or failed.pk > live.pk) else None,
        num_changes=num_changes(MOST_COUNTED),
        lag=timezone.now() - oldest if oldest else None,
        oldest_at=oldest,
        engine=engine.kind,
        num_documents=num_documents,
        generations=generations,
        error=error,
    )
