"""An order of ours as documents of 1C: one per shipment, for 1C's order has one warehouse."""

import string
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils import timezone

from b2b_apps.core.external_ids import external_ids_for
from b2b_apps.core.money import round_sum
from b2b_apps.sync1c.commerceml.outgoing import (
    OutgoingLine,
    OutgoingOrder,
    OutgoingParty,
    OutgoingRequest,
    OutgoingWarehouse,
)
from b2b_apps.sync1c.commerceml.writer import MAX_NUMBER, write_orders
from b2b_apps.sync1c.importing.references import DEFAULT_WAREHOUSE
from b2b_apps.sync1c.models import ExchangeConnection
from b2b_apps.sync1c.texts import say

HELD_UNTIL = "Резерв до"
# Also read by importing.order_documents.
SIGNS = string.digits + string.ascii_uppercase
METHODS = {"delivery": "Доставка", "pickup": "Самовывоз", "carrier": "Транспортная компания"}
# Bitrix's fixed name of delivery as a service, and 1C's own sample has it too.
DELIVERY_ID, DELIVERY_NAME = "ORDER_DELIVERY", "Доставка"
SERVICE_UNIT = ("796", "шт")
CANCELLED = "cancelled"
VAT_INCLUDED = {"included": True, "on_top": False, "none": None}


class UnsendableError(Exception):
    """The order can't be worded for 1C; the text says why."""


def orders_by_pk(ids: Collection[int], *, with_lines: bool = True) -> dict[int, Any]:
    """Return orders by id, with all that a document needs. One query, or eight."""
    orders = apps.get_model("order", "Order").objects.filter(pk__in=ids)
    if with_lines:
        orders = orders.select_related(
            "counterparty", "contract__price_type", "organization", "project"
        ).prefetch_related(
            "lines__hold", "shipments__warehouse", "shipments__delivery", "shipping_requests__lines"
        )
    return {order.pk: order for order in orders}


def documents_of(order: Any, *, connection: ExchangeConnection) -> list[OutgoingOrder]:
    """Return the documents of an order, one per shipment. Raises UnsendableError."""
    shipments = sorted(order.shipments.all(), key=lambda s: s.sequence)
    if not shipments:
        raise UnsendableError(say("no_shipments"))
    names = _names(order, connection)
    documents = []
    for shipment in shipments:
        lines = [li for li in order.lines.all() if li.shipment_id == shipment.pk]
        if shipment.sequence >= len(SIGNS):
            raise UnsendableError(say("long_number", number=f"{order.number}/{shipment.sequence}"))
        number = document_number(order.number, shipment.sequence, len(shipments))
        if len(number) > MAX_NUMBER:
            raise UnsendableError(say("long_number", number=number))
        documents.append(_document(order, shipment, number, lines, names))
    return documents


def document_number(order_number: str, sequence: int, num_shipments: int) -> str:
    """Number of a shipment's document: the order's own if it has but one.

    1C has room for one more sign after the slash, so letters follow the nine.
    """
    return order_number if num_shipments == 1 else f"{order_number}/{SIGNS[sequence]}"


def file_of(documents: Sequence[OutgoingOrder], *, connection: ExchangeConnection,
            version: str = "") -> bytes:  # fmt: skip
    """Return the file of ``mode=query`` in the connection's encoding and the client's schema."""
    schema = "3.1" if version.startswith("3") else "2.07"
    return write_orders(
        documents,
        schema=schema,  # type: ignore[arg-type]
        encoding=connection.encoding,  # type: ignore[arg-type]
        now=timezone.localtime(),
    )


def _names(order: Any, connection: ExchangeConnection) -> dict[str, dict[int, str]]:
    """Names that 1C gave to all that the order refers to. One query per kind."""
    wanted = {
        "product": [line.product_id for line in order.lines.all() if line.product_id],
        "warehouse": [s.warehouse_id for s in order.shipments.all()],
        "counterparty": [order.counterparty_id],
        "contract": [order.contract_id],
        "organization": [order.organization_id],
        "price_type": [order.contract.price_type_id],
    }
    return {
        kind: dict(external_ids_for(source=connection.source, kind=kind, object_ids=ids))
        for kind, ids in wanted.items()
    }


def _document(
    order: Any, shipment: Any, number: str, lines: Sequence[Any], names: dict[str, dict[int, str]]
) -> OutgoingOrder:
    is_on_top = order.vat_mode == "on_top"
    return OutgoingOrder(
        id=f"{order.uid}-{shipment.sequence}",
        number=number,
        placed_at=timezone.localtime(order.date_placed),
        currency=order.currency,
        amount=sum((line.line_price_incl_tax for line in lines), _carriage_sum(shipment)),
        vat_included=VAT_INCLUDED[order.vat_mode],
        party=_party(order, shipment, names),
        lines=(
            *_joined([_line(line, names, is_on_top=is_on_top) for line in lines]),
            *_carriage(shipment, is_on_top=is_on_top),
        ),
        comment=order.comment,
        warehouse=_warehouse(shipment.warehouse, names),
        requisites=(*_requisites(order, shipment, names), (HELD_UNTIL, _held_until(lines))),
        requests=tuple(_requests(order, lines, names, is_on_top=is_on_top)),
    )


def _requests(
    order: Any, lines: Sequence[Any], names: dict[str, dict[int, str]], *, is_on_top: bool
) -> Iterator[OutgoingRequest]:
    """What is asked to be shipped of a shipment's goods, those too that were taken back: 1C is to
    hear of it.
    """
    of = {line.pk: line for line in lines}
    for request in sorted(order.shipping_requests.all(), key=lambda r: r.sequence):
        mine = [row for row in request.lines.all() if row.order_line_id in of]
        if mine:
            yield OutgoingRequest(
                id=f"{order.uid}-ask{request.sequence}",
                number=str(request.sequence),
                asked_at=timezone.localtime(request.asked_at),
                lines=tuple(
                    _part(_line(of[row.order_line_id], names, is_on_top=is_on_top), row.quantity)
                    for row in mine
                ),
                comment=request.comment,
                requisites=(
                    ("Дата отгрузки", request.day.isoformat()),
                    ("Время отгрузки", request.hours),
                    ("Грузополучатель", request.consignee_name),
                    ("Адрес доставки", request.consignee_address),
                    ("Отменен", "true" if request.status == "withdrawn" else "false"),
                ),
            )


def _part(line: OutgoingLine, quantity: Decimal) -> OutgoingLine:
    """So much of a line, with its share of the sums."""
    share = quantity / line.quantity
    return replace(
        line,
        quantity=quantity,
        amount=round_sum(line.amount * share),
        vat_amount=round_sum(line.vat_amount * share),
    )


def _held_until(lines: Sequence[Any]) -> str:
    """The moment at which the first of the lines loses its stock; empty if none does."""
    holds = [line.hold for line in lines if hasattr(line, "hold")]
    ends = [h.expires_at for h in holds if h.released_at is None and h.expires_at]
    return timezone.localtime(min(ends)).strftime("%Y-%m-%dT%H:%M:%S") if ends else ""


def _warehouse(row: Any, names: dict[str, dict[int, str]]) -> OutgoingWarehouse | None:
    """The warehouse; None for the one where stock without a warehouse lies: 1C has none such."""
    guid = names["warehouse"].get(row.pk, "")
    if guid == DEFAULT_WAREHOUSE:
        return None
    return OutgoingWarehouse(guid, row.name, row.address_text, row.phone)


def _party(order: Any, shipment: Any, names: dict[str, dict[int, str]]) -> OutgoingParty:
    company = order.counterparty
    return OutgoingParty(
        id=names["counterparty"].get(company.pk, f"b2b-{company.pk}"),
        name=company.name,
        official_name=company.full_name or company.name,
        inn=company.inn,
        kpp=company.kpp,
        okpo=company.okpo,
        legal_address=company.legal_address,
        delivery_address=_goes_to(shipment) or order.delivery_address,
        email=company.email,
        phone=order.contact_phone or company.phone,
    )


def _goes_to(shipment: Any) -> str:
    """The address of the buyer's customer, if it goes there, else the consignee's."""
    delivery = getattr(shipment, "delivery", None)
    address = delivery.recipient_address if delivery else ""
    return str(address or shipment.consignee_address)


def _line(line: Any, names: dict[str, dict[int, str]], *, is_on_top: bool) -> OutgoingLine:
    # What 1C itself put in and we do not sell goes back by the name that 1C gave it.
    guid = names["product"].get(line.product_id) or line.partner_line_reference
    if not guid:
        raise UnsendableError(say("no_guid", title=line.title))
    return OutgoingLine(
        product_id=guid,
        name=line.title,
        price=line.unit_price_excl_tax if is_on_top else line.unit_price_incl_tax,
        quantity=line.quantity,
        amount=line.line_price_excl_tax if is_on_top else line.line_price_incl_tax,
        vat_label=line.vat_label,
        vat_amount=line.vat_amount,
        article=line.article,
        unit_code=line.unit_code,
        unit_name=line.unit_name,
    )


def _joined(lines: Sequence[OutgoingLine]) -> tuple[OutgoingLine, ...]:
    """Lines of one product at one price as one: what came to a line later is no other goods."""
    found: dict[tuple[Any, ...], OutgoingLine] = {}
    for line in lines:
        key = (line.product_id, line.price, line.vat_label)
        first = found.get(key)
        found[key] = (
            line
            if first is None
            else replace(
                first,
                quantity=first.quantity + line.quantity,
                amount=first.amount + line.amount,
                vat_amount=first.vat_amount + line.vat_amount,
            )
        )
    return tuple(found.values())


def _carriage_sum(shipment: Any) -> Decimal:
    delivery = getattr(shipment, "delivery", None)
    return delivery.price_incl_tax if delivery else Decimal(0)


def _carriage(shipment: Any, *, is_on_top: bool) -> Sequence[OutgoingLine]:
    """Delivery as a service: one line, none if it costs nothing."""
    if not _carriage_sum(shipment):
        return ()
    delivery = shipment.delivery
    price = delivery.price_excl_tax if is_on_top else delivery.price_incl_tax
    percent = delivery.vat_percent if delivery.vat_amount else None
    return [
        OutgoingLine(
            product_id=DELIVERY_ID,
            name=DELIVERY_NAME,
            price=price,
            quantity=Decimal(1),
            amount=price,
            vat_label="" if percent is None else f"{percent.normalize():f}",
            vat_amount=delivery.vat_amount,
            unit_code=SERVICE_UNIT[0],
            unit_name=SERVICE_UNIT[1],
            is_service=True,
        )
    ]


def _agreed(shipment: Any) -> list[tuple[str, str]]:
    """What was agreed of its delivery beyond method and day; the names are in exchange.md."""
    delivery = getattr(shipment, "delivery", None)
    if delivery is None:
        return []
    return [
        ("Служба доставки", delivery.name),
        ("Зона доставки", delivery.zone_name),
        ("Время доставки", delivery.window_text),
        ("Пункт выдачи", delivery.point_code),
        ("Трек-номер", delivery.tracking_number),
        ("Получатель", delivery.recipient_name),
        ("Телефон получателя", delivery.recipient_phone),
        ("Документы без цен", "true" if delivery.is_to_customer else ""),
    ]


def _requisites(
    order: Any, shipment: Any, names: dict[str, dict[int, str]]
) -> list[tuple[str, str]]:
    """What CommerceML has no element for; the names are fixed in docs/algorithms/exchange.md."""
    contract, place = order.contract, _warehouse(shipment.warehouse, names)
    date = shipment.planned_date or order.desired_date
    method = shipment.delivery_method or order.delivery_method
    return [
        ("Организация", order.organization.name),
        ("ИдОрганизации", names["organization"].get(order.organization_id, "")),
        ("Договор", contract.name or contract.number),
        ("ИдДоговора", names["contract"].get(contract.pk, "")),
        ("ИдТипаЦены", names["price_type"].get(contract.price_type_id, "")),
        ("Склад", place.name if place else ""),
        ("ИдСклада", place.id if place else ""),
        ("Номер заказа покупателя", order.customer_number),
        ("Способ доставки", METHODS.get(method, method)),
        ("Желаемая дата отгрузки", date.isoformat() if date else ""),
        ("Дата отгрузки", date.isoformat() if date else ""),
        ("Грузополучатель", shipment.consignee_name or order.consignee_name),
        ("Отменен", "true" if CANCELLED in {order.status, shipment.status} else "false"),
        # How often it was changed since it was placed: 0 is as it was ordered.
        ("Версия заказа", str(order.revision)),
        # Accepted beyond the credit limit: told again once it may leave.
        ("Отгрузка запрещена", "true" if order.credit_state == "held" else "false"),
        *_agreed(shipment),
        ("Сайт", "Пакгауз"),
        *([("Проект", order.project.name)] if order.project else []),
        *([("Ожидает поступления", shipment.ready_on.isoformat())] if shipment.ready_on else []),
    ]
