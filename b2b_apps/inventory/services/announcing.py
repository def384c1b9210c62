"""Who is to be told that a term is over, or soon will be: messages of the outbox.

One message per order, or per reserve by hand (a contract's, of one person, to one moment) and term:
whoever ends its holds, and in how many steps, they are one mail.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from b2b_apps.core.outbox import outbox_put
from b2b_apps.inventory.models import StockHold

LOST_TOPIC = "hold_lost"
RESERVE_OVER_TOPIC = "reserve_over"
RESERVE_ENDING_TOPIC = "reserve_ending"
# So long before its end a reserve by hand is shown as ending, and its buyer is warned.
ENDS_SOON = timedelta(hours=4)
PORTION = 500


def holds_over_announce(*, hold_ids: Collection[int]) -> None:
    """Have buyers and managers told of holds whose term was over. Two queries and
    one per message.
    """
    if not hold_ids:
        return
    ended = StockHold.objects.filter(pk__in=hold_ids)
    orders = ended.filter(order_line__isnull=False)
    found: Any = orders.order_by().values_list("order_line__order_id", "expires_at").distinct()
    for order_id, term in found:
        moment = term.isoformat(timespec="seconds") if term else ""
        outbox_put(
            topic=LOST_TOPIC,
            key=f"{LOST_TOPIC}:{order_id}:{moment}",
            payload={"order_id": order_id, "expires_at": moment},
        )
    _reserves_announce(RESERVE_OVER_TOPIC, ended.exclude(kind=StockHold.Kind.ORDER))


@transaction.atomic
def reserves_ending_announce(*, now: datetime | None = None) -> int:
    """Have buyers warned of reserves by hand that end soon; return how many holds these are.

    Once per term, and not of those that were taken for no longer than the warning is early. Takes
    no locks that anybody waits for: a hold that somebody has is warned of by the next sweep.
    """
    moment = now or timezone.now()
    soon = StockHold.objects.filter(
        released_at__isnull=True,
        end_warned_at__isnull=True,
        expires_at__gt=moment,
        expires_at__lte=moment + ENDS_SOON,
        created_at__lt=F("expires_at") - ENDS_SOON,
    ).exclude(kind=StockHold.Kind.ORDER)
    rows = soon.select_for_update(skip_locked=True).order_by("expires_at", "pk")
    ids = list(rows.values_list("pk", flat=True)[:PORTION])
    if ids:
        StockHold.objects.filter(pk__in=ids).update(end_warned_at=moment)
        _reserves_announce(RESERVE_ENDING_TOPIC, StockHold.objects.filter(pk__in=ids))
    return len(ids)


def _reserves_announce(topic: str, holds: QuerySet[StockHold]) -> None:
    rows: Any = holds.order_by().values_list("contract_id", "user_id", "expires_at").distinct()
    for contract_id, user_id, term in rows:
        moment = term.isoformat()
        outbox_put(
            topic=topic,
            key=f"{topic}:{contract_id}:{user_id}:{moment}",
            payload={"contract_id": contract_id, "user_id": user_id, "expires_at": moment},
        )
