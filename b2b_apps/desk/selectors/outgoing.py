"""The outbox as the staff see it: which orders went to 1C, what waits, what was set aside."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from b2b_apps.core.models import OutboxMessage
from b2b_apps.sync1c.outgoing import TOPIC

State = OutboxMessage.State


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message with the order that it speaks of, if it is one and still there."""

    message: OutboxMessage
    order: Any


def message_keys(order: Any) -> list[str]:
    """Return the keys of the messages that carry an order to 1C: as it was placed, let go or
    cancelled, after each change, and with each shipping request.
    """
    key = f"{TOPIC}:{order.pk}"
    changes = [f"{key}:changed:{number}" for number in range(1, order.revision + 1)]
    asked = [f"{key}:asked:{n}" for n in range(1, order.num_shipping_requests + 1)]
    withdrawn = [f"{name}:withdrawn" for name in asked]
    return [key, f"{key}:released", f"{key}:cancelled", *changes, *asked, *withdrawn]


def order_messages(orders: Collection[Any]) -> Mapping[int, OutboxMessage]:
    """Return the last message of each order, by order id; an order without one is missing. One
    query.
    """
    keys = [key for order in orders for key in message_keys(order)]
    rows = OutboxMessage.objects.filter(key__in=keys).order_by("pk")
    return {_order_id(message): message for message in rows}


def has_message(*states: str) -> Q:
    """Return the condition "a message of the order is in one of ``states``" for a query of orders.
    Of these states there are few messages at any time.
    """
    pk = Cast(KeyTextTransform("order_id", "payload"), BigIntegerField())
    rows = OutboxMessage.objects.filter(topic=TOPIC, state__in=states).annotate(order_pk=pk)
    return Q(pk__in=rows.values("order_pk"))


def unsent() -> QuerySet[OutboxMessage]:
    """Messages that wait or were set aside, of every topic."""
    return OutboxMessage.objects.exclude(state=State.DONE)


def with_orders(messages: Iterable[OutboxMessage]) -> list[Outgoing]:
    """Return messages with their orders. One query besides theirs."""
    messages = list(messages)
    ids = {m.pk: _order_id(m) for m in messages}
    rows = apps.get_model("order", "Order").objects.select_related("counterparty")
    orders = rows.in_bulk([pk for pk in ids.values() if pk])
    return [Outgoing(m, orders.get(ids[m.pk])) for m in messages]


def _order_id(message: OutboxMessage) -> int:
    value = message.payload.get("order_id") if isinstance(message.payload, dict) else None
    return value if isinstance(value, int) else 0
