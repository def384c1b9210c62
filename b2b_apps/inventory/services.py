"""Holding stock for order lines and letting it go. Rules in docs/algorithms/stock.md."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.models import StockHold


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """Stock wanted for one order line, in base units."""

    stock_record_id: int
    order_line_id: int
    quantity: Decimal


@transaction.atomic
def stock_hold(*, requests: Collection[HoldRequest]) -> None:
    """Hold all that is requested, or nothing.

    Each row is taken by a conditional UPDATE in pk order, so two orders for the same goods
    queue up and neither can take what the other has. Raises StockShortageError with what is
    free of each short record. One query per stock record, plus one insert.
    """
    demand: Counter[int] = Counter()
    for request in requests:
        demand[request.stock_record_id] += request.quantity  # type: ignore[assignment]
    short = [pk for pk in sorted(demand) if not _take(pk, Decimal(demand[pk]))]
    if short:
        raise StockShortageError(_free(short))
    StockHold.objects.bulk_create(
        StockHold(
            stock_record_id=r.stock_record_id, order_line_id=r.order_line_id, quantity=r.quantity
        )
        for r in requests
    )


def _take(stock_record_id: int, quantity: Decimal) -> bool:
    records = apps.get_model("partner", "StockRecord").objects
    return bool(
        records.filter(pk=stock_record_id, num_in_stock__gte=F("num_allocated") + quantity).update(
            num_allocated=F("num_allocated") + quantity
        )
    )


def _free(stock_record_ids: Collection[int]) -> Mapping[int, Decimal]:
    records = apps.get_model("partner", "StockRecord").objects.filter(pk__in=stock_record_ids)
    rows = records.values_list("pk", "num_in_stock", "num_allocated")
    return {pk: max(Decimal(0), stock - held) for pk, stock, held in rows}


@transaction.atomic
def holds_release(*, order_line_ids: Collection[int]) -> int:
    """Let go of what is held for these order lines; return how many holds. Idempotent."""
    return _release("h.order_line_id = ANY(%s)", [list(order_line_ids)])


@transaction.atomic
def holds_absorb(*, stock_record_ids: Collection[int], snapshot_started_at: datetime) -> int:
    """Release holds that 1C's stock, sent after ``snapshot_started_at``, already leaves out.

    Called when balances of these records have come from 1C. A hold counts as contained once 1C
    had acknowledged its order before the snapshot began.
    """
    return _release(
        "h.stock_record_id = ANY(%s) AND h.mirrored_at < %s",
        [list(stock_record_ids), snapshot_started_at],
    )


def _release(condition: str, params: list[Any]) -> int:
    """Mark holds released and take them off their records, rows locked in pk order."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH records AS (
                SELECT r.id FROM partner_stockrecord r
                WHERE r.id IN (
                    SELECT h.stock_record_id FROM inventory_stockhold h
                    WHERE h.released_at IS NULL AND {condition}
                ) ORDER BY r.id FOR UPDATE
            ), released AS (
                UPDATE inventory_stockhold h SET released_at = now()
                WHERE h.released_at IS NULL AND {condition}
                  AND h.stock_record_id IN (SELECT id FROM records)
                RETURNING h.stock_record_id, h.quantity
            ), sums AS (
                SELECT stock_record_id, sum(quantity) AS quantity, count(*) AS n
                FROM released GROUP BY 1
            ), freed AS (
                UPDATE partner_stockrecord r
                SET num_allocated = greatest(0, r.num_allocated - s.quantity)
                FROM sums s WHERE r.id = s.stock_record_id RETURNING s.n
            )
            SELECT coalesce(sum(n), 0) FROM freed
            """,  # noqa: S608 - the condition is one of the two above
            [*params, *params],
        )
        (count,) = cursor.fetchone()
    return int(count)


def holds_mirror(*, order_line_ids: Collection[int]) -> None:
    """Note that 1C has these lines: its next stock will leave them out. One query."""
    StockHold.objects.filter(order_line_id__in=order_line_ids, mirrored_at__isnull=True).update(
        mirrored_at=timezone.now()
    )
