"""Balances by product and warehouse, what is held of them and what is on its way, for staff."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from b2b_apps.desk.selectors.goods import free_stock
from b2b_apps.inventory.models import AwaitedHold, ExpectedReceipt, StockHold

IS_SHORT = Q(num_allocated__gt=F("num_in_stock"))


ZERO = Decimal(0)


class Coming(NamedTuple):
    """What receipts bring to a balance on a day, and what orders were promised for that day."""

    day: date
    quantity: Decimal
    promised: Decimal


@dataclass(frozen=True, slots=True)
class ProductBoard:
    """One product: its balances (each with ``coming``), what is held of them, and which orders
    wait for what comes.
    """

    product: Any
    records: Sequence[Any]
    holds: Sequence[StockHold]
    awaited: Sequence[AwaitedHold]


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
    """Give each balance its ``coming``, soonest first, and ``promised``: all that orders wait for
    of it. Two queries.
    """
    places = {(row.product_id, row.partner_id): row.pk for row in rows}
    expected = ExpectedReceipt.objects.filter(
        product__in={row.product_id for row in rows}, day__gte=timezone.localdate()
    )
    comes: dict[int, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for receipt in expected:
        if pk := places.get((receipt.product_id, receipt.warehouse_id)):
            comes[pk][receipt.day] += receipt.quantity
    waits: dict[int, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    awaited = active_promises().filter(stock_record__in=places.values())
    for pk, day, quantity in awaited.values_list("stock_record", "day").annotate(
        rest=Sum(F("quantity") - F("arrived"))
    ):
        waits[pk][day] += quantity
    for row in rows:
        days = sorted({*comes[row.pk], *waits[row.pk]})
        row.coming = [Coming(d, comes[row.pk][d], waits[row.pk][d]) for d in days]
        row.promised = sum(waits[row.pk].values(), ZERO)


def active_promises() -> QuerySet[AwaitedHold]:
    """What orders wait for still, of all products."""
    return AwaitedHold.objects.filter(ended_at__isnull=True)


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
    """Return a product's balances, holds and promises, or None. Six queries."""
    products = apps.get_model("catalogue", "Product").objects.select_related("base_unit", "parent")
    product = products.filter(pk=pk).first()
    if product is None:
        return None
    rows = balances_with_free(balances().filter(product=product))
    records = list(rows.order_by("rank", "partner__position", "partner__name"))
    coming_attach(records)
    holds = holds_with_owners(active_holds().filter(stock_record__product=product))
    awaited = active_promises().filter(stock_record__product=product)
    related = ("stock_record__partner", "order_line__order__counterparty")
    return ProductBoard(
        product=product,
        records=records,
        holds=list(holds.order_by("created_at", "pk")),
        awaited=list(awaited.select_related(*related).order_by("day", "created_at", "pk")),
    )
