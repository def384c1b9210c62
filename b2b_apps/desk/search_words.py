"""Search in words of the staff: why an index was built, how it stands, how a text was read."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from b2b_apps.desk.statuses import Status
from search.bodies.text import LETTERS, MOST_WORDS, PARTS, STRICT, TYPOS
from search.models import Generation

State = Generation.State
KINDS: dict[str | TextChoices, str] = {
    State.WANTED: "new",
    State.BUILDING: "work",
    State.LIVE: "ok",
    State.OLD: "off",
    State.FAILED: "bad",
}
REASONS = {
    "first": gettext_lazy("there was none"),
    "lost": gettext_lazy("the engine had lost it"),
    "version": gettext_lazy("an update of the portal"),
    "slots": gettext_lazy("price lists or warehouses that people see have changed"),
    "asked for": gettext_lazy("asked for"),
    "by hand": gettext_lazy("by command"),
}
ENGINES = {
    "embedded": gettext_lazy("embedded, in the portal itself"),
    "elastic": gettext_lazy("Elasticsearch or OpenSearch"),
}
READINGS = {
    STRICT: gettext_lazy("as typed: the article, or all words"),
    PARTS: gettext_lazy("as a part of an article or of words"),
    LETTERS: gettext_lazy("in the other alphabet or keyboard layout"),
    TYPOS: gettext_lazy("with a typo"),
    MOST_WORDS: gettext_lazy("by most of the words"),
}


def generation_status(generation: Any) -> Status:
    """A generation's state as shape and word."""
    return KINDS.get(generation.state, "off"), State(generation.state).label


def reason_words(reason: str) -> str:
    """Why a generation was built; what staff asked for carries who asked."""
    return str(REASONS.get(reason) or (_("asked for: %(who)s") % {"who": reason} if reason else ""))


def engine_words(kind: str) -> str:
    return str(ENGINES.get(kind, kind))


def seconds_words(seconds: float) -> str:
    """How long something lasts or has waited, in the largest fitting units."""
    whole = int(seconds)
    if whole < 60:
        return _("%(n)d s") % {"n": whole}
    if whole < 3600:
        return _("%(m)d min %(s)d s") % {"m": whole // 60, "s": whole % 60}
    return _("%(h)d h %(m)d min") % {"h": whole // 3600, "m": whole % 3600 // 60}
