"""What buyers searched for in a period: sums, and the texts most asked or found by nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Q

from search.querylog.models import LoggedQuery
from search.querylog.selectors import queries_by_text, queries_without_results

MOST_TEXTS = 100


@dataclass(frozen=True, slots=True)
class SearchLog:
    """Sums of a period and its texts; ``place`` is the mean place of what was opened first."""

    num: int
    num_empty: int
    num_opened: int
    num_away: int
    place: float | None
    texts: Sequence[dict[str, Any]]

    @property
    def opened_percent(self) -> int:
        return round(self.num_opened * 100 / self.num) if self.num else 0

    @property
    def empty_percent(self) -> int:
        return round(self.num_empty * 100 / self.num) if self.num else 0


def search_log(*, since: datetime, view: str) -> SearchLog:
    """Return the log since a moment. ``view``: asked, empty (nothing was found), unopened (found,
    and nobody opened anything). Two queries.
    """
    answered = Q(was_away=False)
    sums = LoggedQuery.objects.filter(asked_at__gte=since).aggregate(
        num=Count("pk", filter=answered),
        num_empty=Count("pk", filter=answered & Q(num_found=0)),
        num_opened=Count("opened_place", filter=answered),
        num_away=Count("pk", filter=Q(was_away=True)),
        place=Avg("opened_place", filter=answered),
    )
    rows = queries_without_results(since=since) if view == "empty" else queries_by_text(since=since)
    if view == "unopened":
        rows = rows.filter(num_opened=0, num_empty=0)
    return SearchLog(**sums, texts=list(rows[:MOST_TEXTS]))
