"""Periods of budgets, by the calendar. Pure."""

from calendar import monthrange
from datetime import date
from typing import Any, NamedTuple


class Term(NamedTuple):
    """A period, both days included."""

    starts_on: date
    ends_on: date


def term_of(budget: Any, day: date) -> Term | None:
    """Return the period of a budget that a day is in; None if its own one is not."""
    if budget.period == "own":
        own = Term(budget.starts_on, budget.ends_on)
        return own if own.starts_on <= day <= own.ends_on else None
    months = {"month": 1, "quarter": 3, "year": 12}[budget.period]
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return Term(date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1]))
