"""Free stock of many products per warehouse."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.apps import apps
from django.db.models import Max

from b2b_apps.core.context import TradeContext

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class WarehouseColumn:
    """A warehouse as the tables head it."""

    id: int
    label: str
    name: str
    is_home: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """Stock of one product in one warehouse, in base units; ``free`` is never negative."""

    stock_record_id: int
    warehouse_id: int
    free: Decimal


@dataclass(frozen=True, slots=True)
class ProductStock:
    """Balances of one product by warehouse id; a missing warehouse holds nothing."""

    balances: Mapping[int, Balance] = field(default_factory=dict)

    @property
    def free(self) -> Decimal:
        return sum((b.free for b in self.balances.values()), ZERO)

    def free_at(self, warehouse_id: int) -> Decimal:
        balance = self.balances.get(warehouse_id)
        return balance.free if balance else ZERO

    def best(self, *, quantity: Decimal, warehouse_ids: Sequence[int]) -> Balance | None:
        """The first warehouse in order that holds ``quantity``, else the fullest, else any."""
        found = [self.balances[pk] for pk in warehouse_ids if pk in self.balances]
        for balance in found:
            if balance.free >= quantity:
                return balance
        return max(found, key=lambda balance: balance.free, default=None)


def stock_for(*, context: TradeContext, product_ids: Collection[int]) -> Mapping[int, ProductStock]:
    """Return the stock of each product in the context's warehouses. One query.

    A product without any stock record is in the answer too, with no balances.
    """
    stock: dict[int, dict[int, Balance]] = {pk: {} for pk in product_ids}
    if product_ids:
        rows = (
            apps.get_model("partner", "StockRecord")
            .objects.filter(product_id__in=product_ids, partner_id__in=context.warehouse_ids)
            .values_list("pk", "product_id", "partner_id", "num_in_stock", "num_allocated")
        )
        for pk, product_id, warehouse_id, on_hand, allocated in rows:
            free = max(ZERO, (on_hand or ZERO) - (allocated or ZERO))
            stock[product_id][warehouse_id] = Balance(pk, warehouse_id, free)
    return {pk: ProductStock(balances) for pk, balances in stock.items()}


def warehouse_columns(*, context: TradeContext) -> Sequence[WarehouseColumn]:
    """Return the context's warehouses in its order, home region first. One query."""
    found = apps.get_model("partner", "Partner").objects.in_bulk(list(context.warehouse_ids))
    return [
        WarehouseColumn(
            id=pk,
            label=found[pk].label,
            name=found[pk].name,
            is_home=found[pk].region_id == context.region_id,
        )
        for pk in context.warehouse_ids
        if pk in found
    ]


def stock_refreshed_at() -> datetime | None:
    """When a balance last came from 1C. One query."""
    records = apps.get_model("partner", "StockRecord").objects
    newest: datetime | None = records.aggregate(newest=Max("date_updated"))["newest"]
    return newest
