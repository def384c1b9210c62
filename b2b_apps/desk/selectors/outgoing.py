"""The outbox as the staff see it: which orders went to 1C, what waits, what was set aside."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from b2b_apps.core.models import OutboxMessage
from b2b_apps.sync1c.outgoing import TOPIC

State = OutboxMessage.State


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message with the order that it speaks of, if it is one and still there."""

    message: OutboxMessage
    order: Any


def message_key(order_id: int) -> str:
    """Return the key of the message that carries an order to 1C."""
    return f"{TOPIC}:{order_id}"


def order_messages(order_ids: Collection[int]) -> Mapping[int, OutboxMessage]:
    """Return the message of each order, by order id; an order without one is missing. One query."""
    rows = OutboxMessage.objects.filter(key__in=[message_key(pk) for pk in order_ids])
    return {int(message.key.rpartition(":")[2]): message for message in rows}


def has_message(*states: str) -> Q:
    """Return the condition "the order's message is in one of ``states``" for a query of orders."""
    key = Concat(Value(f"{TOPIC}:"), Cast(OuterRef("pk"), CharField()))
    return Q(Exists(OutboxMessage.objects.filter(key=key, state__in=states)))


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
