"""What people searched for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Max, Q, QuerySet

from search.querylog.models import LoggedQuery

LATEST = 200


def past_queries(*, user_id: int, typed: str, most: int = 3) -> Sequence[str]:
    """Return a person's own latest searches that found something and have what is typed in them,
    each text once. One query.
    """
    rows = LoggedQuery.objects.filter(user_id=user_id, num_found__gt=0).order_by("-asked_at")
    found: dict[str, str] = {}
    for text, key in rows.values_list("text", "key")[:LATEST]:
        if typed.casefold() in text.casefold() and text.casefold() != typed.casefold():
            found.setdefault(key, text)
    return list(found.values())[:most]


def queries_by_text(*, since: datetime, until: datetime | None = None) -> QuerySet[Any, Any]:
    """Return what was searched for in a time, by ``key``, the most frequent first.

    Mappings of key, text (one way it was typed), num, num_empty (found nothing), num_opened (a
    result was opened), place (the mean place of it), latest_at. One query when read.
    """
    rows = LoggedQuery.objects.filter(asked_at__gte=since, was_away=False)
    if until is not None:
        rows = rows.filter(asked_at__lt=until)
    return (
        rows.order_by()
        .values("key")
        .annotate(
            text=Max("text"),
            num=Count("pk"),
            num_empty=Count("pk", filter=Q(num_found=0)),
            num_opened=Count("opened_place"),
            place=Avg("opened_place"),
            latest_at=Max("asked_at"),
        )
        .order_by("-num", "key")
    )


def queries_without_results(
    *, since: datetime, until: datetime | None = None
) -> QuerySet[Any, Any]:
    """Return those of ``queries_by_text`` that found nothing at least once, the most frequent
    first. One query when read.
    """
    return (
        queries_by_text(since=since, until=until)
        .filter(num_empty__gt=0)
        .order_by("-num_empty", "key")
    )
