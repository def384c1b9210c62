"""Writing the log of searches."""

from datetime import timedelta

from django.utils import timezone

from b2b_apps.core.context import TradeContext
from b2b_apps.core.prepared import rows_of
from search.querylog.models import LoggedQuery
from search.vocabulary.models import LONGEST_QUERY
from search.vocabulary.selectors import query_key

KEPT_DAYS = 180
CHUNK = 10_000
NOTE = """
INSERT INTO b2b_search_loggedquery (text, key, user_id, counterparty_id, num_found, reading,
    was_away, took_ms, asked_at)
VALUES (%(text)s, %(key)s, %(user)s::bigint, %(company)s::bigint, %(found)s::bigint, %(reading)s,
    %(away)s::bool, %(took)s::bigint, %(now)s::timestamptz)
RETURNING id
"""


def query_note(  # noqa: PLR0913 - what is worth knowing of a search
    *,
    context: TradeContext,
    text: str,
    num_found: int,
    reading: str,
    took: float,
    was_away: bool = False,
) -> int:
    """Note a search; ``took`` is in seconds. Return the number of the note. One INSERT."""
    values = {
        "text": text[:LONGEST_QUERY],
        "key": query_key(text),
        "user": context.user_id,
        "company": context.counterparty_id,
        "found": num_found,
        "reading": reading,
        "away": was_away,
        "took": round(took * 1000),
        "now": timezone.now(),
    }
    ((pk,),) = rows_of(NOTE, values)
    return int(pk)


def opened_note(*, user_id: int, query_id: int, product_id: int, place: int) -> bool:
    """Note which result a person opened first; False if it is no search of his. One UPDATE."""
    mine = LoggedQuery.objects.filter(pk=query_id, user_id=user_id, opened_place__isnull=True)
    return bool(mine.update(opened_place=place, opened_product=product_id))


def queries_tidy() -> int:
    """Delete notes older than KEPT_DAYS, some at a time; return how many. Two queries a chunk."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    num = 0
    while True:
        old = LoggedQuery.objects.filter(asked_at__lt=before).order_by("asked_at")
        ids = list(old.values_list("pk", flat=True)[:CHUNK])
        num += LoggedQuery.objects.filter(pk__in=ids).delete()[0]
        if len(ids) < CHUNK:
            return num
