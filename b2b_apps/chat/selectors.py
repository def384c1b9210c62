"""Questions about chats of orders. Who asks has seen to it that the orders may be seen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from b2b_apps.chat.models import OrderFile, OrderMessage, OrderRead

MOST_SHOWN = 200
# What has become an order, or waits for approval: it is the company's by then.
ORDERED = Q(order__isnull=False) | Q(basket__status__in=["Submitted", "Frozen"])


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
    """Return the chat of an order, its files too. Three queries, two if nothing was said."""
    rows = OrderMessage.objects.filter(order=order).select_related("author").order_by("-pk")
    rows = rows.prefetch_related("files")
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


def files_of_order(order: Any) -> Sequence[OrderFile]:
    """Files that were attached when it was ordered. One query."""
    rows = OrderFile.objects.filter(message__isnull=True, counterparty=order.counterparty_id)
    return list(rows.filter(Q(order=order) | Q(basket__isnull=False, basket=order.basket_id)))


def files_of_basket(*, basket_id: int | None, user_id: int) -> Sequence[OrderFile]:
    """Files that a person has attached to what he is about to order. One query, none without a
    basket.
    """
    if not basket_id:
        return []
    rows = OrderFile.objects.filter(basket=basket_id, user_id=user_id, message__isnull=True)
    return list(rows)


def files_of_request(*, basket_id: int) -> Sequence[OrderFile]:
    """Files that were attached to what waits for approval. One query."""
    return list(OrderFile.objects.filter(basket=basket_id, message__isnull=True))


def file_for(*, uid: UUID, user_id: int, counterparty_ids: Collection[int]) -> OrderFile | None:
    """Return a file that a buyer may see: of an order of these companies, or attached by himself
    to what is not ordered yet. One query.
    """
    rows = OrderFile.objects.filter(uid=uid, counterparty__in=list(counterparty_ids))
    found: OrderFile | None = rows.filter(ORDERED | Q(user_id=user_id)).first()
    return found


def files_of_all() -> QuerySet[OrderFile]:
    """Files of all orders, for the staff. No query of its own."""
    return OrderFile.objects.filter(ORDERED)
