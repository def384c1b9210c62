"""Reserves by hand: taken for a day or two, prolonged, let go."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from b2b_apps.inventory.errors import ReserveRefusedError
from b2b_apps.inventory.locks import (
    LockedRecord,
    company_reserves_lock,
    stock_records_locked,
)
from b2b_apps.inventory.models import ReserveLimits, StockHold
from b2b_apps.inventory.services.ending import holds_end
from b2b_apps.inventory.services.taking import stock_take

Kind, Ending = StockHold.Kind, StockHold.Ending
HUNDRED = Decimal(100)
STEP = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Reserver:
    """For whom a reserve is: a contract of a counterparty, and who asks for it."""

    contract_id: int
    counterparty_id: int
    user_id: int
    is_staff: bool = False


@transaction.atomic
def stock_reserve(
    *,
    reserver: Reserver,
    demand: Mapping[int, Decimal],
    hours: int,
    reason: str = "",
    kind: str = Kind.MANUAL,
) -> Sequence[StockHold]:
    """Hold quantities of stock records by hand, all of them or nothing.

    On top of what the contract holds already. Locks the company's reserves, then the records in
    pk order. Raises StockShortageError with what is free, ReserveRefusedError where a limit is
    passed; staff know none. Nine queries, whatever the number of records.
    """
    limits = None if reserver.is_staff else reserve_limits()
    if limits is not None:
        company_reserves_lock(counterparty_id=reserver.counterparty_id)
        if not 0 < hours <= limits.max_hours:
            raise ReserveRefusedError("hours", Decimal(limits.max_hours))
    records = stock_take(demand=demand)
    if limits is not None:
        _check(limits, reserver, demand, records)
    expires_at = timezone.now() + timedelta(hours=hours)
    return StockHold.objects.bulk_create(
        StockHold(
            stock_record_id=pk,
            kind=kind,
            contract_id=reserver.contract_id,
            user_id=reserver.user_id,
            reason=reason.strip()[:255],
            quantity=quantity,
            expires_at=expires_at,
        )
        for pk, quantity in demand.items()
    )


def reserve_limits() -> ReserveLimits:
    """Return the limits of reserves by hand. One query."""
    return ReserveLimits.objects.first() or ReserveLimits()


def reserves_of_company(counterparty_id: int) -> QuerySet[StockHold]:
    """Reserves by hand of a counterparty that are not over yet, under all its contracts."""
    return StockHold.objects.filter(
        contract__counterparty=counterparty_id,
        released_at__isnull=True,
        expires_at__gt=timezone.now(),
    ).exclude(kind=Kind.ORDER)


def _check(
    limits: ReserveLimits,
    reserver: Reserver,
    demand: Mapping[int, Decimal],
    records: Mapping[int, LockedRecord],
) -> None:
    """Refuse what is beyond the limits; what was taken is rolled back with it. Two queries."""
    mine = reserves_of_company(reserver.counterparty_id)
    if mine.count() + len(demand) > limits.max_holds:
        raise ReserveRefusedError("holds", Decimal(limits.max_holds))
    rows = mine.filter(stock_record__in=demand).values_list("stock_record_id")
    own: dict[int, Decimal] = dict(rows.annotate(sum=Sum("quantity")).order_by())
    for pk, quantity in demand.items():
        held = own.get(pk, Decimal(0))
        most = (records[pk].free + held) * limits.max_share_percent / HUNDRED
        if held + quantity > most:
            left = max(Decimal(0), (most - held).quantize(STEP, ROUND_DOWN))
            raise ReserveRefusedError("share", left, pk)


def reserves_let_go(*, contract_id: int, hold_ids: Collection[int]) -> int:
    """Let reserves by hand of a contract go; return how many there were."""
    mine = StockHold.objects.filter(pk__in=hold_ids, contract=contract_id)
    return len(holds_end(mine.exclude(kind=Kind.ORDER), Ending.LET_GO))


@transaction.atomic
def holds_prolong(*, hold_ids: Collection[int], until: datetime) -> int:
    """Keep active holds till ``until``, an order's among them; return how many. Three queries.

    Locks their records: whoever finds them out of term at this moment goes first, or finds them
    prolonged.
    """
    holds = StockHold.objects.filter(pk__in=hold_ids, released_at__isnull=True)
    stock_records_locked(stock_record_ids=set(holds.values_list("stock_record_id", flat=True)))
    return holds.update(expires_at=until, end_warned_at=None)


@transaction.atomic
def order_stock_retake(*, order_id: int, until: datetime | None) -> int:
    """Hold again what an order has lost by its term, all of it or nothing; return how many lines.

    For staff. What 1C has (mirrored) 1C keeps or not, and nothing is taken here: its stock leaves
    the order out already. Raises StockShortageError with what is free.
    """
    lost = StockHold.objects.filter(order_line__order=order_id, ending=Ending.EXPIRED)
    stock_records_locked(stock_record_ids=set(lost.values_list("stock_record_id", flat=True)))
    rows = list(lost.order_by("pk"))
    at_1c = [hold.pk for hold in rows if hold.mirrored_at]
    ours = [hold for hold in rows if not hold.mirrored_at]
    if ours:
        stock_take(demand=_sums(ours), own_contract_id=ours[0].contract_id)
    StockHold.objects.filter(pk__in=[hold.pk for hold in ours]).update(
        released_at=None, ending="", expires_at=until
    )
    StockHold.objects.filter(pk__in=at_1c).update(ending=Ending.ABSORBED, expires_at=until)
    return len(rows)


def _sums(holds: Sequence[StockHold]) -> dict[int, Decimal]:
    demand: dict[int, Decimal] = defaultdict(Decimal)
    for hold in holds:
        demand[hold.stock_record_id] += hold.quantity
    return demand
