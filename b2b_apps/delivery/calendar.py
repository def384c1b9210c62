"""Which days are worked, and on which days something can be delivered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

SATURDAY = 6
HORIZON = timedelta(days=60)
FRIDAY = "5"


class Days(Protocol):
    """What ``Schedule`` has: rows of methods and of zones."""

    weekdays: str
    lead_days: int

    @property
    def cut_off(self) -> object: ...


@dataclass(frozen=True)
class Calendar:
    """``marked`` are the days that are not what their weekday says: whether each is worked."""

    marked: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        return self.marked.get(day, day.isoweekday() < SATURDAY)

    def is_served(self, day: date, weekdays: str) -> bool:
        """Whether a schedule serves a day: no holiday; a worked Saturday counts as a Friday."""
        if day in self.marked:
            if not self.marked[day]:
                return False
            if day.isoweekday() >= SATURDAY and FRIDAY in weekdays:
                return True
        return str(day.isoweekday()) in weekdays

    def after(self, day: date, working_days: int) -> date:
        """Return the day so many working days after."""
        while working_days > 0:
            day += timedelta(days=1)
            working_days -= self.is_working(day)
        return day


def is_past_cut_off(schedule: Days, now: datetime) -> bool:
    """Whether what is ordered at ``now`` (local time) counts as of the next working day."""
    cut_off = schedule.cut_off
    return cut_off is not None and now.time() >= cut_off  # type: ignore[operator]


def first_day(schedule: Days, calendar: Calendar, *, ready_on: date, now: datetime) -> date:
    """The first day that can be at all: the goods are ready, the lead time is over."""
    today = now.date()
    counts = calendar.is_working(today) and not is_past_cut_off(schedule, now)
    base = today if counts else calendar.after(today, 1)
    return max(ready_on, calendar.after(base, schedule.lead_days))


def days_of(schedule: Days, calendar: Calendar, *, ready_on: date, now: datetime) -> Iterator[date]:
    """Return the days on which a schedule serves, from the first on, within the horizon."""
    day = first_day(schedule, calendar, ready_on=ready_on, now=now)
    last = day + HORIZON
    while day <= last:
        if calendar.is_served(day, schedule.weekdays):
            yield day
        day += timedelta(days=1)
