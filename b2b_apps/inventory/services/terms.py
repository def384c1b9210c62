"""How long an order keeps its stock: by its status, until it is paid or ends."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from b2b_apps.inventory.locks import stock_records_locked
from b2b_apps.inventory.models import HoldTerm, StockHold

CLOSED = ("completed", "cancelled")


def hold_expiry(*, order_status: str, payment_kind: str, since: datetime) -> datetime | None:
    """Until when an order that came into a status then keeps its stock; None: till it ends.

    A term of its payment goes before one of any payment. One query.
    """
    terms = HoldTerm.objects.filter(order_status=order_status).order_by()
    hours = dict(terms.values_list("payment_kind", "hours"))
    found = hours.get(payment_kind, hours.get(HoldTerm.Payment.ANY))
    return since + timedelta(hours=found) if found else None


@transaction.atomic
def order_holds_term(*, order_id: int) -> bool:
    """Give an order's holds the term of its status as it is now; return whether it changed.

    Called when its status changes and when it is paid: a paid order keeps its stock. What 1C
    keeps by now (absorbed) has a term all the same. Locks the records, if there is anything to
    change. Four queries, or six.
    """
    orders: Any = apps.get_model("order", "Order")._base_manager
    order = orders.select_related("contract").get(pk=order_id)
    expires_at = order_term(order, since=timezone.now())
    holds = _lasting(order_id)
    stale = holds.exclude(expires_at=expires_at) if expires_at else holds
    record_ids = set(stale.filter(_has_or(expires_at)).values_list("stock_record_id", flat=True))
    if not record_ids:
        return False
    stock_records_locked(stock_record_ids=record_ids)
    return bool(holds.update(expires_at=expires_at))


@transaction.atomic
def order_holds_paid(*, order_id: int) -> bool:
    """Take the term off what an order keeps if it comes to no more than was paid; return whether
    it changed. For one whose sum went down. Locks as ``order_holds_term``. Two queries, if not.
    """
    orders: Any = apps.get_model("order", "Order")._base_manager
    return _is_paid(orders.get(pk=order_id)) and order_holds_term(order_id=order_id)


def _has_or(expires_at: datetime | None) -> Q:
    return Q() if expires_at else Q(expires_at__isnull=False)


def _lasting(order_id: int) -> QuerySet[StockHold]:
    """Holds of an order that its term still speaks of."""
    is_lasting = Q(released_at__isnull=True) | Q(ending=StockHold.Ending.ABSORBED)
    return StockHold.objects.filter(is_lasting, order_line__order=order_id)


def order_term(order: Any, *, since: datetime) -> datetime | None:
    """Until when an order keeps stock that it holds ``since``; None: till it ends. Two queries."""
    if order.status in CLOSED or _is_paid(order):
        return None
    return hold_expiry(
        order_status=order.status, payment_kind=order.contract.payment_kind, since=since
    )


def _is_paid(order: Any) -> bool:
    payments: Any = apps.get_model("finance", "Payment")._base_manager
    paid = payments.filter(order_id=order.pk).aggregate(sum=Sum("amount"))["sum"]
    return bool((paid or Decimal(0)) >= order.total_incl_tax)
