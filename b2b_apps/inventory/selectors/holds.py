"""What is held: reserves by hand of a contract, orders that lost theirs."""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.models import StockHold

OPEN_ORDERS = ("placed", "confirmed", "picking", "shipping")


def reserves_for(*, context: TradeContext) -> QuerySet[StockHold]:
    """Reserves by hand under the current contract that are not over, those that end first first.

    One query when read, goods, warehouses and persons with it.
    """
    related = (
        "stock_record__product__base_unit",
        "stock_record__product__parent__base_unit",
        "stock_record__partner",
        "user",
    )
    holds = StockHold.objects.filter(
        contract=context.contract_id, released_at__isnull=True, expires_at__gt=timezone.now()
    )
    by_hand = holds.exclude(kind=StockHold.Kind.ORDER)
    return by_hand.select_related(*related).order_by("expires_at", "pk")


def has_lost_stock() -> Exists:
    """Condition on orders: the term of what they held was over, and they go on without it."""
    lost = StockHold.objects.filter(
        order_line__order=OuterRef("pk"), ending=StockHold.Ending.EXPIRED
    )
    return Exists(lost.filter(order_line__order__status__in=OPEN_ORDERS))


def order_lost_stock(*, order_id: int) -> bool:
    """Whether an order goes on without what it held. One query."""
    orders: Any = apps.get_model("order", "Order")._base_manager
    return bool(orders.filter(has_lost_stock(), pk=order_id).exists())


def order_hold(*, order_id: int) -> StockHold | None:
    """Return the hold of an order that ends first, to tell until when it keeps its stock; None if
    none has a term. One query.
    """
    order: Any = apps.get_model("order", "Order")._base_manager.filter(
        pk=order_id, status__in=OPEN_ORDERS
    )
    holds = StockHold.objects.filter(
        order_line__order__in=order.values("pk"), expires_at__gt=timezone.now()
    )
    lasting = holds.filter(ending__in=["", StockHold.Ending.ABSORBED])
    return lasting.order_by("expires_at").first()
