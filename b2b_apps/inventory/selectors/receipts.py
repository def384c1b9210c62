"""Goods on their way to the warehouses that a person sees."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.models import ExpectedReceipt


@dataclass(frozen=True, slots=True)
class Receipt:
    """What comes of one product to one warehouse on a day, in base units."""

    day: date
    warehouse_id: int
    quantity: Decimal


def receipts_for(
    *, context: TradeContext, product_ids: Collection[int]
) -> Mapping[int, Sequence[Receipt]]:
    """Return what is expected of each product from today on, the soonest first. One query.

    Days that have passed are left out: what was to come then has come, or nobody knows when.
    A product without any receipt is not in the answer.
    """
    found: dict[int, list[Receipt]] = defaultdict(list)
    if not product_ids:
        return found
    rows = (
        ExpectedReceipt.objects.filter(product__in=product_ids, day__gte=timezone.localdate())
        .filter(warehouse__in=context.warehouse_ids)
        .values_list("product_id", "day", "warehouse_id")
        .annotate(quantity=Sum("quantity"))
        .order_by("day", "warehouse_id")
    )
    for product_id, day, warehouse_id, quantity in rows:
        found[product_id].append(Receipt(day, warehouse_id, quantity))
    return found


def next_of(receipts: Iterable[Receipt]) -> tuple[date, Decimal] | None:
    """Return the soonest day of receipts and what comes on it to all warehouses, or None."""
    by_day: dict[date, Decimal] = defaultdict(Decimal)
    for receipt in receipts:
        by_day[receipt.day] += receipt.quantity
    return min(by_day.items(), default=None)
