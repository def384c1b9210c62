"""Orders on their way to 1C: offered by ``query``, gone with ``success``, never lost between."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_done, outbox_offered
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.snapshots import snapshots_given
from b2b_apps.inventory.services import holds_mirror
from b2b_apps.notifications.kinds import Kind
from b2b_apps.notifications.services import order_notify
from b2b_apps.sync1c.commerceml.outgoing import OutgoingOrder
from b2b_apps.sync1c.models import ExchangeConnection, ExchangeSession
from b2b_apps.sync1c.outgoing_documents import UnsendableError, documents_of, file_of, orders_by_pk
from b2b_apps.sync1c.ownership import is_served_by
from b2b_apps.sync1c.texts import say

TOPIC = "order_to_1c"
# 1C loads a file as a whole: one order it chokes on holds up all. After so many offers without
# an acknowledgement orders are offered one by one, so that the good ones get through.
MAX_TOGETHER = 5
MAX_IN_FILE = 500
State = OutboxMessage.State


def orders_offer(*, session: ExchangeSession) -> bytes:
    """Return the file of all orders that wait for this connection, and note them on the session.

    An order that cannot be worded for 1C is set aside with the reason; the others go.
    """
    connection = session.connection
    messages = _choose(_waiting(connection), session)
    orders = orders_by_pk({int(m.payload["order_id"]) for m in messages})
    documents: list[OutgoingOrder] = []
    offered = []
    written: set[int] = set()
    for message in messages:
        order_id = int(message.payload["order_id"])
        order = orders.get(order_id)
        try:
            # Told again before 1C took it for the first time: one document says it all.
            if order_id not in written:
                documents += _worded(order, connection)
            written.add(order_id)
            offered.append(message.pk)
        except UnsendableError as error:
            _park(message, str(error))
    session.offered = offered
    session.is_idle = session.is_idle and not offered
    session.save(update_fields=["offered", "is_idle"])
    outbox_offered(ids=offered)
    return file_of(documents, connection=connection, version=session.version)


@transaction.atomic
def orders_acknowledge(*, session: ExchangeSession) -> int:
    """Mark what the session's last ``query`` gave out as delivered; return how many.

    From now on stock that 1C sends leaves these orders out, so their holds are its holds; but
    not those of orders that were changed meanwhile and wait to be told again.
    """
    session = ExchangeSession.objects.select_for_update().get(pk=session.pk)
    messages = OutboxMessage.objects.filter(pk__in=session.offered, state=State.WAITING)
    ids = list(messages.values_list("pk", flat=True))
    order_ids = {int(p["order_id"]) for p in messages.values_list("payload", flat=True)}
    outbox_done(ids=ids)
    for order_id in sorted(order_ids):
        order_notify(order_id=order_id, kind=Kind.TAKEN)
    Shipment.objects.filter(order_id__in=order_ids).update(known_1c=F("given_1c"))
    known = order_ids - _changed_since(order_ids)
    lines = [pk for order in orders_by_pk(known).values() for pk in line_ids(order)]
    holds_mirror(order_line_ids=lines)
    session.offered = []
    session.sent += len(order_ids)
    session.save(update_fields=["offered", "sent"])
    return len(ids)


def _changed_since(order_ids: Collection[int]) -> set[int]:
    """Orders that have been changed since they were given out: 1C does not have them as they are,
    so what they hold is not in its stock yet. One query.
    """
    waiting = OutboxMessage.objects.filter(topic=TOPIC, state=State.WAITING)
    told = waiting.filter(payload__order_id__in=list(order_ids))
    return {int(payload["order_id"]) for payload in told.values_list("payload", flat=True)}


def _worded(order: Any, connection: ExchangeConnection) -> list[OutgoingOrder]:
    """The documents of an order; their goods are kept as given. Raises UnsendableError."""
    if order is None:
        raise UnsendableError(say("order_gone"))
    found = documents_of(order, connection=connection)
    snapshots_given(order=order, shipments=order.shipments.all(), lines=order.lines.all())
    return found


def line_ids(order: object) -> list[int]:
    """Return ids of an order's lines."""
    return [line.pk for line in order.lines.all()]  # type: ignore[attr-defined]


def _waiting(connection: ExchangeConnection) -> list[OutboxMessage]:
    """Messages with orders of organizations that this connection serves."""
    messages = list(OutboxMessage.objects.filter(topic=TOPIC, state=State.WAITING).order_by("pk"))
    orders = orders_by_pk({int(m.payload["order_id"]) for m in messages}, with_lines=False)
    serves = is_served_by(connection)

    def is_ours(message: OutboxMessage) -> bool:
        order = orders.get(int(message.payload["order_id"]))
        return order is None or serves(order.organization_id)

    return [message for message in messages if is_ours(message)]


def _choose(messages: Sequence[OutboxMessage], session: ExchangeSession) -> list[OutboxMessage]:
    """Return what to offer now: all that is fresh, or one of those that stuck, in turns."""
    fresh = [m for m in messages if m.attempts < MAX_TOGETHER][:MAX_IN_FILE]
    stuck = sorted(
        (m for m in messages if m.attempts >= MAX_TOGETHER), key=lambda m: (m.attempts, m.pk)
    )
    if not stuck or (fresh and _was_stuck_last(session, {m.pk for m in stuck})):
        return fresh
    return stuck[:1]


def _was_stuck_last(session: ExchangeSession, stuck: set[int]) -> bool:
    before = (
        ExchangeSession.objects.filter(connection=session.connection, kind=session.kind)
        .exclude(offered=[])
        .order_by("-pk")
        .first()
    )
    return before is not None and len(before.offered) == 1 and before.offered[0] in stuck


def _park(message: OutboxMessage, reason: str) -> None:
    message.state, message.last_error = State.PARKED, reason
    message.save(update_fields=["state", "last_error"])
