"""Free stock of many products per warehouse."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Subquery
from django.utils import timezone

from b2b_apps.core.context import TradeContext
from b2b_apps.core.prepared import FEW, rows_of
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.promises import left_by_day
from b2b_apps.inventory.selectors.receipts import Receipt

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Balance:
    """Stock of one product in one warehouse, in base units, as one contract may take it.

    ``free`` is never negative; it includes ``own``, what the contract itself holds by hand till
    ``own_until`` at least.
    """

    stock_record_id: int
    warehouse_id: int
    free: Decimal
    own: Decimal = ZERO
    own_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProductStock:
    """Balances of one product by warehouse id; a missing warehouse holds nothing.

    ``receipts`` are what is on its way and promised to nobody, the soonest first, where it was
    asked for.
    """

    balances: Mapping[int, Balance] = field(default_factory=dict)
    receipts: Sequence[Receipt] = ()

    @property
    def free(self) -> Decimal:
        return sum([b.free for b in self.balances.values()], ZERO)

    @property
    def own(self) -> Decimal:
        return sum((b.own for b in self.balances.values()), ZERO)

    @property
    def own_until(self) -> datetime | None:
        """When the first of the contract's own reserves ends."""
        return min((b.own_until for b in self.balances.values() if b.own_until), default=None)

    def free_at(self, warehouse_id: int) -> Decimal:
        balance = self.balances.get(warehouse_id)
        return balance.free if balance else ZERO

    def best(self, *, quantity: Decimal, warehouse_ids: Sequence[int]) -> Balance | None:
        """The first warehouse in order that holds ``quantity``, else the fullest, else any.

        Where the contract holds goods by hand, there first.
        """
        found = [self.balances[pk] for pk in warehouse_ids if pk in self.balances]
        for balance in sorted(found, key=lambda balance: balance.own <= 0):
            if balance.free >= quantity:
                return balance
        return max(found, key=lambda balance: balance.free, default=None)


# Receipts come by the same query: pages of goods are short of queries, not of columns.
SQL = """
SELECT r.product_id, r.partner_id, r.id,
    coalesce(r.num_in_stock, 0) - coalesce(r.num_allocated, 0)
        + coalesce(h.own, 0) + coalesce(h.over, 0),
    coalesce(h.own, 0), h.until, NULL::date
FROM partner_stockrecord r
LEFT JOIN (
    SELECT stock_record_id, sum(quantity) FILTER (WHERE expires_at > %(now)s::timestamptz) AS own,
        min(expires_at) FILTER (WHERE expires_at > %(now)s::timestamptz) AS until,
        sum(quantity) FILTER (WHERE expires_at <= %(now)s::timestamptz) AS over
    FROM inventory_stockhold
    WHERE released_at IS NULL
        AND (expires_at <= %(now)s::timestamptz
            OR (contract_id = %(contract)s::bigint AND kind <> 'order'))
    GROUP BY stock_record_id
) h ON h.stock_record_id = r.id
WHERE r.product_id = ANY(%(products)s::bigint[]) AND r.partner_id = ANY(%(warehouses)s::bigint[])
"""
RECEIPTS = """
UNION ALL
    SELECT product_id, warehouse_id, NULL, sum(quantity), 0, NULL, day
    FROM inventory_expectedreceipt
    WHERE product_id = ANY(%(products)s::bigint[]) AND warehouse_id = ANY(%(warehouses)s::bigint[])
        AND day >= %(today)s::date
    GROUP BY product_id, day, warehouse_id
UNION ALL
    SELECT r.product_id, r.partner_id, NULL, -sum(a.quantity - a.arrived - a.short), 0, NULL, a.day
    FROM partner_stockrecord r JOIN inventory_awaitedhold a ON a.stock_record_id = r.id
    WHERE r.product_id = ANY(%(products)s::bigint[])
        AND r.partner_id = ANY(%(warehouses)s::bigint[]) AND a.ended_at IS NULL
        AND a.day >= %(today)s::date
    GROUP BY r.product_id, r.partner_id, a.day
"""


def stock_for(
    *, context: TradeContext, product_ids: Collection[int], with_receipts: bool = False
) -> Mapping[int, ProductStock]:
    """Return the stock of each product in the context's warehouses. One query.

    What the contract holds by hand is free for it; what is held beyond its term is free for
    all. A product without any stock record is in the answer too, with no balances.
    """
    if not product_ids:
        return {}
    balances: dict[int, dict[int, Balance]] = {pk: {} for pk in product_ids}
    coming: dict[tuple[int, int], dict[date, Decimal]] = {}
    lacking: dict[tuple[int, int], Decimal] = {}
    params: dict[str, Any] = {
        "products": list(product_ids),
        "warehouses": list(context.warehouse_ids),
        "contract": context.contract_id,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    statement = SQL + (RECEIPTS if with_receipts else "")
    rows = rows_of(statement, params, is_prepared=len(product_ids) <= FEW)
    for product_id, warehouse_id, record_id, quantity, own, until, day in rows:
        if day is None:
            balance = Balance(record_id, warehouse_id, max(ZERO, quantity), own, until)
            balances[product_id][warehouse_id] = balance
            if quantity < 0:
                lacking[product_id, warehouse_id] = -quantity
        else:
            net = coming.setdefault((product_id, warehouse_id), {})
            net[day] = net.get(day, ZERO) + quantity
    receipts = _receipts(coming, lacking)
    return {pk: ProductStock(balances[pk], receipts.get(pk, ())) for pk in balances}


def receipts_for(
    *, context: TradeContext, product_ids: Collection[int]
) -> Mapping[int, Sequence[Receipt]]:
    """Return what of each product's receipts is promised to nobody, the soonest first. One query.

    Days that have passed are left out: what was to come then has come, or nobody knows when.
    A product of which nothing is to be had is not in the answer.
    """
    stock = stock_for(context=context, product_ids=product_ids, with_receipts=True)
    return {pk: found.receipts for pk, found in stock.items() if found.receipts}


def _receipts(
    coming: Mapping[tuple[int, int], Mapping[date, Decimal]],
    lacking: Mapping[tuple[int, int], Decimal],
) -> Mapping[int, Sequence[Receipt]]:
    found: dict[int, list[Receipt]] = {}
    for (product_id, warehouse_id), net in coming.items():
        for day, quantity in left_by_day(
            net, lacking=lacking.get((product_id, warehouse_id), ZERO)
        ):
            found.setdefault(product_id, []).append(Receipt(day, warehouse_id, quantity))
    for rows in found.values():
        rows.sort(key=lambda receipt: (receipt.day, receipt.warehouse_id))
    return found


def records_absorbable(
    *, product_ids: Collection[int], snapshot_started_at: datetime
) -> Mapping[int, int]:
    """Return stock records, with their products, that have holds which 1C's stock contains.

    Those are holds of orders that 1C had acknowledged before the snapshot began. One query.
    """
    holds = StockHold.objects.filter(
        stock_record__product_id__in=list(product_ids),
        released_at__isnull=True,
        mirrored_at__lt=snapshot_started_at,
    )
    return dict(holds.values_list("stock_record_id", "stock_record__product_id"))


def stock_refreshed_at() -> Subquery:
    """When a balance last came from 1C, as a column for another query."""
    records = apps.get_model("partner", "StockRecord").objects.order_by("-date_updated")
    return Subquery(records.values("date_updated")[:1])
