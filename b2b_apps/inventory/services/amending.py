"""What is held for an order that is changed: lowered, given back, taken more of. All or nothing."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.locks import stock_records_locked
from b2b_apps.inventory.models import AwaitedHold, StockHold
from b2b_apps.inventory.services.arriving import promised_records, promises_end, promises_follow
from b2b_apps.inventory.services.ending import locked_holds_end
from b2b_apps.inventory.services.shortages import shortages_settle
from b2b_apps.inventory.services.taking import HoldRequest, stock_hold, stock_take

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class HoldChanges:
    """What is to be held for lines of an order: ``quantities`` are new ones by line id, ``ended``
    are lines that hold nothing any more, ``requests`` are for new lines.
    """

    quantities: Mapping[int, Decimal] = field(default_factory=dict)
    ended: Collection[int] = ()
    requests: Collection[HoldRequest] = ()


def order_stock_lock(*, order_line_ids: Collection[int], stock_record_ids: Collection[int]) -> None:
    """Lock the balances of lines' holds and these, in pk order. Two queries.

    Whoever changes an order comes here once, before he changes the first of them.
    """
    held = StockHold.objects.filter(order_line__in=order_line_ids)
    awaited = promised_records(order_line_ids=order_line_ids)
    ids = {*held.values_list("stock_record_id", flat=True), *awaited, *stock_record_ids}
    stock_records_locked(stock_record_ids=ids)


def is_growing() -> Q:
    """Holds that may be raised: those that hold, and that 1C does not know yet. What 1C has, its
    next stock leaves out as a whole, so more of it has to be held apart.
    """
    lasts = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    return lasts & Q(released_at__isnull=True, mirrored_at__isnull=True)


@transaction.atomic
def order_holds_amend(
    *,
    changes: HoldChanges,
    contract_id: int,
    user_id: int | None,
    expires_at: datetime | None,
    is_told: bool = False,
) -> None:
    """Bring holds to the changed quantities; the caller has locked the balances.

    What is given back comes first, so the same goods may be moved from one line to another. A
    hold that has ended already keeps its end and follows its line's quantity. Raises
    StockShortageError. What a line waits for may only be less, never what has come of it or less.
    1C keeps the stock of what it has changed itself (``is_told``): where ours is too short for a
    new line its hold is entered as one that 1C's stock leaves out, and nothing is refused. Some
    ten queries, whatever the number of lines.
    """
    holds = StockHold.objects.filter(order_line__in=[*changes.quantities, *changes.ended])
    ended = [h.pk for h in holds if h.order_line_id in changes.ended and h.released_at is None]
    if ended:
        locked_holds_end(ended, StockHold.Ending.CANCELLED)
    if changes.ended:
        promises_end(order_line_ids=changes.ended, ending=AwaitedHold.Ending.CANCELLED)
    _lower_awaited(changes.quantities)
    raised = _lower(holds.filter(order_line__in=changes.quantities), changes.quantities)
    if raised:
        _raise(raised, contract_id)
    if changes.requests:
        hold = partial(stock_hold, contract_id=contract_id, user_id=user_id, expires_at=expires_at)
        if is_told:
            _hold_told(hold, changes.requests, contract_id)
        else:
            hold(requests=changes.requests)


def _hold_told(
    hold: Callable[..., None], requests: Collection[HoldRequest], contract_id: int
) -> None:
    try:
        with transaction.atomic():
            hold(requests=requests)
    except StockShortageError as shortage:
        short = [r for r in requests if r.stock_record_id in shortage.shortages]
        now = timezone.now()
        StockHold.objects.bulk_create(
            StockHold(
                stock_record_id=r.stock_record_id, order_line_id=r.order_line_id,
                quantity=r.quantity, contract_id=contract_id, mirrored_at=now, released_at=now,
                ending=StockHold.Ending.ABSORBED,
            )
            for r in short
        )  # fmt: skip
        if len(short) < len(requests):
            hold(requests=[r for r in requests if r not in short])


def _lower(
    holds: QuerySet[StockHold], quantities: Mapping[int, Decimal]
) -> list[tuple[StockHold, Decimal]]:
    """Give back what is not needed; return the holds that want more, and how much more."""
    raised, changed = [], []
    freed: dict[int, Decimal] = {}
    for hold in holds:
        now = quantities[hold.order_line_id or 0]
        if now > hold.quantity:
            raised.append((hold, now - hold.quantity))
            continue
        if hold.released_at is None:
            freed[hold.stock_record_id] = (
                freed.get(hold.stock_record_id, ZERO) + hold.quantity - now
            )
        hold.quantity = now
        changed.append(hold)
    StockHold.objects.bulk_update(changed, ["quantity"], batch_size=500)
    if freed:
        with connection.cursor() as cursor:
            cursor.execute(FREE, [list(freed), list(freed.values())])
        shortages_settle(stock_record_ids=set(freed))
    return raised


def _lower_awaited(quantities: Mapping[int, Decimal]) -> None:
    """Wait for less; more of a line that waits is held apart. What becomes free goes to others."""
    rows = AwaitedHold.objects.filter(order_line__in=quantities, ended_at__isnull=True)
    changed = []
    for hold in rows.select_related("stock_record"):
        now = quantities[hold.order_line_id]
        if now < hold.quantity:
            hold.quantity, hold.short = now, min(hold.short, now - hold.arrived)
            hold.short_since = hold.short_since if hold.short else None
            changed.append(hold)
    if changed:
        AwaitedHold.objects.bulk_update(changed, ["quantity", "short", "short_since"])
        promises_follow(product_ids={hold.stock_record.product_id for hold in changed})


FREE = """
UPDATE partner_stockrecord r SET num_allocated = greatest(0, r.num_allocated - v.quantity)
FROM unnest(%s::bigint[], %s::numeric[]) AS v(id, quantity) WHERE r.id = v.id
"""


def _raise(raised: Collection[tuple[StockHold, Decimal]], contract_id: int) -> None:
    demand: dict[int, Decimal] = {}
    for hold, more in raised:
        demand[hold.stock_record_id] = demand.get(hold.stock_record_id, ZERO) + more
    stock_take(demand=demand, own_contract_id=contract_id)
    for hold, more in raised:
        hold.quantity += more
    StockHold.objects.bulk_update([hold for hold, _more in raised], ["quantity"], batch_size=500)
