"""Days as a strip: what begins, goes on or ends around today, in per cents of a hundred days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

# The strip shows a hundred days, so that a day is a per cent of it.
PAST, SPAN = 20, 100


@dataclass(frozen=True, slots=True)
class Scale:
    """A hundred days with ``day`` among them."""

    day: date

    @property
    def first(self) -> date:
        return self.day - timedelta(days=PAST)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=SPAN)

    @property
    def today(self) -> int:
        return PAST

    @property
    def months(self) -> Sequence[tuple[int, date]]:
        """(per cent, day) of the firsts of months."""
        days = [(at, self.first + timedelta(days=at)) for at in range(SPAN)]
        return [(at, day) for at, day in days if day.day == 1]

    def of_days(self, starts: date | None, ends: date | None) -> tuple[int, int]:
        """(left, width) of a term of days, the last one included."""
        left = self._at((starts - self.first).days) if starts else 0
        right = self._at((ends - self.first).days + 1) if ends else SPAN
        return left, right - left

    def of_moments(self, starts: datetime | None, ends: datetime | None) -> tuple[int, int]:
        """(left, width) of a term of moments, its end outside; a term of hours is still seen."""
        left = self._at((timezone.localdate(starts) - self.first).days) if starts else 0
        right = SPAN
        if ends:
            last = timezone.localtime(ends - timedelta(microseconds=1)).date()
            right = self._at((last - self.first).days + 1)
        return left, right - left

    @staticmethod
    def _at(days: int) -> int:
        return min(max(days, 0), SPAN)
