"""Statuses of 1C get a meaning, and orders that carry them follow it."""

import re
from collections.abc import Collection, Sequence

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from b2b_apps.core.outbox import outbox_put
from b2b_apps.fulfilment.locks import orders_lock
from b2b_apps.fulfilment.models import Shipment, StatusLook
from b2b_apps.fulfilment.restating import shipment_restate
from b2b_apps.fulfilment.services import shipment_ship, shipments_cancel
from b2b_apps.sync1c.models import StatusMapping, StatusMappingChange

TOPIC = "status_remapped"
MOST_NAMED = 200
Meaning = StatusMapping.Meaning
# Imports share it while they read statuses; who maps one waits for those that began before.
STATUSES_LOCK = 0x1C2
ENDED = [Shipment.Status.SHIPPED, Shipment.Status.CANCELLED]
MARK = re.compile(r"^\[\w+\]\s*")


def bare(text: str) -> str:
    """A status without the mark that a module puts before it: «[N] Принят» is «Принят»."""
    return MARK.sub("", text.strip())[:120]


def folded(text: str) -> str:
    """One text for one status: «Отменён» is «отменен»."""
    return text.casefold().replace("ё", "е")


def meaning_of(own: StatusLook) -> str:
    """What a text means that is shown as an own status: its base, if shipments are moved to it."""
    return str(own.base) if own.base in Meaning.values else ""


@transaction.atomic
def status_map(
    *, text: str, meaning: str, user_id: int | None, own: StatusLook | None = None
) -> StatusMappingChange | None:
    """Give a status of 1C a meaning, or an own status, whose base is its meaning then; None if it
    has that one already.

    Orders whose last status was this one follow it by the outbox, soon. The journal says who, what
    it meant before and, once they have followed, which orders. Locks the row of the status.
    """
    text = bare(text)
    row = next((m for m in _locked() if m.text.casefold() == text.casefold()), None)
    wanted = (meaning_of(own) if own else meaning, own.pk if own else None)
    was = (row.meaning, row.own_status_id) if row else None
    if was == wanted:
        return None
    own_was = row.own_status.name_ru if row and row.own_status else ""
    if row is None:
        row = StatusMapping(text=text)
    row.meaning, row.own_status_id = wanted
    row.save()
    change: StatusMappingChange = StatusMappingChange.objects.create(
        text=row.text, was=was[0] if was else "", is_new=was is None, now=row.meaning,
        own_was=own_was, own_now=own.name_ru if own else "", user_id=user_id,
    )  # fmt: skip
    outbox_put(topic=TOPIC, key=f"{TOPIC}:{change.pk}", payload={"change_id": change.pk})
    return change


@transaction.atomic
def own_status_texts(*, own: StatusLook, texts: Collection[str], user_id: int | None) -> bool:
    """Let an own status stand for these texts of 1C and no others; return whether anything changed.

    A text that it stands for no more keeps its meaning. To be called too when its base was changed:
    the texts get the new meaning, and orders follow.
    """
    wanted = {bare(text).casefold(): text for text in texts if bare(text)}
    changes = [
        status_map(text=row.text, meaning=row.meaning, user_id=user_id)
        for row in own.texts.order_by("pk")
        if row.text.casefold() not in wanted
    ]
    changes += [
        status_map(text=text, meaning="", own=own, user_id=user_id) for text in wanted.values()
    ]
    return any(changes)


def statuses_share() -> None:
    """Call in the transaction of an import, before statuses of 1C are looked up. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [STATUSES_LOCK])


@transaction.atomic
def _imports_awaited() -> None:
    """Wait for imports that may write a status by the meaning that it had before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STATUSES_LOCK])


def _locked() -> QuerySet[StatusMapping]:
    rows = StatusMapping.objects.select_for_update(of=("self",))
    return rows.select_related("own_status").order_by("pk")


def status_apply(*, change_id: int) -> Sequence[str]:
    """Let orders that carry a status follow the meaning it has now; return their numbers.

    Called again it finds nothing to do. Each order in a transaction of its own: locks it, its
    shipments and what a step moves. What has left or is cancelled stays so, and is shown as the
    status is.
    """
    _imports_awaited()
    change = StatusMappingChange.objects.get(pk=change_id)
    row = StatusMapping.objects.filter(text=change.text).first()
    if row is None:
        return []
    moved, texts = [], _texts_of(row)
    for order_id, number in _carrying(row, texts):
        if _follow(order_id, row, texts):
            moved.append(number)
            if number not in change.orders and len(change.orders) < MOST_NAMED:
                change.orders.append(number)
            change.num_orders += 1
    change.is_applied = True
    change.save(update_fields=["orders", "num_orders", "is_applied"])
    return moved


def _texts_of(row: StatusMapping) -> frozenset[str]:
    """Statuses that 1C told of shipments and that this row is of: its own, and one that
    differs by «ё» alone if no other row is that one's own.
    """
    carried = Shipment.objects.exclude(status_1c="").order_by()
    told = carried.values_list("status_1c", flat=True).distinct()
    others = {text.casefold() for text in StatusMapping.objects.exclude(pk=row.pk)
              .values_list("text", flat=True)}  # fmt: skip
    return frozenset(
        text for text in told if folded(text) == folded(row.text) and text.casefold() not in others
    )


def _others(row: StatusMapping) -> Q:
    """Shipments that are not shown as the status is."""
    return ~Q(own_status=row.own_status_id)


def _carrying(row: StatusMapping, texts: frozenset[str]) -> Sequence[tuple[int, str]]:
    """Orders with a shipment in one of these statuses that may have to follow, (id, number)."""
    found = Shipment.objects.filter(status_1c__in=texts).order_by("order_id")
    found = found.filter(~Q(status__in=ENDED) | _others(row))
    return list(found.values_list("order_id", "order__number").distinct())


@transaction.atomic
def _follow(order_id: int, row: StatusMapping, texts: frozenset[str]) -> bool:
    orders_lock(order_ids=[order_id])
    told = Shipment.objects.filter(order_id=order_id, status_1c__in=texts)
    changes = [bool(told.filter(_others(row)).update(own_status=row.own_status_id))]
    mine = [s.pk for s in told.exclude(status__in=ENDED).order_by("sequence")]
    if row.meaning == Meaning.CANCELLED:
        changes.append(shipments_cancel(shipment_ids=mine))
    elif row.meaning == Meaning.SHIPPED:
        changes += [shipment_ship(shipment_id=pk) for pk in mine]
    elif row.meaning:
        changes += [shipment_restate(shipment_id=pk, status=row.meaning) for pk in mine]
    return any(changes)
