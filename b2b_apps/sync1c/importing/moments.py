"""Dates and moments of documents, in the portal's time zone."""

from datetime import date, datetime

from django.utils import timezone

from b2b_apps.sync1c.commerceml.errors import BadValueError
from b2b_apps.sync1c.commerceml.numbers import date_of, time_of

NOON = "12:00:00"
MIDNIGHT = "00:00:00"


def day_of(text: str) -> date | None:
    """Return the day of a date of 1C, with or without a time; None for none and for no date."""
    try:
        found = date_of(text, "")
    except BadValueError:
        return None
    return date.fromisoformat(found) if found else None


def moment_of(text: str, clock: str = "") -> datetime | None:
    """Return the moment of a date; noon where neither it nor ``clock`` gives a time."""
    return _at(text, time_of(clock) or time_of(text) or NOON)


def exact_moment_of(text: str, clock: str = "") -> datetime | None:
    """Return the moment where there is a time beside the date; midnight is 1C's "no time"."""
    found = time_of(clock) or time_of(text)
    return _at(text, found) if found and found != MIDNIGHT else None


def _at(text: str, clock: str) -> datetime | None:
    day = day_of(text)
    return timezone.make_aware(datetime.fromisoformat(f"{day}T{clock}")) if day else None
