"""Numbers and dates as 1C and people write them, read strictly or not at all."""

import re
from datetime import date
from decimal import Decimal

from b2b_apps.sync1c.commerceml.errors import BadValueError

# No longer number is real, and Decimal is never shown one.
MAX_LENGTH = 32
SPACES = " \u00a0\u2009\u202f"
# ASCII digits only: \d would take full-width and Arabic ones. No exponent: 1C writes none.
NUMBER = re.compile(
    rf"-?(?:[0-9]+|[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+)(?:[.,][0-9]*)?|-?[.,][0-9]+"
)
ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])")
RUSSIAN_DATE = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?![0-9])")
# 1C writes about this where a number was never filled in («-999 999 999,9»).
NOTHING = Decimal(-999_999_999)
# What the column of a limit holds.
MOST_CREDIT = 10**12 - 1
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")


def number_of(text: str, field: str) -> Decimal:
    """Return the number in ``text``: «1 234,50», «1234.5», «-3».

    Raises BadValueError for anything else, «NaN», «1e5» and an empty text among it.
    """
    plain = text.strip()
    if len(plain) > MAX_LENGTH or not NUMBER.fullmatch(plain):
        raise BadValueError("bad_number", field=field, value=plain[:60])
    for space in SPACES:
        plain = plain.replace(space, "")
    return Decimal(plain.replace(",", "."))


def number_or_none(text: str, field: str) -> Decimal | None:
    """Return the number, or None for an empty text."""
    return number_of(text, field) if text.strip() else None


def amount_within(text: str, field: str, most: int) -> Decimal | None:
    """Return a number between 0 and ``most``, None for an empty text. Raises BadValueError."""
    number = number_or_none(text, field)
    if number is not None and not 0 <= number <= most:
        raise BadValueError("out_of_range", field=field, value=text.strip()[:60], most=most)
    return number


def number_if_any(text: str) -> Decimal | None:
    """Return the number, or None for whatever is none: values of properties are free texts."""
    try:
        number = number_or_none(text, "")
    except BadValueError:
        return None
    return number if number is None or number > NOTHING else None


def whole_of(text: str, field: str, most: int = 10**9) -> int:
    """Return a whole number from 0 to ``most``, 0 for an empty text."""
    number = amount_within(text, field, most)
    if number is None:
        return 0
    if number != int(number):
        raise BadValueError("bad_number", field=field, value=text.strip()[:60])
    return int(number)


def date_of(text: str, field: str) -> str:
    """Return an ISO date; "" for an empty text and for 1C's empty date (0001-01-01).

    Takes 2026-03-02, 2026-03-02T10:15:00, 02.03.2026. Raises BadValueError for others.
    """
    plain = text.strip()
    if not plain:
        return ""
    if found := ISO_DATE.match(plain):
        year, month, day = found.groups()
    elif found := RUSSIAN_DATE.match(plain):
        day, month, year = found.groups()
    else:
        raise BadValueError("bad_date", field=field, value=plain[:60])
    try:
        parsed = date(int(year), int(month), int(day))
    except ValueError as error:
        raise BadValueError("bad_date", field=field, value=plain[:60]) from error
    return parsed.isoformat() if parsed.year > 1 else ""


def moment_of(text: str) -> str:
    """Return an ISO date with time, or "": heads of files name it in many ways, none matters.

    Seen: «2008-03-28», «2026-03-02T0:36:33», «2022-10-31UTC02:25:50».
    """
    try:
        day = date_of(text, "")
    except BadValueError:
        return ""
    return day + (f"T{time}" if day and (time := time_of(text)) else "")


def time_of(text: str) -> str:
    """Return HH:MM:SS found in ``text``, or ""."""
    found = CLOCK.search(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        return ""
    return f"{int(found[1]):02}:{found[2]}:{found[3] or '00'}"
