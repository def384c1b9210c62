"""Questions about chats of orders. Who asks has seen to it that the orders may be seen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from b2b_apps.chat.models import OrderMessage, OrderRead

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A message; ``is_mine`` is of one's own side's person, ``is_new`` was not read till now."""

    message: OrderMessage
    is_mine: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat of an order as one person sees it, the last messages of it."""

    order: Any
    said: Sequence[Said]

    @property
    def last_id(self) -> int:
        return self.said[-1].message.pk if self.said else 0

    @property
    def num_new(self) -> int:
        return sum(said.is_new for said in self.said)


def chat_of(*, order: Any, user_id: int) -> Chat:
    """Return the chat of an order. Two queries."""
    rows = OrderMessage.objects.filter(order=order).select_related("author").order_by("-pk")
    messages = list(reversed(rows[:MOST_SHOWN]))
    reads = OrderRead.objects.filter(order=order, user_id=user_id)
    read = reads.values_list("last_id", flat=True).first() or 0
    return Chat(
        order,
        [Said(m, m.author_id == user_id, m.pk > read and m.author_id != user_id) for m in messages],
    )


def num_unread(*, order_ids: Collection[int], user_id: int) -> Mapping[int, int]:
    """Return how many messages of the other side a buyer has not read, by order; orders with none
    are missing. One query.
    """
    read = OrderRead.objects.filter(order=OuterRef("order"), user_id=user_id).values("last_id")
    rows = OrderMessage.objects.filter(order__in=list(order_ids), is_staff=True)
    rows = rows.annotate(read=Coalesce(Subquery(read), 0)).filter(pk__gt=F("read")).order_by()
    return dict(rows.values_list("order_id").annotate(n=Count("pk")))


def unread_by_staff() -> QuerySet[OrderMessage]:
    """Messages of all buyers that nobody of the staff has read. No query of its own."""
    reads = OrderRead._base_manager.filter(order=OuterRef("order"), is_staff=True)
    later = reads.filter(last_id__gte=OuterRef("pk"))
    return OrderMessage._base_manager.filter(~Exists(later), is_staff=False)


def has_unread_by_staff() -> Q:
    """The condition "somebody's message waits for the staff" for a query of orders."""
    return Q(Exists(unread_by_staff().filter(order=OuterRef("pk"))))


def num_unread_by_staff(order_ids: Collection[int]) -> Mapping[int, int]:
    """How many messages of buyers wait, by order; orders with none are missing. One query."""
    rows = unread_by_staff().filter(order__in=list(order_ids)).order_by()
    return dict(rows.values_list("order_id").annotate(n=Count("pk")))


def read_until(*, order_id: int, user_id: int, is_staff: bool) -> int:
    """Up to which message a person has read, of the staff any of them. One query."""
    who = Q(is_staff=True) if is_staff else Q(user_id=user_id)
    found = OrderRead.objects.filter(who, order=order_id).aggregate(last=Max("last_id"))
    return int(found["last"] or 0)
