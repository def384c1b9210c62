"""Consignments with СДЭК: handed over by staff, then followed until they are delivered."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.core.outbox import outbox_put
from b2b_apps.delivery.carriers.cities import cities_known, city_of
from b2b_apps.delivery.carriers.interface import CarrierError, Piece, pieces_of
from b2b_apps.delivery.models import ShipmentDelivery
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.integrations.cdek.client import CODE, Client
from b2b_apps.integrations.cdek.wire import (
    ORDER_TYPE,
    Progress,
    json_bytes,
    piece_body,
    progress_from,
    uuid_from,
)
from b2b_apps.integrations.models import CarrierAccount
from b2b_apps.purchasing.goods import measure_of

TOPIC = "integrations.cdek_order"
NEWS = "integrations.cdek_news"
SECONDS = 15.0
# A consignment is asked after so often; a new one till it has a number, more often.
EVERY, EVERY_NEW = timedelta(minutes=30), timedelta(minutes=1)
AT_ONCE = 50
LAST = {"DELIVERED", "NOT_DELIVERED", "INVALID", "REMOVED"}
Registration = ShipmentDelivery.Registration
OPEN = {Registration.NONE, Registration.FAILED}


class NotHandedOverError(Exception):
    """A shipment can't be handed over. ``code``: carrier (it travels another way, or was handed
    over), account, ended, city, weight, recipient, sender.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def consignment_request(*, shipment_id: int) -> None:
    """Have a shipment registered with the carrier: a worker does it. Locks what was agreed of its
    delivery. Raises NotHandedOverError.
    """
    with scopes_disabled():
        delivery = _delivery(shipment_id, is_locked=True)
        if delivery is None or delivery.carrier != CODE or delivery.registration not in OPEN:
            raise NotHandedOverError("carrier")
        if delivery.shipment.status == Shipment.Status.CANCELLED:
            raise NotHandedOverError("ended")
        account = CarrierAccount.objects.filter(carrier=CODE, is_active=True).first()
        if account is None:
            raise NotHandedOverError("account")
        # Told to the person at once, not to the worker.
        consignment_body(delivery, account)
        delivery.registration, delivery.problem = Registration.WAITING, ""
        delivery.save(update_fields=["registration", "problem"])
        key = f"{TOPIC}:{delivery.pk}:{timezone.now():%Y%m%d%H%M%S%f}"
        outbox_put(topic=TOPIC, key=key, payload={"shipment_id": shipment_id})


def consignment_send(*, shipment_id: int) -> None:
    """Register a shipment that waits. Called again it registers nothing twice: the carrier is
    first asked for an order of our number. Raises CarrierError where a later try may succeed.
    """
    with scopes_disabled():
        delivery = _delivery(shipment_id)
        account = CarrierAccount.objects.filter(carrier=CODE).first()
        if delivery is None or account is None or delivery.registration != Registration.WAITING:
            return
        client = Client(account, seconds=SECONDS, is_patient=True)
        try:
            uuid = _known(client, number_of(delivery)) or uuid_from(
                client.post("orders", consignment_body(delivery, account), is_repeatable=False)
            )
        except NotHandedOverError as error:
            _write(delivery, registration=Registration.FAILED, problem=error.code)
        except CarrierError as error:
            if error.code == "refused":
                _write(delivery, registration=Registration.FAILED, problem=error.detail[:500])
                return
            _write(delivery, problem=str(error)[:500])
            raise
        else:
            _write(
                delivery,
                registration=Registration.SENT,
                carrier_uuid=uuid,
                problem="",
                asked_at=timezone.now(),
            )


def _known(client: Client, number: str) -> str:
    """The carrier's name of an order of our number: an answer may have been lost."""
    try:
        return uuid_from(client.get("orders", {"im_number": number}))
    except CarrierError as error:
        if error.code == "refused":
            return ""
        raise


def consignments_follow() -> int:
    """Ask after consignments that are on their way and due; return how many told something new.

    Stops at the first silence. For the clock.
    """
    now, num = timezone.now(), 0
    account = CarrierAccount.objects.filter(carrier=CODE).first()
    if account is None:
        return 0
    with scopes_disabled():
        rows = ShipmentDelivery.objects.filter(carrier=CODE, asked_at__isnull=False)
        due = rows.filter(registration=Registration.SENT, asked_at__lte=now - EVERY_NEW) | (
            rows.filter(registration=Registration.DONE, asked_at__lte=now - EVERY)
        )
        for delivery in due.order_by("asked_at")[:AT_ONCE]:
            try:
                num += _follow(delivery, account)
            except CarrierError as error:
                if error.code not in {"refused", "answer"}:
                    break
                # One that can't be told of does not stand in the way of the others.
                _write(delivery, asked_at=now)
    return num


def consignment_news(*, uuid: str) -> bool:
    """Ask after one consignment that the carrier has told news of. Raises CarrierError."""
    with scopes_disabled():
        delivery = _on_its_way(uuid)
        account = CarrierAccount.objects.filter(carrier=CODE).first()
        return bool(delivery and account and _follow(delivery, account))


def news_put(*, uuid: str) -> bool:
    """Have a consignment asked after, once a minute at most; whether it is one of ours.

    What the carrier says in its message is not believed: who knows the address could say it too.
    """
    with scopes_disabled():
        if _on_its_way(uuid) is None:
            return False
    now = timezone.now()
    outbox_put(topic=NEWS, key=f"{NEWS}:{uuid}:{now:%Y%m%d%H%M}", payload={"uuid": uuid})
    return True


def _on_its_way(uuid: str) -> ShipmentDelivery | None:
    if not uuid:
        return None
    rows = ShipmentDelivery.objects.filter(carrier=CODE, carrier_uuid=uuid[:64])
    found: ShipmentDelivery | None = rows.filter(asked_at__isnull=False).first()
    return found


def _follow(delivery: ShipmentDelivery, account: CarrierAccount) -> bool:
    client = Client(account, seconds=SECONDS, is_patient=True)
    progress = progress_from(client.get(f"orders/{delivery.carrier_uuid}"))
    was = (delivery.registration, delivery.tracking_number, delivery.statuses)
    _write(delivery, **_told(delivery, progress))
    return was != (delivery.registration, delivery.tracking_number, delivery.statuses)


def _told(delivery: ShipmentDelivery, progress: Progress) -> dict[str, Any]:
    statuses = [dict(status) for status in progress.statuses]
    is_over = bool(statuses) and statuses[-1]["code"] in LAST
    is_invalid = bool(progress.refusal) or (is_over and statuses[-1]["code"] == "INVALID")
    registration = delivery.registration
    if is_invalid and registration == Registration.SENT:
        registration = Registration.FAILED
    elif progress.number:
        registration = Registration.DONE
    return {
        "registration": registration,
        "tracking_number": progress.number or delivery.tracking_number,
        "statuses": [] if registration == Registration.FAILED else statuses,
        "problem": progress.refusal[:500] if registration == Registration.FAILED else "",
        "asked_at": None if is_over or is_invalid else timezone.now(),
    }


def number_of(delivery: ShipmentDelivery) -> str:
    """What the consignment is called with the carrier; a second try after a refusal too."""
    return f"{delivery.shipment.order.number}-{delivery.shipment.sequence}"


def consignment_body(delivery: ShipmentDelivery, account: CarrierAccount) -> bytes:
    """An order of the carrier for a shipment. Raises NotHandedOverError. Three queries."""
    shipment = delivery.shipment
    order, warehouse = shipment.order, shipment.warehouse
    address = delivery.recipient_address or shipment.consignee_address or order.delivery_address
    known = cities_known(carrier=CODE, addresses=[warehouse.address_text, address])
    source, goal = city_of(warehouse.address_text, known)[0], city_of(address, known)[0]
    pieces = _pieces(shipment, account)
    name, phone = _recipient(delivery)
    for code, is_missing in (
        ("city", source is None or goal is None),
        ("weight", not pieces),
        ("recipient", not (name and phone)),
        ("sender", not account.sender_phone),
    ):
        if is_missing:
            raise NotHandedOverError(code)
    number = number_of(delivery)
    body: dict[str, Any] = {
        "type": ORDER_TYPE,
        "number": number,
        "tariff_code": delivery.tariff_code,
        "comment": order.comment[:255],
        "sender": {
            "company": account.sender_company,
            "name": account.sender_name or account.sender_company,
            "phones": [{"number": account.sender_phone}],
        },
        "recipient": {
            "company": delivery.recipient_name or shipment.consignee_name or order.consignee_name,
            "name": name,
            "phones": [{"number": phone}],
        },
        "from_location": {"code": source.code if source else 0, "address": warehouse.address_text},
        "packages": [
            {"number": str(n), "comment": number, **piece_body(piece)}
            for n, piece in enumerate(pieces, start=1)
        ],
    }
    if delivery.point_code:
        body["delivery_point"] = delivery.point_code
    else:
        body["to_location"] = {"code": goal.code if goal else 0, "address": address}
    return json_bytes(body)


def _recipient(delivery: ShipmentDelivery) -> tuple[str, str]:
    order = delivery.shipment.order
    if delivery.is_to_customer:
        return delivery.recipient_name, delivery.recipient_phone
    return order.contact_person or order.consignee_name, order.contact_phone


def _pieces(shipment: Shipment, account: CarrierAccount) -> tuple[Piece, ...]:
    weight, volume = Decimal(0), Decimal(0)
    for line in _lines(shipment).select_related("product__parent"):
        own = measure_of(line.product, "weight_kg") if line.product else None
        if not own:
            return ()
        weight += own * line.quantity
        volume += (measure_of(line.product, "volume_m3") or 0) * line.quantity
    return pieces_of(weight, volume, kg_per_piece=account.kg_per_piece)


def _lines(shipment: Shipment) -> Any:
    return apps.get_model("order", "Line").objects.filter(shipment=shipment)


def _delivery(shipment_id: int, *, is_locked: bool = False) -> ShipmentDelivery | None:
    rows = ShipmentDelivery.objects.select_related("shipment__order", "shipment__warehouse")
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    found: ShipmentDelivery | None = rows.filter(shipment_id=shipment_id).first()
    return found


def _write(delivery: ShipmentDelivery, **values: Any) -> None:
    for name, value in values.items():
        setattr(delivery, name, value)
    delivery.save(update_fields=list(values))
