"""Schedules in words."""

from django.utils.translation import gettext as _

WEEKDAYS = "1234567"


def weekdays_named() -> list[tuple[str, str]]:
    """Each weekday's digit and its short name."""
    return list(zip(WEEKDAYS, _("Mon Tue Wed Thu Fri Sat Sun").split(), strict=True))


def weekdays_words(weekdays: str) -> str:
    """Weekdays by their short names; "12345" is Mon–Fri."""
    names = dict(weekdays_named())
    days = [day for day in WEEKDAYS if day in weekdays]
    if len(days) > 2 and "".join(days) in WEEKDAYS:
        return f"{names[days[0]]}–{names[days[-1]]}"
    return ", ".join(names[day] for day in days)
