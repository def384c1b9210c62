"""What becomes of promised goods: they come, are moved to another day, cut, or cancelled."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from b2b_apps.core.outbox import outbox_put
from b2b_apps.inventory.locks import LockedRecord, stock_records_locked
from b2b_apps.inventory.models import AwaitedHold, ExpectedReceipt, StockHold
from b2b_apps.inventory.promises import Promise, promises_settled
from b2b_apps.inventory.services.terms import order_term

ZERO = Decimal(0)
Ending = AwaitedHold.Ending
CHANGED_TOPIC, SHORT_TOPIC = "awaited_changed", "awaited_short"


class Change(NamedTuple):
    """A promise that is another now, how much of it has come, whether more of it lacks."""

    hold: AwaitedHold
    came: Decimal
    is_shorter: bool


def promises_follow(
    *,
    product_ids: Collection[int],
    before: Mapping[int, LockedRecord] | None = None,
    snapshot_started_at: datetime | None = None,
) -> int:
    """Hold what is promised of products against what is on its way and in stock now; return how
    many promises have changed.

    Called when their receipts or balances have come, when promises have ended, and when a day is
    over; the caller has locked their balances. ``before`` are these as they were, ``None`` if the
    stock is as it was. One query where nothing is promised; else some six, and more where much
    changes. Those whom it concerns are told by the outbox.
    """
    rows = AwaitedHold.objects.filter(stock_record__product__in=list(product_ids))
    return _follow(rows, before or {}, snapshot_started_at)


def _follow(
    rows: QuerySet[AwaitedHold],
    before: Mapping[int, LockedRecord],
    snapshot_started_at: datetime | None,
) -> int:
    rows = rows.filter(ended_at__isnull=True)
    holds = list(rows.select_related("order_line").order_by("created_at", "pk"))
    if not holds:
        return 0
    records = stock_records_locked(stock_record_ids={hold.stock_record_id for hold in holds})
    receipts = _receipts(records.keys())
    changed: list[Change] = []
    for pk, record in records.items():
        mine = [hold for hold in holds if hold.stock_record_id == pk]
        changed += _settle(mine, record, receipts.get(pk, {}), before.get(pk), snapshot_started_at)
    _write(changed)
    return len(changed)


def _settle(
    holds: Sequence[AwaitedHold],
    record: LockedRecord,
    receipts: Mapping[date, Decimal],
    was: LockedRecord | None,
    snapshot_started_at: datetime | None,
) -> list[Change]:
    """Set what has changed of promises of one balance, and return those."""
    risen = max(ZERO, record.on_hand - was.on_hand) if was else ZERO
    found = promises_settled(
        [Promise(hold.pk, hold.day, hold.quantity - hold.arrived) for hold in holds],
        receipts=receipts,
        free=record.on_hand - record.held,
        risen=risen,
    )
    today = timezone.localdate()
    changed: list[Change] = []
    for hold, settled in zip(holds, found, strict=True):
        before, short = (hold.day, hold.arrived, hold.short), settled.short
        hold.day, hold.arrived = settled.day, hold.arrived + settled.comes
        is_1cs = _is_known_to(snapshot_started_at, hold)
        if short and is_1cs and hold.day <= today and not hold.arrived:
            # 1C had the order, the goods were due and are on their way no more: it keeps them.
            short, hold.ending = ZERO, Ending.AT_1C
        _short(hold, short)
        if hold.arrived >= hold.quantity:
            hold.ending = Ending.ARRIVED
        hold.ended_at = timezone.now() if hold.ending else None
        if before != (hold.day, hold.arrived, hold.short) or hold.ending:
            changed.append(Change(hold, settled.comes, hold.short > before[2]))
    return changed


def _is_known_to(snapshot_started_at: datetime | None, hold: AwaitedHold) -> bool:
    """Whether 1C had the order before it made its stock."""
    if snapshot_started_at is None or hold.mirrored_at is None:
        return False
    return hold.mirrored_at < snapshot_started_at


def _short(hold: AwaitedHold, short: Decimal) -> None:
    hold.short = short
    hold.short_since = (hold.short_since or timezone.now()) if short else None


def _write(changed: Sequence[Change]) -> None:
    """Save promises, take what has come into the balances, make holds of what is all there."""
    if not changed:
        return
    AwaitedHold.objects.bulk_update(
        [change.hold for change in changed],
        ["quantity", "day", "arrived", "short", "short_since", "ended_at", "ending"],
    )
    came: dict[int, Decimal] = defaultdict(Decimal)
    for change in changed:
        came[change.hold.stock_record_id] += change.came
    _allocate({pk: quantity for pk, quantity in came.items() if quantity})
    _make_holds([change.hold for change in changed if change.hold.ending])
    _announce(changed)


def _make_holds(ended: Sequence[AwaitedHold]) -> None:
    """Give lines whose goods are all there the holds of their orders, with a term from now on, or
    from the promised day on if they have come before it.
    """
    orders: Any = apps.get_model("order", "Order")._base_manager
    rows = orders.select_related("contract").in_bulk({h.order_line.order_id for h in ended})
    terms = {
        (order_id, day): order_term(rows[order_id], since=max(timezone.now(), end_of(day)))
        for order_id, day in {(h.order_line.order_id, h.day) for h in ended}
    }
    StockHold.objects.bulk_create(
        StockHold(
            stock_record_id=hold.stock_record_id,
            order_line_id=hold.order_line_id,
            contract_id=rows[hold.order_line.order_id].contract_id,
            user_id=rows[hold.order_line.order_id].user_id,
            quantity=hold.quantity,
            expires_at=terms[hold.order_line.order_id, hold.day],
            **_kept(hold),
        )
        for hold in ended
    )


def _kept(hold: AwaitedHold) -> dict[str, Any]:
    """What came by our own count, 1C is to speak of once more before its stock leaves it out."""
    if hold.ending == Ending.ARRIVED:
        return {}
    return {
        "mirrored_at": hold.mirrored_at,
        "released_at": hold.ended_at,
        "ending": StockHold.Ending.ABSORBED,
    }


def end_of(day: date) -> datetime:
    """The moment at which a day is over."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def promises_end(*, order_line_ids: Collection[int], ending: str) -> int:
    """End what lines wait for, and let what has come of it go; return how many. Idempotent.

    The caller has locked the balances. What others lack gets it at once. Two queries, some more
    where anything ends.
    """
    rows = AwaitedHold.objects.filter(order_line__in=order_line_ids, ended_at__isnull=True)
    holds = list(rows)
    if not holds:
        return 0
    came: dict[int, Decimal] = defaultdict(Decimal)
    for hold in holds:
        came[hold.stock_record_id] -= hold.arrived
    rows.filter(pk__in=[hold.pk for hold in holds]).update(
        ended_at=timezone.now(), ending=ending, short=0, short_since=None
    )
    _allocate({pk: quantity for pk, quantity in came.items() if quantity})
    ids = {hold.stock_record_id for hold in holds}
    _follow(AwaitedHold.objects.filter(stock_record__in=ids), {}, None)
    return len(holds)


def promises_cut(*, quantities: Mapping[int, Decimal]) -> int:
    """Lower what lines wait for to these quantities, by line id; return how many there were.

    The caller has locked the balances. What has come beyond it is let go. One query where nothing
    is awaited.
    """
    rows = AwaitedHold.objects.filter(order_line__in=list(quantities), ended_at__isnull=True)
    changed = []
    for hold in rows.select_related("order_line"):
        wanted = min(hold.quantity, quantities[hold.order_line_id])
        beyond = max(ZERO, hold.arrived - wanted)
        hold.quantity, hold.arrived = wanted, hold.arrived - beyond
        _short(hold, min(hold.short, wanted - hold.arrived))
        if hold.arrived >= wanted:
            hold.ended_at, hold.ending = timezone.now(), Ending.ARRIVED
        changed.append(Change(hold, -beyond, is_shorter=False))
    _write(changed)
    ids = {change.hold.stock_record_id for change in changed}
    _follow(AwaitedHold.objects.filter(stock_record__in=ids), {}, None)
    return len(changed)


@transaction.atomic
def promises_overdue_follow() -> int:
    """Look at promises whose day is over, or that are short; return how many balances they are of.

    Called by the clock. Locks their balances. One query where there are none.
    """
    is_over = Q(day__lt=timezone.localdate(), short=0)
    rows = AwaitedHold.objects.filter(is_over | Q(short__gt=0), ended_at__isnull=True)
    found = set(rows.values_list("stock_record_id", flat=True))
    if found:
        stock_records_locked(stock_record_ids=found)
        _follow(AwaitedHold.objects.filter(stock_record__in=found), {}, None)
    return len(found)


def promised_records(*, order_line_ids: Collection[int]) -> set[int]:
    """Balances whose goods lines wait for. One query."""
    rows = AwaitedHold.objects.filter(order_line__in=order_line_ids, ended_at__isnull=True)
    return set(rows.values_list("stock_record_id", flat=True))


def _receipts(record_ids: Collection[int]) -> Mapping[int, Mapping[date, Decimal]]:
    """What comes to each balance by day, from today on. One query."""
    rows = ExpectedReceipt.objects.filter(
        day__gte=timezone.localdate(),
        product__stockrecords__in=list(record_ids),
        product__stockrecords__partner=F("warehouse"),
    )
    sums = rows.values_list("product__stockrecords", "day").annotate(sum=Sum("quantity"))
    found: dict[int, dict[date, Decimal]] = defaultdict(dict)
    for pk, day, quantity in sums.order_by():
        found[pk][day] = quantity
    return found


def _allocate(changes: Mapping[int, Decimal]) -> None:
    """Add to what is held of balances that are locked. One query, none for nothing."""
    if not changes:
        return
    sql = """
    UPDATE partner_stockrecord r SET num_allocated = coalesce(r.num_allocated, 0) + v.quantity
    FROM unnest(%s::bigint[], %s::numeric[]) AS v(id, quantity) WHERE r.id = v.id
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(changes), list(changes.values())])


def _announce(changed: Iterable[Change]) -> None:
    moment = timezone.now().isoformat()
    for order_id in sorted({change.hold.order_line.order_id for change in changed}):
        outbox_put(
            topic=CHANGED_TOPIC,
            key=f"{CHANGED_TOPIC}:{order_id}:{moment}",
            payload={"order_id": order_id},
        )
    short: dict[int, list[int]] = defaultdict(list)
    for change in changed:
        if change.is_shorter:
            short[change.hold.stock_record_id].append(change.hold.pk)
    for pk, ids in short.items():
        outbox_put(
            topic=SHORT_TOPIC,
            key=f"{SHORT_TOPIC}:{pk}:{moment}",
            payload={"stock_record_id": pk, "hold_ids": ids},
        )
