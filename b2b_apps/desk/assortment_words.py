"""Assortment rules and labels in words: state, term, what was changed in them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from b2b_apps.assortment.models import AssortmentRule, Label
from b2b_apps.desk.statuses import Status

FIELDS = {
    "name": gettext_lazy("name"),
    "is_active": gettext_lazy("works"),
    "conditions": gettext_lazy("conditions"),
    "valid_from": gettext_lazy("from"),
    "valid_to": gettext_lazy("until"),
    "kind": gettext_lazy("what it does"),
    "code": gettext_lazy("code"),
    "look": gettext_lazy("look"),
    "position": gettext_lazy("place"),
    "newer_than_days": gettext_lazy("newer than, days"),
}
LOOKS = {
    Label.Look.NEW: "new",
    Label.Look.OK: "ok",
    Label.Look.WARN: "warn",
    Label.Look.WORK: "work",
}


def ruled_status(ruled: Any) -> Status:
    """On, off, and whether its term has come."""
    today = timezone.localdate()
    if not ruled.is_active:
        return "off", _("switched off")
    if ruled.valid_from and today < ruled.valid_from:
        return "new", _("waits")
    if ruled.valid_to and ruled.valid_to < today:
        return "off", _("over")
    return "ok", _("works")


def days_words(ruled: Any) -> str:
    """The term; its last day is in it."""
    starts, ends = (_day(day) for day in (ruled.valid_from, ruled.valid_to))
    if starts and ends:
        return f"{starts} – {ends}"
    if starts:
        return _("from %(day)s") % {"day": starts}
    return _("until %(day)s") % {"day": ends} if ends else _("without a term")


def changed_words(ruled: Any) -> str:
    """Who changed it last."""
    user = ruled.last_change.user if ruled.last_change else ruled.author
    return (user.get_full_name() or user.email) if user else ""


def journal_of(entries: Iterable[Any]) -> Sequence[Any]:
    """Put ``word`` and ``lines``, (field, before, after) in words, on each entry."""
    listed = list(entries)
    for entry in listed:
        entry.word = _("made") if entry.is_new else _("edited")
        entry.lines = [
            (FIELDS.get(name, name), _value(name, before), _value(name, after))
            for name, before, after in entry.changes
        ]
    return listed


def _value(name: str, stored: Any) -> str:
    if stored is None or stored == "":
        return "—"
    if isinstance(stored, bool):
        return _("yes") if stored else _("no")
    if name == "conditions":
        number = len(stored)
        return ngettext("%(n)d condition", "%(n)d conditions", number) % {"n": number}
    if name.startswith("valid_"):
        return _day(date.fromisoformat(stored))
    choices = {"kind": AssortmentRule.Kind.choices, "look": Label.Look.choices}.get(name, [])
    return str(dict(choices).get(stored, stored))


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""
