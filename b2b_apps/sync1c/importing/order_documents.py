"""What 1C says about our orders: accepted, picked, shipped, paid, cancelled."""

import re
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Sum
from django.utils import timezone

from b2b_apps.finance.provisional import (
    payments_provisional_trim,
    provisional_number,
    unpaid_without,
)
from b2b_apps.finance.services import payment_record
from b2b_apps.fulfilment.asking import shipping_answer
from b2b_apps.fulfilment.left_cancelled import shipments_left_cancelled
from b2b_apps.fulfilment.locks import orders_lock
from b2b_apps.fulfilment.models import Shipment, ShippedPart
from b2b_apps.fulfilment.partly import Waybill, shipment_ship_part
from b2b_apps.fulfilment.services import (
    order_own_status_tell,
    shipment_confirm,
    shipment_number,
    shipment_pick,
    shipment_ship,
    shipments_cancel,
)
from b2b_apps.inventory.services import holds_mirror
from b2b_apps.sync1c.commerceml.errors import BadValueError
from b2b_apps.sync1c.commerceml.messages import message
from b2b_apps.sync1c.commerceml.numbers import date_of
from b2b_apps.sync1c.commerceml.records import DocumentRecord
from b2b_apps.sync1c.commerceml.writer import SHIPPING_REQUEST
from b2b_apps.sync1c.importing.edited import goods_follow
from b2b_apps.sync1c.importing.moments import day_of, exact_moment_of, moment_of
from b2b_apps.sync1c.importing.run import ImportRun, Known, digest_of
from b2b_apps.sync1c.mapping import bare, folded, statuses_share
from b2b_apps.sync1c.models import StatusMapping
from b2b_apps.sync1c.outgoing_documents import SIGNS
from b2b_apps.sync1c.ownership import is_served_by
from b2b_apps.sync1c.texts import say

KIND = "document"
PAYMENTS = {"Выплата безналичных денег", "Выплата наличных денег"}
SHIPMENTS = {"Отпуск товара"}
NUMBER = re.compile(r"(?P<order>.+?)(?:/(?P<sequence>\d{1,3}|[A-Z]))?")
# What 1C may say of a shipping request, by ``mapping.folded``: whether it is accepted.
ANSWERS = {
    "принята": True,
    "подтверждена": True,
    "к отгрузке": True,
    "в работе": True,
    "отклонена": False,
    "отменена": False,
}
YES = {"true", "1", "да", "истина"}


class Target(NamedTuple):
    """The order that a document speaks of, and which of its shipments."""

    order: Any
    shipments: list[Shipment]


def documents_import(run: ImportRun, records: Sequence[DocumentRecord]) -> None:
    """Apply documents to orders. Repeated and late ones change nothing: steps go forward only."""
    statuses_share()
    # Staff may have given one another meaning since the last batch.
    run.memory["statuses"] = {}
    names = {record: record.name_of_document for record in records}
    known = run.known(KIND, names.values())
    for record, name in names.items():
        run.tally.add(KIND, "read")
        found, digest = known.get(name), digest_of(record)
        if found and found.content_hash == digest:
            run.tally.add(KIND, "unchanged")
            continue
        target = _target(record)
        reason = _objection(run, target)
        if target is None or reason:
            run.tally.add(KIND, "unchanged")
            text = say(reason, number=record.order_number or record.number)
            run.warn(reason, text, kind=KIND, record=record)
            continue
        orders_lock(order_ids=[target.order.pk])
        is_changed, is_complete = _apply(run, record, target)
        stored = Known(target.order.pk, digest if is_complete else digest_of(digest, "half"))
        if found != stored:
            run.remember(KIND, {name: stored})
        run.tally.add(KIND, "changed" if is_changed else "unchanged")


def _target(record: DocumentRecord) -> Target | None:
    """Find the order by the site's number, which 1C keeps; its GUID often is not sent."""
    for number in (record.order_number, record.number):
        match = NUMBER.fullmatch(number.strip())
        if not match:
            continue
        order = apps.get_model("order", "Order").objects.filter(number=match["order"]).first()
        if order is None:
            continue
        shipments = list(Shipment.objects.filter(order=order).order_by("sequence"))
        if match["sequence"]:
            sequence = _sequence(match["sequence"])
            shipments = [s for s in shipments if s.sequence == sequence]
        return Target(order, shipments)
    return None


def _sequence(sign: str) -> int:
    return int(sign) if sign.isdecimal() else SIGNS.index(sign)


def _objection(run: ImportRun, target: Target | None) -> str:
    """Return the code of why this base has no say in the order, "" if it has.

    Numbers of two bases may meet: one must not ship or cancel what the other sells.
    """
    if target is None:
        return "unknown_order"
    memory = run.memory["ownership"]
    if "serves" not in memory:
        memory["serves"] = is_served_by(run.connection)
    return "" if memory["serves"](target.order.organization_id) else "foreign_order"


def _apply(run: ImportRun, record: DocumentRecord, target: Target) -> tuple[bool, bool]:
    """Return whether anything changed, and whether all of the document was understood."""
    if record.operation in PAYMENTS:
        return _payment(record, target), True
    if record.operation in SHIPMENTS:
        return _shipped(run, record, target), True
    if record.operation == SHIPPING_REQUEST:
        return _answered(run, record, target), True
    return _order(run, record, target)


def _answered(run: ImportRun, record: DocumentRecord, target: Target) -> bool:
    """What 1C has made of a shipping request: accepted or declined, and why."""
    text = record.requisite("Статус заявки", "Статус")
    meaning = ANSWERS.get(folded(text))
    if record.is_deleted or _yes(record, "Отменен", "Отменён"):
        meaning = False
    if meaning is None or not record.number.isdecimal():
        if text:
            run.warn("unknown_answer", say("unknown_answer", text=text), kind=KIND, record=record)
        return False
    return shipping_answer(
        order_id=target.order.pk,
        sequence=int(record.number),
        is_accepted=meaning,
        answer=record.comment,
        number_1c=record.number_1c,
    )


def _payment(record: DocumentRecord, target: Target) -> bool:
    is_changed = payment_record(
        order_id=target.order.pk,
        number_1c=record.number_1c or record.requisite("Номер по 1С") or record.number,
        date=day_of(record.date_1c or record.date),
        amount=record.amount or Decimal(0),
        replaces=provisional_number(record.order_number),
        paid_at=exact_moment_of(record.date_1c or record.date, record.time),
    )
    return payments_provisional_trim(order_id=target.order.pk) or is_changed


def _order(run: ImportRun, record: DocumentRecord, target: Target) -> tuple[bool, bool]:
    is_cancelled = record.is_deleted or _yes(record, "Отменен", "Отменён", "ПометкаУдаления")
    is_changed = not is_cancelled and goods_follow(run, record, target.order, target.shipments)
    _mirror(target)
    number = record.number_1c or record.requisite("Номер по 1С", "Номер по 1C")
    changes = [shipment_number(shipment_id=s.pk, order_number_1c=number) for s in target.shipments]
    is_own = _keep_status(run, target, _status(record))
    changes.append(is_changed)
    if is_cancelled:
        changes.append(shipments_cancel(shipment_ids=[s.pk for s in target.shipments]))
        return any(changes), True
    meaning = _meaning(run, record)
    if meaning is None and number and _yes(record, "Проведен"):
        meaning = StatusMapping.Meaning.CONFIRMED
    waybill = record.requisite("Номер отгрузки по 1С", "Номер отгрузки по 1C")
    if waybill or meaning == StatusMapping.Meaning.SHIPPED:
        _left_cancelled(run, record, target, waybill)
    if meaning == StatusMapping.Meaning.CANCELLED:
        changes.append(shipments_cancel(shipment_ids=[s.pk for s in target.shipments]))
    else:
        changes += [_step(s, meaning) for s in target.shipments]
    if waybill:
        day = _day_told(run, record, "Дата отгрузки по 1С", "Дата отгрузки по 1C")
        changes.append(_ship(target, waybill, day))
    if is_own:
        order_own_status_tell(order_id=target.order.pk)
    changes.append(_paid(run, record, target))
    return any(changes), True


def _keep_status(run: ImportRun, target: Target, text: str) -> bool:
    """Keep what 1C calls its status, and the own status that stands for it: it may be given
    another meaning later. Return whether there is a new own one. One query, if new.
    """
    if not text:
        return False
    known = _known_status(run, text)
    own = known.own_status_id if known else None
    other = [s.pk for s in target.shipments if (s.status_1c, s.own_status_id) != (text, own)]
    if other:
        Shipment.objects.filter(pk__in=other).update(status_1c=text, own_status_id=own)
    return bool(other and own)


def _step(shipment: Shipment, meaning: str | None) -> bool:
    if meaning == StatusMapping.Meaning.CONFIRMED:
        return shipment_confirm(shipment_id=shipment.pk)
    if meaning == StatusMapping.Meaning.PICKING:
        return shipment_pick(shipment_id=shipment.pk)
    if meaning == StatusMapping.Meaning.SHIPPED:
        return shipment_ship(shipment_id=shipment.pk)
    return False


def _shipped(run: ImportRun, record: DocumentRecord, target: Target) -> bool:
    """A waybill: what it says of goods of the order has left, all of it if it says nothing."""
    number = record.number_1c or record.requisite("Номер по 1С") or record.number
    day, clock = record.date_1c or record.date, record.time
    quantities = _quantities(run, record, target, number)
    if not quantities:
        _left_cancelled(run, record, target, number, is_named=bool(record.lines))
        return _ship(target, number, day, clock)
    named = [s for s in target.shipments if s.pk in quantities]
    _left_cancelled(run, record, target._replace(shipments=named), number, is_named=True)
    waybill = Waybill(number, *_moments(day, clock))
    changes = [
        shipment_ship_part(shipment_id=pk, waybill=waybill, quantities=of_lines)
        for pk, of_lines in quantities.items()
    ]
    return any(changes)


def _left_cancelled(
    run: ImportRun, record: DocumentRecord, target: Target, waybill: str, *, is_named: bool = False
) -> None:
    """Tell of goods that left though they were cancelled here. A document that names no goods of
    theirs speaks of the shipments that go on, if there are some.
    """
    shipments = target.shipments
    if not is_named and any(s.status != Shipment.Status.CANCELLED for s in shipments):
        return
    ids = [shipment.pk for shipment in shipments]
    if shipments_left_cancelled(shipment_ids=ids, waybill=waybill):
        text = say("left_cancelled", number=target.order.number, waybill=waybill or "—")
        run.warn("left_cancelled", text, kind=KIND, record=record)


def _quantities(
    run: ImportRun, record: DocumentRecord, target: Target, waybill: str
) -> dict[int, dict[int, Decimal]]:
    """What left of which line, by shipment, if the waybill names goods of the order and not all
    of them. A product is given to its lines in their order, cancelled ones last, to each what other
    waybills have left of it.
    """
    names = {row.external_id for row in record.lines if row.external_id and row.quantity}
    known = run.known("product", names) if names else {}
    gone: dict[int, Decimal] = {}
    for row in record.lines:
        if row.external_id in known and row.quantity:
            pk = known[row.external_id].object_id
            gone[pk] = gone.get(pk, Decimal(0)) + row.quantity * row.factor
    lines = target.order.lines.filter(shipment__in=target.shipments, product__in=gone)
    found: dict[int, dict[int, Decimal]] = {}
    cancelled = {s.pk for s in target.shipments if s.status == Shipment.Status.CANCELLED}
    ordered = lines.order_by("shipment__sequence", "position", "pk")
    ordered = sorted(ordered, key=lambda line: line.shipment_id in cancelled)
    for line, room in _rooms(ordered, waybill):
        quantity = min(room, gone[line.product_id])
        gone[line.product_id] -= quantity
        if quantity > 0:
            of_lines = found.setdefault(line.shipment_id, {})
            of_lines[line.pk] = of_lines.get(line.pk, Decimal(0)) + quantity
    everything = target.order.lines.filter(shipment__in=target.shipments)
    given = {pk: much for of_lines in found.values() for pk, much in of_lines.items()}
    is_all = given == dict(everything.values_list("pk", "quantity"))
    is_fresh = all(shipment.status != Shipment.Status.PARTLY for shipment in target.shipments)
    return {} if is_all and is_fresh else found


def _rooms(lines: Sequence[Any], waybill: str) -> Sequence[tuple[Any, Decimal]]:
    """How much of which line may have left by a waybill: what others did not take, and after all
    of those what they did, for one that says more than was ordered. One query.
    """
    parts = ShippedPart.objects.filter(order_line__in=lines).exclude(waybill=waybill[:32])
    sums = parts.values("order_line").annotate(sum=Sum("quantity"))
    taken = dict(sums.values_list("order_line", "sum"))
    rooms = [(line, max(Decimal(0), line.quantity - taken.get(line.pk, 0))) for line in lines]
    return [*rooms, *((line, line.quantity - room) for line, room in rooms)]


def _ship(target: Target, number: str, day: str, clock: str = "") -> bool:
    shipped_at, owed_at = _moments(day, clock)
    changes = [
        shipment_ship(
            shipment_id=s.pk, shipped_at=shipped_at, waybill_number_1c=number, owed_at=owed_at
        )
        for s in target.shipments
    ]
    return any(changes)


def _moments(day: str, clock: str) -> tuple[datetime | None, datetime | None]:
    """When goods left, and when 1C's figure of debt has them: where it gives but the day, the debt
    of that day may not have it yet.
    """
    shipped_at, owed_at = moment_of(day, clock), exact_moment_of(day, clock)
    if owed_at is None and shipped_at is not None:
        owed_at = timezone.make_aware(datetime.combine(timezone.localdate(shipped_at), time.max))
    return shipped_at, owed_at


def _mirror(target: Target) -> None:
    """1C speaks of the order, so it has it, whether it acknowledged it or not."""
    lines = target.order.lines.filter(shipment__in=target.shipments)
    holds_mirror(order_line_ids=list(lines.values_list("pk", flat=True)))


def _paid(run: ImportRun, record: DocumentRecord, target: Target) -> bool:
    """1C sends these requisites once the document is paid in full."""
    number = record.requisite("Номер оплаты по 1С", "Номер оплаты по 1C")
    if not number and not _yes(record, "Заказ оплачен", "Оплачен"):
        return False
    day = _day_told(run, record, "Дата оплаты по 1С", "Дата оплаты по 1C")
    provisional = provisional_number(record.number)
    amount = record.amount or target.order.total_incl_tax
    if not number:
        # Paid, but 1C does not say by what: a real payment will take this one's place.
        amount = min(amount, unpaid_without(order_id=target.order.pk, number_1c=provisional))
        if amount <= 0:
            return False
    is_changed = payment_record(
        order_id=target.order.pk,
        number_1c=number or provisional,
        date=day_of(day),
        amount=amount,
        replaces=provisional,
        paid_at=exact_moment_of(day),
    )
    return payments_provisional_trim(order_id=target.order.pk) or is_changed


def _day_told(run: ImportRun, record: DocumentRecord, *names: str) -> str:
    """Return a requisite that is a date; one that is none is told, and left out."""
    text = record.requisite(*names)
    try:
        date_of(text, names[0])
    except BadValueError as error:
        run.warn(error.code, message(error.code, error.params), kind=KIND, record=record)
        return ""
    return text


def _yes(record: DocumentRecord, *names: str) -> bool:
    return any(record.requisite(name).strip().lower() in YES for name in names)


def _status(record: DocumentRecord) -> str:
    """The status of the document as 1C words it; «[N] Принят» is read as «Принят»."""
    return bare(record.requisite("Статус заказа", "СтатусЗаказа", "Статус Заказа"))


def _meaning(run: ImportRun, record: DocumentRecord) -> str | None:
    """Return what the document's status means, or None."""
    text = _status(record)
    if not text:
        return None
    if (found := _known_status(run, text)) is None:
        run.warn(
            "unknown_status",
            say("unknown_status", text=text),
            kind=KIND, record=record,
        )  # fmt: skip
        return None
    return found.meaning


def _known_status(run: ImportRun, text: str) -> StatusMapping | None:
    """Return the row of a status as it is written or, after that, with «ё» read as «е»."""
    memory: dict[str, StatusMapping] = run.memory["statuses"]
    if not memory:
        rows = list(StatusMapping.objects.all())
        memory.update({folded(row.text): row for row in rows})
        memory.update({row.text.casefold(): row for row in rows})
    return memory.get(text.casefold(), memory.get(folded(text)))
