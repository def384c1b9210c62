"""Balances by product and warehouse, what is held of them and what is on its way, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from b2b_apps.desk.selectors.goods import free_stock
from b2b_apps.inventory.models import ExpectedReceipt, StockHold

IS_SHORT = Q(num_allocated__gt=F("num_in_stock"))


@dataclass(frozen=True, slots=True)
class ProductBoard:
    """One product: its balances (each with ``coming``), and what is held of them."""

    product: Any
    records: Sequence[Any]
    holds: Sequence[StockHold]


def warehouse_options() -> list[tuple[int, str]]:
    """Warehouses to choose from. One query."""
    return [(w.pk, w.label) for w in apps.get_model("partner", "Partner").objects.all()]


def balances() -> QuerySet[Any]:
    """All balances, of all products and warehouses."""
    return apps.get_model("partner", "StockRecord").objects.all()


def balances_with_free(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``free``, and ``rank``: 0 where more is held than there is."""
    rank = Case(When(IS_SHORT, then=Value(0)), default=Value(1), output_field=IntegerField())
    related = ("product__base_unit", "product__parent", "partner")
    return rows.select_related(*related).annotate(free=free_stock(), rank=rank)


def coming_attach(rows: Sequence[Any]) -> None:
    """Give each balance its ``coming``: (day, quantity) of receipts, soonest first. One query."""
    expected = ExpectedReceipt.objects.filter(
        product__in={row.product_id for row in rows}, day__gte=timezone.localdate()
    )
    found: dict[tuple[int, int], list[tuple[date, Any]]] = {}
    for receipt in expected.order_by("day", "pk"):
        key = (receipt.product_id, receipt.warehouse_id)
        found.setdefault(key, []).append((receipt.day, receipt.quantity))
    for row in rows:
        row.coming = found.get((row.product_id, row.partner_id), [])


def active_holds() -> QuerySet[StockHold]:
    """What is held now, by hand and for orders."""
    return StockHold.objects.filter(released_at__isnull=True)


def holds_with_owners(rows: QuerySet[StockHold]) -> QuerySet[StockHold]:
    return rows.select_related(
        "stock_record__product__base_unit",
        "stock_record__product__parent",
        "stock_record__partner",
        "contract__counterparty",
        "order_line__order__counterparty",
        "user",
    )


def product_board(pk: int) -> ProductBoard | None:
    """Return a product's balances and holds, or None. Four queries."""
    products = apps.get_model("catalogue", "Product").objects.select_related("base_unit", "parent")
    product = products.filter(pk=pk).first()
    if product is None:
        return None
    rows = balances_with_free(balances().filter(product=product))
    records = list(rows.order_by("rank", "partner__position", "partner__name"))
    coming_attach(records)
    holds = holds_with_owners(active_holds().filter(stock_record__product=product))
    return ProductBoard(product, records, list(holds.order_by("created_at", "pk")))
