"""How holds end: cancelled, let go, out of term, or taken over by 1C's own stock."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from b2b_apps.inventory.locks import stock_records_locked
from b2b_apps.inventory.models import AwaitedHold, StockHold
from b2b_apps.inventory.services.announcing import holds_over_announce
from b2b_apps.inventory.services.arriving import promised_records, promises_end
from b2b_apps.inventory.services.shortages import shortages_settle

Ending = StockHold.Ending
PORTION = 500


class EndedHold(NamedTuple):
    """A hold that has just ended."""

    id: int
    stock_record_id: int
    quantity: Decimal


def holds_release(*, order_line_ids: Collection[int]) -> int:
    """Let go of what is held for these cancelled lines, and of what they wait for; return how many
    holds there were. Idempotent.
    """
    return _lines_let_go(order_line_ids, Ending.CANCELLED, AwaitedHold.Ending.CANCELLED)


@transaction.atomic
def _lines_let_go(order_line_ids: Collection[int], ending: str, awaited_ending: str) -> int:
    holds = StockHold.objects.filter(order_line__in=order_line_ids)
    awaited = promised_records(order_line_ids=order_line_ids)
    if not awaited:
        return len(holds_end(holds, ending))
    held = holds.filter(released_at__isnull=True).values_list("stock_record_id", flat=True)
    stock_records_locked(stock_record_ids=awaited.union(held))
    num_ended = len(holds_end(holds, ending))
    return num_ended + promises_end(order_line_ids=order_line_ids, ending=awaited_ending)


@transaction.atomic
def promises_ship(*, order_line_ids: Collection[int]) -> int:
    """End what lines have waited for that have left: 1C had the goods before it told us of them.
    One query where nothing is awaited.
    """
    records = promised_records(order_line_ids=order_line_ids)
    if not records:
        return 0
    stock_records_locked(stock_record_ids=records)
    return promises_end(order_line_ids=order_line_ids, ending=AwaitedHold.Ending.SHIPPED)


def holds_let_go(*, hold_ids: Collection[int]) -> int:
    """Let holds by hand go; return how many. What is held for an order is passed over."""
    by_hand = StockHold.objects.filter(pk__in=hold_ids).exclude(kind=StockHold.Kind.ORDER)
    return len(holds_end(by_hand, Ending.LET_GO))


def holds_absorb(*, stock_record_ids: Collection[int], snapshot_started_at: datetime) -> int:
    """End holds that 1C's stock, sent after ``snapshot_started_at``, already leaves out.

    Called when balances of these records have come from 1C. A hold counts as contained once 1C
    had acknowledged its order before the snapshot began.
    """
    contained = StockHold.objects.filter(
        stock_record__in=stock_record_ids, mirrored_at__lt=snapshot_started_at
    )
    return len(holds_end(contained, Ending.ABSORBED))


def holds_expire(
    *,
    order_id: int | None = None,
    contract_id: int | None = None,
    now: datetime | None = None,
) -> int:
    """End holds (all, an order's, or a contract's by hand) whose term is over; return how many.

    Idempotent. Of what 1C keeps by now (absorbed) there is nothing to take off here: its stock
    comes back with 1C's. Whose order or reserve lost its stock is told by the outbox, once per
    term. In portions, each a transaction: nobody waits for a long sweep.
    """
    moment, total = now or timezone.now(), 0
    over = StockHold.objects.filter(expires_at__lte=moment)
    if order_id is not None:
        over = over.filter(order_line__order=order_id)
    if contract_id is not None:
        over = over.filter(contract=contract_id).exclude(kind=StockHold.Kind.ORDER)
    active, kept = over.filter(released_at__isnull=True), over.filter(ending=Ending.ABSORBED)
    while done := _expire_some(active, kept, moment):
        total += done
    return total


@transaction.atomic
def _expire_some(active: QuerySet[StockHold], kept: QuerySet[StockHold], due: datetime) -> int:
    """End one portion of holds, active ones and those 1C keeps; return how many."""
    ids = list(active.order_by("expires_at", "pk").values_list("pk", flat=True)[:PORTION])
    ended = holds_end(StockHold.objects.filter(pk__in=ids), Ending.EXPIRED, due=due)
    rows = kept.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    at_1c = list(rows.values_list("pk", flat=True)[:PORTION])
    StockHold.objects.filter(pk__in=at_1c).update(ending=Ending.EXPIRED)
    holds_over_announce(hold_ids=[*(hold.id for hold in ended), *at_1c])
    return len(ended) + len(at_1c)


@transaction.atomic
def holds_end(
    holds: QuerySet[StockHold], ending: str, *, due: datetime | None = None
) -> Sequence[EndedHold]:
    """End the active ones of ``holds`` and take them off their records. Four queries, or one.

    Locks the records in pk order before it looks at what is still active: a hold that somebody
    else ends meanwhile is not taken off twice, one that is prolonged meanwhile is not ``due``.
    """
    active = Q(released_at__isnull=True)
    rows = list(holds.filter(active).values_list("pk", "stock_record_id"))
    if not rows:
        return []
    stock_records_locked(stock_record_ids={record_id for _pk, record_id in rows})
    return locked_holds_end([pk for pk, _record_id in rows], ending, due=due)


SQL = """
WITH ended AS (
    UPDATE inventory_stockhold SET released_at = %(now)s, ending = %(ending)s
    WHERE id = ANY(%(ids)s) AND released_at IS NULL
        AND (%(due)s::timestamptz IS NULL OR expires_at <= %(due)s)
    RETURNING id, stock_record_id, quantity
), freed AS (
    UPDATE partner_stockrecord r SET num_allocated = greatest(0, r.num_allocated - s.quantity)
    FROM (SELECT stock_record_id, sum(quantity) AS quantity FROM ended GROUP BY 1) s
    WHERE r.id = s.stock_record_id
)
SELECT * FROM ended ORDER BY id
"""


def locked_holds_end(
    hold_ids: Collection[int], ending: str, *, due: datetime | None = None
) -> Sequence[EndedHold]:
    """End holds whose records the caller has locked; those ended before are passed over, and
    those whose term is after ``due``, if it is given.

    Two queries. Never below zero: were ``num_allocated`` less than the holds add up to, nothing
    would ever end here; ``audit_invariants`` tells of it.
    """
    params: dict[str, Any] = {
        "ids": list(hold_ids),
        "ending": ending,
        "now": timezone.now(),
        "due": due,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL, params)
        ended = [EndedHold(*row) for row in cursor.fetchall()]
    shortages_settle(stock_record_ids={hold.stock_record_id for hold in ended})
    return ended


@transaction.atomic
def holds_mirror(*, order_line_ids: Collection[int]) -> None:
    """Note that 1C has these lines: its next stock will leave them out. Four queries, or two.

    Locks the records in pk order, as all do who write holds. What lines wait for is no stock yet:
    it is noted, and counts once it has come.
    """
    waiting = AwaitedHold.objects.filter(order_line__in=order_line_ids, ended_at__isnull=True)
    waiting.filter(mirrored_at__isnull=True).update(mirrored_at=timezone.now())
    holds = StockHold.objects.filter(order_line__in=order_line_ids, mirrored_at__isnull=True)
    if record_ids := set(holds.values_list("stock_record_id", flat=True)):
        stock_records_locked(stock_record_ids=record_ids)
        holds.filter(stock_record__in=record_ids).update(mirrored_at=timezone.now())
