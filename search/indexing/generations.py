"""The life of generations: asked for, built, live, replaced."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from search.documents.slots import Slots
from search.documents.version import DOCUMENTS_VERSION
from search.engines.base import Engine, EngineAwayError
from search.indexing.slot_plan import has_outgrown
from search.models import Generation

State = Generation.State
# Searches that have begun on a generation end on it.
KEEP_OLD = timedelta(minutes=5)
PATIENCE = timedelta(minutes=1)
KEPT_RECORDS = 50


def new_name() -> str:
    """A name that no generation has, in any engine that several portals share."""
    return f"{timezone.now():%Y%m%d%H%M%S}-{secrets.token_hex(3)}"


def live_generation() -> Generation | None:
    """The generation that searches ask, as the database knows it. One query."""
    return Generation.objects.filter(state=State.LIVE).first()


def rebuild_ask(*, reason: str = "") -> Generation:
    """Ask for a new generation; the worker builds it. Asked twice is asked once. Two queries."""
    generation, _created = Generation.objects.get_or_create(
        state=State.WANTED, defaults={"name": new_name(), "reason": reason}
    )
    return generation


def rebuild_reason(*, engine: Engine) -> str:
    """Why the index has to be built anew: empty if it has not. Five queries at most."""
    wanted = Generation.objects.filter(state=State.WANTED).first()
    if wanted is not None:
        return wanted.reason or "asked for"
    live = live_generation()
    if live is None:
        return "first"
    if live.version > DOCUMENTS_VERSION:
        # A newer portal runs beside this one, as during an update: the index is its.
        return ""
    if engine.live() != live.name or not _can_be_read(engine, live.name):
        return "lost"
    if live.version != DOCUMENTS_VERSION:
        return "version"
    return "slots" if has_outgrown(live.layout) else ""


def _can_be_read(engine: Engine, name: str) -> bool:
    try:
        engine.count(name)
    except EngineAwayError:
        # Raises the same if it is the engine that is away, and not the index that is spoilt.
        engine.generations()
        return False
    return True


def may_try_again() -> bool:
    """Whether the last attempt did not fail just now. One query."""
    last = Generation.objects.exclude(state=State.WANTED).order_by("-pk").first()
    if last is None or last.state != State.FAILED or last.finished_at is None:
        return True
    return timezone.now() - last.finished_at > PATIENCE


def generation_begin(*, engine: Engine, slots: Slots, reason: str, expected: int) -> Generation:
    """Make an empty generation of whatever was asked for. Two queries."""
    wanted = Generation.objects.filter(state=State.WANTED).first()
    generation = wanted or Generation(name=new_name())
    generation.engine, generation.version = engine.kind, DOCUMENTS_VERSION
    generation.slots, generation.reason = slots.as_json(), reason
    generation.state, generation.expected, generation.num = State.BUILDING, expected, 0
    generation.day = timezone.localdate()
    generation.started_at = timezone.now()
    generation.save()
    engine.create(generation.name)
    return generation


def generation_switch(*, engine: Engine, generation: Generation) -> None:
    """Let searches ask a generation, in place of the one before. Two queries.

    The engine switches first: a crash in between is an index that the database does not know,
    and it is built again.
    """
    engine.go_live(generation.name)
    now = timezone.now()
    with transaction.atomic():
        Generation.objects.filter(state=State.LIVE).update(state=State.OLD, replaced_at=now)
        generation.state, generation.finished_at = State.LIVE, now
        generation.save()


def generation_failed(*, generation: Generation, error: str) -> None:
    """Put down why a generation has not come about. One query."""
    generation.state, generation.error = State.FAILED, error[:2000]
    generation.finished_at = timezone.now()
    generation.save()


def generations_tidy(*, engine: Engine) -> None:
    """Drop what nobody needs: replaced a while ago, failed, left by a killed process. The lock is
    the caller's, so nobody is building.
    """
    now = timezone.now()
    building = Generation.objects.filter(state=State.BUILDING)
    building.update(state=State.FAILED, error="interrupted", finished_at=now - PATIENCE)
    needed = set(
        Generation.objects.filter(state=State.LIVE).values_list("name", flat=True)
    ) | set(
        Generation.objects.filter(
            state=State.OLD, replaced_at__gt=now - KEEP_OLD
        ).values_list("name", flat=True)
    )  # fmt: skip
    live = engine.live()
    for name in engine.generations():
        if name not in needed and name != live:
            engine.drop(name)
    done = Generation.objects.filter(state__in=[State.OLD, State.FAILED]).order_by("-pk")
    if too_old := done.values_list("pk", flat=True)[KEPT_RECORDS:]:
        Generation.objects.filter(pk__in=list(too_old)).delete()
