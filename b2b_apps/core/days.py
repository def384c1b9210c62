"""Days: as people type them, and working ones."""

from datetime import date, datetime, timedelta

SATURDAY = 5


def day_typed(text: str, forms: tuple[str, ...]) -> date | None:
    """Return the day that a text says in the first of these forms that fits, or None."""
    for form in forms:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day alone
        except ValueError:
            continue
    return None


def next_working_day(day: date) -> date:
    """Return the first day after ``day`` that is no Saturday or Sunday; holidays are not known."""
    following = day + timedelta(days=1)
    while following.weekday() >= SATURDAY:
        following += timedelta(days=1)
    return following
