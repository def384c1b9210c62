"""Shipping requests: asked by the buyer or for him, told to 1C, answered there, met by what leaves.

What of a line is asked and has not left is never more than what of it has not left: asking holds
the order's lock, and so does whatever makes less of a line (``requests_follow``). What leaves meets
the request that was made first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Sum
from django.utils import timezone

from b2b_apps.companies.models import Consignee
from b2b_apps.core.outbox import outbox_put
from b2b_apps.fulfilment.errors import ShippingRefusedError
from b2b_apps.fulfilment.locks import orders_lock
from b2b_apps.fulfilment.models import Shipment, ShippingRequest, ShippingRequestLine
from b2b_apps.fulfilment.owed import line_quantity_owed
from b2b_apps.notifications.kinds import Kind
from b2b_apps.notifications.services import order_notify

ZERO = Decimal(0)
Status = ShippingRequest.Status
OPEN = (Status.ASKED, Status.ACCEPTED)
# Of a shipment that the supplier has accepted and that has not left as a whole.
ACCEPTED = (Shipment.Status.CONFIRMED, Shipment.Status.PICKING, Shipment.Status.PARTLY)
STOPPED = ("held", "waiting")
# What apps above have to say of the address that a request names: ``approvals.asking_gate``.
ADDRESS_GATES: list[Any] = []


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: ``quantities`` in base units by line id, a consignee of the company's list, or
    0 for the order's own.
    """

    quantities: Mapping[int, Decimal]
    day: date
    hours: str = ""
    consignee_id: int = 0
    comment: str = ""


def lines_to_ask(*, order_id: int) -> Sequence[Any]:
    """Return the order lines of which something may be asked to be shipped, in their order, with
    ``free`` (how much) and their shipment. Two queries.
    """
    lines = apps.get_model("order", "Line").objects.filter(
        order_id=order_id, shipment__status__in=ACCEPTED, quantity__gt=F("quantity_shipped")
    )
    found = list(lines.select_related("shipment__warehouse", "product").order_by("position", "pk"))
    asked = dict(
        ShippingRequestLine.objects.filter(request__order=order_id, request__status__in=OPEN)
        .order_by()
        .values_list("order_line")
        .annotate(open=Sum(F("quantity") - F("quantity_shipped")))
    )
    for line in found:
        line.free = line.quantity - line.quantity_shipped - asked.get(line.pk, ZERO)
    return [line for line in found if line.free > 0]


def has_open_request() -> Exists:
    """A condition on orders: something was asked to be shipped and has not left. No query."""
    # Made before any scope: what it is put into has its own.
    rows = ShippingRequest._base_manager.filter(order=OuterRef("pk"), status__in=OPEN)
    return Exists(rows)


@transaction.atomic
def shipping_ask(
    *, order_id: int, asked: Asked, user_id: int, is_by_staff: bool = False
) -> ShippingRequest:
    """Ask for a part of an accepted order to be shipped; 1C is told with the order's document.

    The caller has seen to it that the person may see and change the order. Locks the order. Raises
    ShippingRefusedError; then nothing is asked. Some twelve queries.
    """
    orders_lock(order_ids=[order_id])
    order = apps.get_model("order", "Order").objects.get(pk=order_id)
    if order.credit_state in STOPPED:
        raise ShippingRefusedError("stopped")
    wanted = {pk: quantity for pk, quantity in asked.quantities.items() if quantity > 0}
    if not wanted:
        raise ShippingRefusedError("nothing")
    lines = {line.pk: line for line in lines_to_ask(order_id=order_id)}
    if over := [pk for pk, much in wanted.items() if pk not in lines or much > lines[pk].free]:
        raise ShippingRefusedError("too_much", line_ids=over)
    _check_day(asked.day, [lines[pk] for pk in wanted])
    name, address = _receiver(order, asked.consignee_id)
    for gate in ADDRESS_GATES:
        gate(order, address)
    number_next(order)
    order.save(update_fields=["num_shipping_requests"])
    request: ShippingRequest = ShippingRequest.objects.create(
        order=order,
        sequence=order.num_shipping_requests,
        day=asked.day,
        hours=asked.hours[:32],
        consignee_name=name,
        consignee_address=address,
        comment=asked.comment[:500],
        user_id=user_id,
        is_by_staff=is_by_staff,
    )
    ShippingRequestLine.objects.bulk_create(
        ShippingRequestLine(
            request=request,
            order_line_id=pk,
            quantity=quantity,
            shipped_before=lines[pk].quantity_shipped,
        )
        for pk, quantity in sorted(wanted.items())
    )
    _tell_1c(request, f"asked:{request.sequence}")
    if is_by_staff:
        _tell_buyer(request, Kind.ASKED_FOR)
    return request


def number_next(order: Any) -> None:
    """Count one more request of a locked order; its number is the count."""
    order.num_shipping_requests += 1


@transaction.atomic
def shipping_withdraw(*, order_id: int, sequence: int) -> bool:
    """Take a request back; what of it has left stays. False if it is no longer open. Locks the
    order.
    """
    orders_lock(order_ids=[order_id])
    request = ShippingRequest.objects.filter(order=order_id, sequence=sequence).first()
    if request is None or not request.is_open:
        return False
    _close(request, Status.WITHDRAWN)
    _tell_1c(request, f"asked:{sequence}:withdrawn")
    return True


@transaction.atomic
def shipping_answer(
    *, order_id: int, sequence: int, is_accepted: bool, answer: str = "", number_1c: str = ""
) -> bool:
    """Note what 1C has made of a request; return whether anything changed. An answer that comes
    late or again changes nothing. The buyer is told. Locks the order.
    """
    orders_lock(order_ids=[order_id])
    request = ShippingRequest.objects.filter(order=order_id, sequence=sequence).first()
    if request is None or not request.is_open:
        return False
    said = (answer[:500], number_1c[:32] or request.number_1c)
    if is_accepted and request.status == Status.ACCEPTED:
        if said == (request.answer, request.number_1c):
            return False
        request.answer, request.number_1c = said
        request.save(update_fields=["answer", "number_1c"])
        return True
    request.answer, request.number_1c = said
    if is_accepted:
        request.status = Status.ACCEPTED
        request.save(update_fields=["status", "answer", "number_1c"])
    else:
        _close(request, Status.DECLINED)
    _tell_buyer(request, Kind.ASK_TAKEN if is_accepted else Kind.ASK_REFUSED)
    return True


def requests_follow(*, order_id: int) -> None:
    """Let the requests of an order follow what has left of its lines and what of them still may:
    what is met is shipped, what can't leave any more is no longer asked, of the last request first.

    The caller holds the order's lock. One query for an order without requests, at most six.
    """
    if not ShippingRequest.objects.filter(order=order_id).exists():
        return
    rows = list(
        ShippingRequestLine.objects.filter(request__order=order_id)
        .exclude(request__status=Status.WITHDRAWN, quantity_shipped=0)
        .select_related("request", "order_line__shipment")
        .order_by("request__sequence", "pk")
    )
    by_line: dict[int, list[ShippingRequestLine]] = {}
    for row in rows:
        by_line.setdefault(row.order_line_id, []).append(row)
    for of_line in by_line.values():
        _spread(of_line)
        _trim(of_line)
    gone = [row.pk for row in rows if not row.quantity]
    ShippingRequestLine.objects.filter(pk__in=gone).delete()
    kept = [row for row in rows if row.quantity]
    ShippingRequestLine.objects.bulk_update(kept, ["quantity", "quantity_shipped"], batch_size=500)
    _statuses_follow(order_id, kept)


def _spread(rows: Iterable[ShippingRequestLine]) -> None:
    """Give what has left of a line to its requests, the first made first."""
    used = ZERO
    for row in rows:
        start = max(used, row.shipped_before)
        # One that was ended keeps what it had got by then.
        is_ended = row.request.status in {Status.DECLINED, Status.WITHDRAWN}
        most = row.quantity_shipped if is_ended else row.quantity
        row.quantity_shipped = min(max(row.order_line.quantity_shipped - start, ZERO), most)
        used = start + row.quantity_shipped


def _trim(rows: Sequence[ShippingRequestLine]) -> None:
    line = rows[0].order_line
    owed = line_quantity_owed(line, line.shipment)
    left = max(owed - line.quantity_shipped, ZERO)
    for row in (row for row in rows if row.request.is_open):
        allowed = min(row.quantity - row.quantity_shipped, left)
        left -= allowed
        row.quantity = row.quantity_shipped + allowed


def _statuses_follow(order_id: int, rows: Sequence[ShippingRequestLine]) -> None:
    of: dict[int, list[ShippingRequestLine]] = {}
    for row in rows:
        of.setdefault(row.request_id, []).append(row)
    met = (*OPEN, Status.SHIPPED)
    for request in ShippingRequest.objects.filter(order=order_id, status__in=met):
        mine = of.get(request.pk, [])
        if not mine:
            _close(request, Status.WITHDRAWN)
        elif all(row.quantity_shipped == row.quantity for row in mine):
            if request.status != Status.SHIPPED:
                _close(request, Status.SHIPPED)
        elif request.status == Status.SHIPPED:
            # 1C has corrected the waybill: not all of it has left.
            request.status, request.ended_at = Status.ACCEPTED, None
            request.save(update_fields=["status", "ended_at"])


def _close(request: ShippingRequest, status: str) -> None:
    """End a request; what of it has left stays its."""
    request.status, request.ended_at = status, timezone.now()
    request.save(update_fields=["status", "ended_at", "answer", "number_1c"])


def _check_day(day: date, lines: Sequence[Any]) -> None:
    if day < timezone.localdate():
        raise ShippingRefusedError("past")
    late = [line for line in lines if line.shipment.ready_on and day < line.shipment.ready_on]
    if late:
        raise ShippingRefusedError("not_here", line_ids=[line.pk for line in late])


def _receiver(order: Any, consignee_id: int) -> tuple[str, str]:
    if not consignee_id:
        return order.consignee_name, order.delivery_address
    found = Consignee.objects.filter(
        counterparty_id=order.counterparty_id, is_active=True, pk=consignee_id
    ).first()
    if found is None:
        raise ShippingRefusedError("consignee")
    return found.name, found.address


def _tell_1c(request: ShippingRequest, why: str) -> None:
    outbox_put(
        topic="order_to_1c",
        key=f"order_to_1c:{request.order_id}:{why}",
        payload={"order_id": request.order_id},
    )


def _tell_buyer(request: ShippingRequest, kind: str) -> None:
    order_notify(order_id=request.order_id, kind=kind, key=f"{kind}:{request.sequence}")
