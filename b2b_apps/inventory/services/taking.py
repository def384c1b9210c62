"""Taking stock: what is free under lock, all of a demand or nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.locks import LockedRecord, stock_records_locked
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.services.announcing import holds_over_announce
from b2b_apps.inventory.services.ending import locked_holds_end
from b2b_apps.inventory.services.plain_taking import plain_take
from b2b_apps.inventory.services.promising import AwaitRequest, stock_promise

ZERO = Decimal(0)
Kind, Ending = StockHold.Kind, StockHold.Ending


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """Stock wanted for one order line, in base units."""

    stock_record_id: int
    order_line_id: int
    quantity: Decimal


@transaction.atomic
def stock_hold(
    *,
    requests: Collection[HoldRequest],
    contract_id: int | None = None,
    user_id: int | None = None,
    expires_at: datetime | None = None,
    awaited: Collection[AwaitRequest] = (),
) -> None:
    """Hold all that is requested for order lines, or nothing; of what is on its way what is
    ``awaited``.

    What the contract holds by hand of the same records goes into the order first. Raises
    StockShortageError with what is free of each short record. Two queries, three for several
    records, whatever the number of lines; some more where stock is short, holds by hand are used
    or holds were out of term; three more where something is awaited.
    """
    if awaited:
        ids = {row.stock_record_id for row in requests}
        stock_records_locked(stock_record_ids=ids.union(row.stock_record_id for row in awaited))
    _hold(requests, contract_id, user_id, expires_at)
    if awaited:
        stock_promise(requests=awaited)


def _hold(
    requests: Collection[HoldRequest],
    contract_id: int | None,
    user_id: int | None,
    expires_at: datetime | None,
) -> None:
    if not requests:
        return
    stock_take(demand=demand_of(requests), own_contract_id=contract_id)
    with connection.cursor() as cursor:
        cursor.execute(
            HOLDS,
            {
                "records": [r.stock_record_id for r in requests],
                "lines": [r.order_line_id for r in requests],
                "quantities": [r.quantity for r in requests],
                "contract": contract_id,
                "user": user_id,
                "now": timezone.now(),
                "until": expires_at,
            },
        )


# A thousand rows by the model would take as long as all the rest of taking them.
HOLDS = """
INSERT INTO inventory_stockhold
    (stock_record_id, order_line_id, quantity, kind, contract_id, user_id, reason, created_at,
     expires_at, ending)
SELECT record_id, line_id, quantity, 'order', %(contract)s::bigint, %(user)s::bigint, '',
    %(now)s::timestamptz, %(until)s::timestamptz, ''
FROM unnest(%(records)s::bigint[], %(lines)s::bigint[], %(quantities)s::numeric[])
    AS r(record_id, line_id, quantity)
"""


def demand_of(requests: Iterable[HoldRequest]) -> dict[int, Decimal]:
    """Return what is wanted of each stock record."""
    demand: dict[int, Decimal] = defaultdict(Decimal)
    for request in requests:
        demand[request.stock_record_id] += request.quantity
    return dict(demand)


def stock_take(
    *, demand: Mapping[int, Decimal], own_contract_id: int | None = None
) -> Mapping[int, LockedRecord]:
    """Add ``demand`` to what is held of each record; the caller writes the holds themselves.

    Locks the records in pk order; two takers of the same goods queue up, and neither can take
    what the other has. Holds whose term is over are ended first, so nobody is refused because
    of a late sweep. With ``own_contract_id`` its holds by hand are used up first. Raises
    StockShortageError. Returns the records as they were. One query, two for several records, where
    there is enough and no hold to be ended or used up, else four and some more.
    """
    if not demand:
        return {}
    taken = plain_take(demand=demand, own_contract_id=own_contract_id)
    if taken is not None:
        return taken
    records = stock_records_locked(stock_record_ids=demand)
    records, own = _settled(records, own_contract_id)
    held = {pk: sum((hold.quantity for hold in own[pk]), ZERO) for pk in demand}
    used = {pk: min(demand[pk], held[pk]) for pk in demand}
    if short := demand.keys() - _write(demand, used, held):
        raise StockShortageError({pk: _free_for(records.get(pk), held[pk]) for pk in short})
    _use(own, used)
    return records


def _settled(
    records: Mapping[int, LockedRecord], own_contract_id: int | None
) -> tuple[dict[int, LockedRecord], dict[int, list[StockHold]]]:
    """End what is out of term on locked records; return them and the contract's own holds."""
    now = timezone.now()
    own = Q(contract=own_contract_id) & ~Q(kind=Kind.ORDER) if own_contract_id else Q()
    rows = StockHold.objects.filter(
        Q(expires_at__lte=now) | own, stock_record__in=records, released_at__isnull=True
    )
    mine: dict[int, list[StockHold]] = defaultdict(list)
    over = []
    for hold in rows.order_by("expires_at", "pk"):
        if hold.expires_at is not None and hold.expires_at <= now:
            over.append(hold.pk)
        else:
            mine[hold.stock_record_id].append(hold)
    left = dict(records)
    if over:
        ended = locked_holds_end(over, Ending.EXPIRED)
        holds_over_announce(hold_ids=[hold_ended.id for hold_ended in ended])
        for hold_ended in ended:
            was = left[hold_ended.stock_record_id]
            left[was.id] = was._replace(held=max(ZERO, was.held - hold_ended.quantity))
    return left, mine


def _free_for(record: LockedRecord | None, held: Decimal) -> Decimal:
    """What a contract may take: what nobody holds, and what it holds itself by hand."""
    return max(ZERO, record.on_hand - record.held + held) if record else ZERO


SQL = """
UPDATE partner_stockrecord r SET num_allocated = coalesce(r.num_allocated, 0) + v.asked - v.used
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[]) AS v(id, asked, used, held)
WHERE r.id = v.id AND r.num_in_stock - coalesce(r.num_allocated, 0) + v.held >= v.asked
RETURNING r.id
"""


def _write(
    demand: Mapping[int, Decimal], used: Mapping[int, Decimal], held: Mapping[int, Decimal]
) -> set[int]:
    """Take by one conditional UPDATE; return the records that had enough. One query."""
    ids = sorted(demand)
    columns = [[values[pk] for pk in ids] for values in (demand, used, held)]
    with connection.cursor() as cursor:
        cursor.execute(SQL, [ids, *columns])
        return {pk for (pk,) in cursor.fetchall()}


def _use(own: Mapping[int, Sequence[StockHold]], used: Mapping[int, Decimal]) -> None:
    """Turn holds by hand into the order's, those that end first first; the last may be split."""
    whole, rest = [], []
    for pk, quantity in used.items():
        left = quantity
        for hold in own[pk]:
            if left <= 0:
                break
            if hold.quantity <= left:
                whole.append(hold.pk)
            else:
                rest.append((hold, left))
            left -= hold.quantity
    now = timezone.now()
    if whole:
        StockHold.objects.filter(pk__in=whole).update(released_at=now, ending=Ending.ORDERED)
    for hold, quantity in rest:
        hold.quantity -= quantity
    if rest:
        StockHold.objects.bulk_update([hold for hold, _used in rest], ["quantity"])
        StockHold.objects.bulk_create(_part(hold, quantity, now) for hold, quantity in rest)


def _part(hold: StockHold, quantity: Decimal, now: datetime) -> StockHold:
    """The used part of a hold, on record as a hold of its own."""
    return StockHold(
        stock_record_id=hold.stock_record_id,
        kind=hold.kind,
        contract_id=hold.contract_id,
        user_id=hold.user_id,
        reason=hold.reason,
        quantity=quantity,
        expires_at=hold.expires_at,
        released_at=now,
        ending=Ending.ORDERED,
    )
