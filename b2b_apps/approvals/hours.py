"""Working hours: Monday to Friday, nine to six, in the portal's time zone. Pure.

Holidays are not known, as in ``purchasing.dates``.
"""

from datetime import datetime, time, timedelta

from django.utils import timezone

OPENS, CLOSES = time(9), time(18)
SATURDAY = 5


def working_hours_after(moment: datetime, hours: int) -> datetime:
    """Return the moment when so many working hours have passed since ``moment``."""
    at = _next_open(timezone.localtime(moment))
    left = timedelta(hours=hours)
    while True:
        closes = datetime.combine(at.date(), CLOSES, at.tzinfo)
        if at + left <= closes:
            return at + left
        left -= closes - at
        at = _next_open(closes)


def _next_open(at: datetime) -> datetime:
    """The moment itself within working hours, else when they begin next."""
    if at.weekday() < SATURDAY and at.time() < CLOSES:
        return max(at, datetime.combine(at.date(), OPENS, at.tzinfo))
    day = at.date() + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, at.tzinfo)
