"""Statuses of 1C get a meaning, and orders that carry them follow it."""

import re
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from b2b_apps.core.outbox import outbox_put
from b2b_apps.fulfilment.locks import orders_lock
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.restating import shipment_restate
from b2b_apps.fulfilment.services import shipment_ship, shipments_cancel
from b2b_apps.sync1c.models import StatusMapping, StatusMappingChange

TOPIC = "status_remapped"
MOST_NAMED = 200
Meaning = StatusMapping.Meaning
MARK = re.compile(r"^\[\w+\]\s*")


def bare(text: str) -> str:
    """A status without the mark that a module puts before it: «[N] Принят» is «Принят»."""
    return MARK.sub("", text.strip())[:120]


def folded(text: str) -> str:
    """One text for one status: «Отменён» is «отменен»."""
    return text.casefold().replace("ё", "е")


@transaction.atomic
def status_map(*, text: str, meaning: str, user_id: int | None) -> StatusMappingChange | None:
    """Give a status of 1C a meaning; None if it has that one already.

    Orders whose last status was this one follow it by the outbox, soon. The journal says who, what
    it meant before and, once they have followed, which orders. Locks the row of the status.
    """
    text = bare(text)
    row = next((m for m in _locked() if m.text.casefold() == text.casefold()), None)
    was = row.meaning if row else None
    if was == meaning:
        return None
    if row is None:
        row = StatusMapping(text=text)
    row.meaning = meaning
    row.save()
    change: StatusMappingChange = StatusMappingChange.objects.create(
        text=row.text, was=was or "", is_new=was is None, now=meaning, user_id=user_id
    )
    outbox_put(topic=TOPIC, key=f"{TOPIC}:{change.pk}", payload={"change_id": change.pk})
    return change


def _locked() -> QuerySet[StatusMapping]:
    return StatusMapping.objects.select_for_update().order_by("pk")


def status_apply(*, change_id: int) -> Sequence[str]:
    """Let orders that carry a status follow the meaning it has now; return their numbers.

    Called again it finds nothing to do. Each order in a transaction of its own: locks it, its
    shipments and what a step moves. What has left or is cancelled stays so.
    """
    change = StatusMappingChange.objects.get(pk=change_id)
    row = StatusMapping.objects.filter(text=change.text).first()
    if row is None:
        return []
    moved, texts = [], _texts_of(row)
    for order_id, number in _carrying(texts):
        if _follow(order_id, row, texts):
            moved.append(number)
            if number not in change.orders and len(change.orders) < MOST_NAMED:
                change.orders.append(number)
            change.num_orders += 1
    change.is_applied = True
    change.save(update_fields=["orders", "num_orders", "is_applied"])
    return moved


def _texts_of(row: StatusMapping) -> frozenset[str]:
    """Statuses that 1C told of open shipments and that this row is of: its own, and one that
    differs by «ё» alone if no other row is that one's own.
    """
    told = _open().order_by().values_list("status_1c", flat=True).distinct()
    others = {text.casefold() for text in StatusMapping.objects.exclude(pk=row.pk)
              .values_list("text", flat=True)}  # fmt: skip
    return frozenset(
        text for text in told if folded(text) == folded(row.text) and text.casefold() not in others
    )


def _open() -> QuerySet[Shipment]:
    return Shipment.objects.exclude(status_1c="").exclude(status__in=["shipped", "cancelled"])


def _carrying(texts: frozenset[str]) -> Sequence[tuple[int, str]]:
    """Orders with an open shipment in one of these statuses, (id, number)."""
    found = _open().filter(status_1c__in=texts).order_by("order_id")
    return list(found.values_list("order_id", "order__number").distinct())


@transaction.atomic
def _follow(order_id: int, row: StatusMapping, texts: frozenset[str]) -> bool:
    orders_lock(order_ids=[order_id])
    mine = list(_open().filter(order_id=order_id, status_1c__in=texts).order_by("sequence"))
    if row.meaning == Meaning.CANCELLED:
        return shipments_cancel(shipment_ids=[s.pk for s in mine])
    if row.meaning == Meaning.SHIPPED:
        changes = [shipment_ship(shipment_id=s.pk) for s in mine]
    elif row.meaning:
        changes = [shipment_restate(shipment_id=s.pk, status=row.meaning) for s in mine]
    else:
        changes = []
    return any(changes)
