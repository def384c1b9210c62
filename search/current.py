"""The index that pages ask, and what this process knows of its engine's health."""

import time

from search.documents.slots import Slots
from search.documents.version import DOCUMENTS_VERSION
from search.engines.base import EngineAwayError
from search.engines.choice import engine
from search.health import Health
from search.indexing.generations import live_generation
from search.live import LiveIndex

EVERYTHING = {"query": {"match_all": {}}, "size": 0}
# New price lists get slots in a generation that is live; till they are read, they have none.
SLOTS_SECONDS = 5.0
_slots: dict[str, tuple[float, Slots]] = {}


def live_index() -> LiveIndex:
    """Return what a search asks. One query, none within five seconds of the last.

    Raises EngineAwayError at once while the engine is known to be away, and where there is no
    index of this version. Who meets the error later tells ``health.note_away``.
    """
    if health.is_away:
        raise EngineAwayError("it did not answer just now")
    return LiveIndex(engine(), _slots_of(engine().live()))


def _slots_of(name: str | None) -> Slots:
    if name is None:
        raise EngineAwayError("there is no index yet")
    kept = _slots.get(name)
    if kept is not None and time.monotonic() - kept[0] < SLOTS_SECONDS:
        return kept[1]
    live = live_generation()
    if live is None or live.name != name or live.version != DOCUMENTS_VERSION:
        raise EngineAwayError("the index is not of this portal, or of an older version")
    _slots.clear()
    _slots[name] = time.monotonic(), live.layout
    return live.layout


def probe() -> None:
    """Ask for the least that a page asks for. One query. Raises EngineAwayError."""
    _slots_of(engine().live())
    engine().search([EVERYTHING])


health = Health(probe)
