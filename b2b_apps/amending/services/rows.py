"""Writing what a change does to the rows of an order: its lines, holds, shipments, sums."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.utils import timezone

from b2b_apps.amending.change import Actor
from b2b_apps.amending.models import Action
from b2b_apps.amending.planning import Planned, Row, left_of, row_prices
from b2b_apps.amending.reading import OrderRead
from b2b_apps.amending.rules import rules_of
from b2b_apps.fulfilment.asking import requests_follow
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.inventory.models import StockHold
from b2b_apps.inventory.services import (
    HoldChanges,
    HoldRequest,
    hold_expiry,
    order_holds_amend,
    promises_ship,
)

CONSIGNEE = {"consignee_name": "consignee_name", "delivery_address": "consignee_address"}
SUMS = [
    "quantity", "unit_price_excl_tax", "unit_price_incl_tax", "line_price_excl_tax",
    "line_price_incl_tax", "price_steps", "line_price_before_discounts_excl_tax",
    "line_price_before_discounts_incl_tax", "vat_amount",
]  # fmt: skip


def rows_write(read: OrderRead, planned: Planned, actor: Actor, number: int) -> None:
    """Write a planned change; the caller has locked the order and its balances, and cancelled what
    is emptied. Raises StockShortageError. Some fifteen queries, whatever the number of lines.
    """
    gone = {shipment.pk for shipment in planned.emptied}
    rows = [row for row in planned.rows if row.shipment is None or row.shipment.pk not in gone]
    kept = [row for row in rows if row.line and row.now and row.kind != "same"]
    removed = [row.line.pk for row in rows if row.line and not row.now]
    lines = apps.get_model("order", "Line").objects
    for row in kept:
        _fill(row.line, row, planned.order.vat_mode)
    if whole := [row.line.pk for row in kept if row.now == left_of(row.line, row.shipment)]:
        promises_ship(order_line_ids=whole)
    new = lines.bulk_create(_new_lines(read, [row for row in rows if row.line is None]))
    order_holds_amend(
        changes=HoldChanges(
            quantities={row.line.pk: row.now for row in kept},
            ended=removed,
            requests=[
                HoldRequest(x.stockrecord_id, x.pk, x.quantity) for x in new if x.stockrecord_id
            ],
        ),
        contract_id=planned.order.contract_id,
        user_id=actor.person_id,
        expires_at=_expires_at(read),
        is_told=actor.is_1c,
    )
    lines.bulk_update([row.line for row in kept], SUMS, batch_size=500)
    if removed:
        lines.filter(pk__in=removed).delete()
    requests_follow(order_id=planned.order.pk)
    _write_shipments(read, planned, actor)
    _write_order(read, planned)


def _fill(line: Any, row: Row, vat_mode: str) -> None:
    line.quantity = row.now
    prices = row_prices(row, vat_mode)
    if prices != (line.unit_price_excl_tax, line.unit_price_incl_tax):
        # Named by who changed the order: no longer what the lists and rules gave.
        line.price_steps = None
    line.unit_price_excl_tax, line.unit_price_incl_tax = prices
    line.line_price_excl_tax = row.amount.excl_tax
    line.line_price_incl_tax = row.amount.incl_tax
    line.line_price_before_discounts_excl_tax = row.amount.excl_tax
    line.line_price_before_discounts_incl_tax = row.amount.incl_tax
    line.vat_amount = row.amount.vat


def _new_lines(read: OrderRead, rows: Sequence[Row]) -> list[Any]:
    """Lines for goods that are added, and for what is more of a line that 1C has already."""
    model = apps.get_model("order", "Line")
    last = max((line.position for line in read.lines), default=0)
    found = []
    for row in rows:
        warehouse = row.shipment.warehouse
        if row.of is None:
            last += 1
        unit = row.product and (
            row.product.base_unit or (row.product.parent and row.product.parent.base_unit)
        )
        line = model(
            order=read.order,
            shipment=row.shipment,
            position=row.of.position if row.of else last,
            partner=warehouse,
            partner_name=warehouse.name[:128],
            partner_sku=row.article[:128],
            stockrecord_id=row.stock_record_id,
            product=row.product,
            title=row.title[:255],
            article=row.article,
            partner_line_reference=row.external_id,
            unit_code=unit.code if unit else "",
            unit_name=unit.short_name if unit else row.unit_name,
            vat_label=row.vat_label,
            vat_percent=row.vat_percent,
            status=read.order.status,
            comment=row.of.comment if row.of else "",
        )
        _fill(line, row, read.order.vat_mode)
        found.append(line)
    return found


def _expires_at(read: OrderRead) -> Any:
    """Till when the order keeps its stock: what is new of it as long as the rest."""
    holds = StockHold.objects.filter(order_line__order=read.order, released_at__isnull=True)
    ends = list(holds.values_list("expires_at", flat=True))
    if ends:
        return None if None in ends else max(end for end in ends if end)
    return hold_expiry(
        order_status=read.order.status,
        payment_kind=read.order.contract.payment_kind,
        since=timezone.now(),
    )


def _write_shipments(read: OrderRead, planned: Planned, actor: Actor) -> None:
    """Days; and the consignee of shipments that went to the order's own and may still change."""
    days = {shipment.pk: day for shipment, _was, day in planned.days}
    moved = [(n, *planned.fields[n]) for n in CONSIGNEE if n in planned.fields]
    rules = rules_of(actor.who) if moved else None
    for shipment in read.shipments:
        shipment.planned_date = days.get(shipment.pk, shipment.planned_date)
        for name, was, now in moved:
            column = CONSIGNEE[name]
            if rules and rules.allows(Action.CONSIGNEE, shipment) and (
                getattr(shipment, column) in {was, ""}
            ):  # fmt: skip
                setattr(shipment, column, now)
    columns = ["planned_date", *CONSIGNEE.values()]
    Shipment.objects.bulk_update(read.shipments, columns, batch_size=500)


def _write_order(read: OrderRead, planned: Planned) -> None:
    order = read.order
    for name, (_was, now) in planned.fields.items():
        setattr(order, name, now)
    columns = list(planned.fields)
    if not planned.is_ended:
        order.total_incl_tax = planned.total_incl_tax
        order.total_excl_tax = planned.total_excl_tax
        order.vat_amount = order.total_incl_tax - order.total_excl_tax
        order.shipping_incl_tax = planned.carriage_incl_tax
        order.shipping_excl_tax = planned.carriage_excl_tax
        columns += ["total_incl_tax", "total_excl_tax", "vat_amount"]
        columns += ["shipping_incl_tax", "shipping_excl_tax"]
    if planned.days:
        live = [s.planned_date for s in read.shipments if s.status != Shipment.Status.CANCELLED]
        order.desired_date = min((day for day in live if day), default=None)
        columns.append("desired_date")
    if columns:
        order.save(update_fields=columns)
