"""Orders as the staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import QuerySet, Sum
from django.utils import timezone

from b2b_apps.chat.selectors import num_unread_by_staff
from b2b_apps.core.models import OutboxMessage
from b2b_apps.desk.selectors.outgoing import order_messages
from b2b_apps.desk.statuses import order_status
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.reading import lines_read
from b2b_apps.fulfilment.statuses import status_book, worn_by


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One order with all that hangs on it."""

    order: Any
    lines: Sequence[Any]
    shipments: Sequence[Any]
    payments: Sequence[Any]
    documents: Sequence[Any]
    message: OutboxMessage | None
    paid: Decimal

    @property
    def left_to_pay(self) -> Decimal:
        return Decimal(self.order.total_incl_tax) - self.paid


def orders() -> QuerySet[Any]:
    """All orders, for a board. One query when read."""
    return apps.get_model("order", "Order").objects.all()


def orders_with_parties(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add the buyer, the contract and who ordered. No query of its own."""
    return rows.select_related("counterparty", "contract", "user")


def messages_attach(rows: Sequence[Any]) -> None:
    """Give each order its ``outbox``: the message that carries it to 1C, or None; how many
    messages of its buyer wait; and its status as it is shown. Four queries.
    """
    book = status_book()
    found = order_messages(rows)
    unread = num_unread_by_staff([order.pk for order in rows])
    worn = worn_by([order.pk for order in rows])
    for order in rows:
        order.shown_status = order_status(order, book, worn.get(order.pk, ()))
        order.num_unread = unread.get(order.pk, 0)
        order.outbox = found.get(order.pk)


def order_card(number: str) -> OrderCard | None:
    """Return the order of this number, or None. Its lines are as its buyer sees them, but those of
    a cancelled shipment come to nothing, and say by ``sequence`` which shipment they are in. Six
    queries.
    """
    related = ("counterparty", "contract__price_type", "organization", "user", "project")
    order = orders().select_related(*related).filter(number=number).first()
    if order is None:
        return None
    payments = list(order.payments.all())
    rows = order.lines.select_related("partner", "stockrecord__partner", "awaited")
    found = order.shipments.select_related("warehouse", "delivery", "split_rule")
    shipments = {shipment.pk: shipment for shipment in found.order_by("sequence")}
    is_ended = all(s.status == Shipment.Status.CANCELLED for s in shipments.values())
    lines = lines_read(rows.order_by("position", "pk"), {} if is_ended else shipments)
    for line in lines:
        line.sequence = shipments[line.shipment_id].sequence if line.shipment_id else None
    return OrderCard(
        order=order,
        lines=lines,
        shipments=list(shipments.values()),
        payments=payments,
        documents=list(order.documents.all()),
        message=order_messages([order]).get(order.pk),
        paid=sum((payment.amount for payment in payments), Decimal(0)),
    )  # fmt: skip


def order_to_change(number: str) -> Any | None:
    """Return the order of this number with its parties, or None. One query."""
    rows = orders().select_related("counterparty", "contract", "user", "organization")
    return rows.filter(number=number).first()


def day_bounds(now: datetime) -> tuple[datetime, datetime]:
    """Return the local day that ``now`` lies in: its first moment and that of the next day."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


def sums_by_currency(rows: QuerySet[Any]) -> list[tuple[str, Decimal]]:
    """Return (currency, sum) of the orders. One query."""
    found = rows.order_by().values("currency").annotate(total=Sum("total_incl_tax"))
    return [(row["currency"], row["total"]) for row in found.order_by("currency")]
