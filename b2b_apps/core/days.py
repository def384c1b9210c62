"""Working days."""

from datetime import date, timedelta

SATURDAY = 5


def next_working_day(day: date) -> date:
    """Return the first day after ``day`` that is no Saturday or Sunday; holidays are not known."""
    following = day + timedelta(days=1)
    while following.weekday() >= SATURDAY:
        following += timedelta(days=1)
    return following
