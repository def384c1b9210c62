"""Questions about the orders that a person may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import (
    Case,
    Count,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from b2b_apps.companies.roles import SEE_DEBTS, SEE_ORDERS, SEE_PRICES
from b2b_apps.core.context import ReadContext, TradeContext
from b2b_apps.finance.models import Payment
from b2b_apps.fulfilment.models import Shipment

ZERO = Value(Decimal(0), DecimalField(max_digits=14, decimal_places=2))


def orders_for(*, context: ReadContext) -> QuerySet[Any]:
    """Orders of all counterparties whose orders the person may see, the newest first.

    Raises PermissionMissingError if there is none.
    """
    context.require(SEE_ORDERS)
    rows = apps.get_model("order", "Order").objects.filter(
        counterparty_id__in=context.companies_with(SEE_ORDERS)
    )
    return rows.order_by("-date_placed", "-pk")


def order_for(*, context: ReadContext, number: str) -> Any | None:
    """Return an order by its number, or None if he may not see it. One query."""
    rows = with_money(orders_for(context=context))
    return (
        rows.select_related(
            "group",
            "contract__price_type",
            "counterparty__manager__user",
            "user",
            "organization",
            "project",
        )
        .filter(number=number)
        .first()
    )


def order_of_basket(*, context: ReadContext, basket_id: int) -> Any | None:
    """Return the first order that a basket of this person has become, or None. One query."""
    orders = orders_for(context=context).filter(basket_id=basket_id, user_id=context.user_id)
    return orders.order_by("pk").first()


def last_order_of(*, context: TradeContext) -> Any | None:
    """Return the person's last order for this company, else anybody's; for who wants it like that
    again. Two queries at most.
    """
    orders = apps.get_model("order", "Order").objects.order_by("-date_placed", "-pk")
    orders = orders.filter(counterparty_id=context.counterparty_id, user__isnull=False)
    return orders.filter(user_id=context.user_id).first() or orders.first()


def orders_of_basket(*, context: ReadContext, basket_id: int) -> Sequence[Any]:
    """Return all orders that a basket has become, an order for each seller. One query."""
    return list(orders_for(context=context).filter(basket_id=basket_id).order_by("pk"))


def placed_together(*, context: ReadContext, order: Any) -> Sequence[Any]:
    """Return the other orders of one's group, with their organizations and documents. Two
    queries at most, none for an order without a group.
    """
    if order.group_id is None:
        return []
    rows = orders_for(context=context).filter(group_id=order.group_id).exclude(pk=order.pk)
    related = rows.select_related("organization").prefetch_related("documents__order")
    return list(related.order_by("pk"))


def with_money(orders: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``paid``: what 1C booked for an order; and ``unpaid``: what is still to pay."""
    paid = (
        Payment.objects.filter(order_id=OuterRef("pk"))
        .order_by()
        .values("order_id")
        .annotate(sum=Sum("amount"))
        .values("sum")
    )
    return orders.annotate(paid=Coalesce(Subquery(paid), ZERO)).annotate(
        unpaid=Case(
            When(Q(status="cancelled") | Q(paid__gte=F("total_incl_tax")), then=ZERO),
            default=F("total_incl_tax") - F("paid"),
            output_field=DecimalField(max_digits=14, decimal_places=2),
        )
    )


def with_counts(orders: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``num_positions``, ``num_shipments``, ``num_shipped``, ``num_documents`` and
    ``awaited_on``, the day on which the last goods that it waits for come.
    """
    shipments = Shipment.objects.filter(order_id=OuterRef("pk"))
    lines = apps.get_model("order", "Line").objects.filter(order_id=OuterRef("pk"))
    documents = apps.get_model("documents", "Document").objects.filter(order_id=OuterRef("pk"))
    return orders.annotate(
        num_positions=_count(lines),
        num_shipments=_count(shipments),
        num_shipped=_count(shipments.filter(status=Shipment.Status.SHIPPED)),
        num_documents=_count(documents),
        awaited_on=Subquery(
            shipments.exclude(status__in=[Shipment.Status.SHIPPED, Shipment.Status.CANCELLED])
            .filter(ready_on__isnull=False)
            .order_by("-ready_on")
            .values("ready_on")[:1]
        ),
    )


def with_first_title(orders: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``first_title``: the name of the first line."""
    lines = apps.get_model("order", "Line").objects.filter(order_id=OuterRef("pk"))
    return orders.annotate(
        first_title=Subquery(lines.order_by("position", "pk").values("title")[:1])
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("order_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


@dataclass(frozen=True, slots=True)
class OrderFigures:
    """The figures above the list in one currency; sums only of companies where they may be seen."""

    currency: str
    num_running: int
    sum_running: Decimal
    sum_due: Decimal
    num_overdue: int
    sum_overdue: Decimal


def order_figures(
    *, context: ReadContext, orders: QuerySet[Any], day: date, soon: date
) -> Sequence[OrderFigures]:
    """Return what is in work, to pay until ``soon`` and overdue, by currency. One query."""
    running = ~Q(status__in=["completed", "cancelled"])
    priced = Q(counterparty_id__in=context.companies_with(SEE_PRICES))
    due = Q(
        unpaid__gt=0,
        payment_due__isnull=False,
        counterparty_id__in=context.companies_with(SEE_PRICES, SEE_DEBTS),
    )
    rows = (
        with_money(orders)
        .order_by("currency")
        .values("currency")
        .annotate(
            num_running=Count("pk", filter=running),
            sum_running=Coalesce(Sum("total_incl_tax", filter=running & priced), ZERO),
            sum_due=Coalesce(
                Sum("unpaid", filter=due & Q(payment_due__gte=day, payment_due__lte=soon)), ZERO
            ),
            num_overdue=Count("pk", filter=due & Q(payment_due__lt=day)),
            sum_overdue=Coalesce(Sum("unpaid", filter=due & Q(payment_due__lt=day)), ZERO),
        )
    )
    return [OrderFigures(**row) for row in rows]


def unpaid_orders_under(*, contract_id: int, least: Decimal) -> QuerySet[Any]:
    """Orders of a contract of which ``least`` or more is still to pay, the first due before."""
    orders = apps.get_model("order", "Order").objects.filter(contract_id=contract_id)
    return with_money(orders).filter(unpaid__gte=least).order_by("payment_due", "pk")
