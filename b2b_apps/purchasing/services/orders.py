"""Placing an order: one transaction from the basket to the order, its stock and its outbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from django_scopes import scope

from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.contracts.credit import WAITING, credit_take
from b2b_apps.contracts.models import Contract
from b2b_apps.contracts.review import tell_1c
from b2b_apps.core.context import TradeContext
from b2b_apps.core.outbox import outbox_put
from b2b_apps.core.transient import deadlock_retried
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.seen import seen_stock
from b2b_apps.inventory.services import HoldRequest, hold_expiry, stock_hold
from b2b_apps.purchasing.errors import (
    BasketMissingError,
    ContractSwitchedError,
    OfferChangedError,
)
from b2b_apps.purchasing.gates import gates_pass
from b2b_apps.purchasing.locks import OPEN, basket_locked
from b2b_apps.purchasing.offers import Difference, differences_from, offer_from
from b2b_apps.purchasing.selectors import basket_sheet
from b2b_apps.purchasing.sheet import Sheet, SheetLine

SUBMITTED = "Submitted"
# Of a request for approval: nothing is put into it any more, and an approval orders it.
FROZEN = "Frozen"
PLACED = "placed"
# An invoice to be paid in advance is good for so many days.
PREPAYMENT_DAYS = 3


@dataclass(frozen=True, slots=True)
class ShipmentWish:
    """When and how the buyer wants what leaves one warehouse."""

    planned_date: date | None = None
    method: str = "delivery"


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """What the buyer filled in; ``wishes`` by warehouse id."""

    consignee_name: str = ""
    delivery_address: str = ""
    contact_person: str = ""
    contact_phone: str = ""
    customer_number: str = ""
    comment: str = ""
    wishes: Mapping[int, ShipmentWish] = field(default_factory=dict)
    # What the page said credit would do to the order: nothing (""), "soft" or "release".
    credit_seen: str | None = None


def order_place(
    *,
    context: TradeContext,
    basket_id: int,
    details: OrderDetails,
    offer: str,
    is_approved: bool = False,
) -> Any:
    """Turn the basket into an order, once, and return the order.

    An order ``is_approved`` where its basket was frozen for that; any other passes the gates
    (``purchasing.gates``) first, which raise what is in its way.

    ``offer`` is the token of what the buyer saw (``offers.offer_token``). Locks the basket row,
    then stock records in pk order, then credit accounts. A basket that is already submitted gives
    its order again, so a second click or a repeated request changes nothing. If prices,
    quantities, warehouses or stock are no longer as offered, raises OfferChangedError line by
    line and orders nothing; where credit refuses the order, CreditExceededError with the sums.
    Also raises BasketMissingError, ContractSwitchedError, PermissionMissingError. Some twenty
    queries, whatever the number of lines; all of it once more after a deadlock.
    """
    context.require(PLACE_ORDERS)
    place = transaction.atomic(
        partial(_place, context, basket_id, details, offer, is_approved=is_approved)
    )
    with scope(counterparty=list(context.counterparty_ids)):
        try:
            return deadlock_retried(place)
        except StockShortageError as shortage:
            # Someone was quicker between our reading and our taking.
            raise OfferChangedError(_short_lines(context, basket_id, shortage)) from shortage


def _place(
    context: TradeContext, basket_id: int, details: OrderDetails, offer: str, *, is_approved: bool
) -> Any:
    basket = basket_locked(basket_id=basket_id, user_id=context.basket_user_id)
    if basket is None:
        raise BasketMissingError
    if basket.status == SUBMITTED:
        order = apps.get_model("order", "Order").objects.filter(basket_id=basket.pk).first()
        if order is None:
            # Of a company that he acts for no more.
            raise BasketMissingError
        return order
    if basket.status != (FROZEN if is_approved else OPEN):
        raise BasketMissingError
    if basket.contract_id != context.contract_id:
        raise ContractSwitchedError
    sheet = basket_sheet(context=context, basket=basket)
    if not sheet.lines:
        raise BasketMissingError
    differences = differences_from(offer_from(offer, basket_id=basket.pk) or {}, sheet)
    if differences:
        raise OfferChangedError(differences)
    if not is_approved:
        gates_pass(context, basket, sheet, details)
    order = _order_row(context, basket, details, sheet)
    _hold(order, _lines(order, sheet))
    _shipments(order, sheet, details)
    _take_credit(order, details)
    _announce(order)
    basket.status, basket.date_submitted = SUBMITTED, order.date_placed
    basket.save(update_fields=["status", "date_submitted"])
    return order


def order_number_next() -> str:
    """Draw the next order number, as "26-100001"; a refused order leaves a gap. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('b2b_order_number')")
        (number,) = cursor.fetchone()
    return f"{timezone.localdate():%y}-{number:06d}"


def payment_due(*, contract: Contract, day: date) -> date:
    """Until when an order placed on ``day`` is to be paid; of stages, the last of it."""
    kinds = Contract.PaymentKind
    if contract.payment_kind == kinds.DEFERRAL:
        return day + timedelta(days=contract.deferral_days)
    if contract.payment_kind == kinds.STAGES and contract.deferral_days:
        return day + timedelta(days=contract.deferral_days)
    return day + timedelta(days=PREPAYMENT_DAYS)


def _order_row(context: TradeContext, basket: Any, details: OrderDetails, sheet: Sheet) -> Any:
    contract = Contract.objects.select_related("credit", "counterparty").get(pk=context.contract_id)
    dates = [wish.planned_date for wish in details.wishes.values() if wish.planned_date]
    methods = {_wish(details, group.warehouse_id).method for group in sheet.shipments}
    return apps.get_model("order", "Order").objects.create(
        number=order_number_next(),
        basket=basket,
        user_id=context.user_id,
        contract=contract,
        counterparty_id=context.counterparty_id,
        project_id=context.project_id,
        organization_id=context.organization_id,
        currency=context.currency,
        vat_mode=context.vat_mode,
        total_incl_tax=sheet.total_incl_tax,
        total_excl_tax=sheet.total_excl_tax,
        vat_amount=sheet.vat,
        status=PLACED,
        date_placed=timezone.now(),
        payment_due=payment_due(contract=contract, day=timezone.localdate()),
        customer_number=details.customer_number,
        consignee_name=details.consignee_name,
        delivery_method=methods.pop() if len(methods) == 1 else "mixed",
        delivery_address=details.delivery_address,
        contact_person=details.contact_person,
        contact_phone=details.contact_phone,
        desired_date=min(dates, default=None),
        comment=details.comment,
        promo_code=sheet.promo_code if sheet.is_promo_working else "",
    )


def _lines(order: Any, sheet: Sheet) -> Any:
    warehouses = apps.get_model("partner", "Partner").objects.in_bulk(
        [group.warehouse_id for group in sheet.shipments]
    )
    model = apps.get_model("order", "Line")
    return model.objects.bulk_create(
        model(**_line_values(order, line, warehouses[line.warehouse_id])) for line in sheet.lines
    )


def _line_values(order: Any, line: SheetLine, warehouse: Any) -> dict[str, Any]:
    price, amount, unit = line.price, line.amount, line.unit
    if price is None or amount is None:
        raise OfferChangedError([Difference("no_price", line)])
    unit_excl_tax, unit_incl_tax = price.unit_prices_at(line.quantity)
    return {
        "order": order,
        "position": line.position,
        "partner": warehouse,
        "partner_name": warehouse.name[:128],
        "partner_sku": line.article[:128],
        "stockrecord_id": line.stock_record_id,
        "product": line.product,
        "title": line.product.get_title()[:255],
        "article": line.article,
        "unit_code": unit.code if unit else "",
        "unit_name": unit.short_name if unit else "",
        "quantity": line.quantity,
        "unit_price_excl_tax": unit_excl_tax,
        "unit_price_incl_tax": unit_incl_tax,
        "line_price_excl_tax": amount.excl_tax,
        "line_price_incl_tax": amount.incl_tax,
        "line_price_before_discounts_excl_tax": amount.excl_tax,
        "line_price_before_discounts_incl_tax": amount.incl_tax,
        "vat_label": price.vat_label,
        "vat_percent": price.vat_percent,
        "vat_amount": amount.vat,
        "status": PLACED,
        "comment": line.comment,
    }


def _hold(order: Any, lines: Any) -> None:
    stock_hold(
        requests=[HoldRequest(line.stockrecord_id, line.pk, line.quantity) for line in lines],
        contract_id=order.contract_id,
        user_id=order.user_id,
        expires_at=hold_expiry(
            order_status=order.status,
            payment_kind=order.contract.payment_kind,
            since=order.date_placed,
        ),
    )


def _take_credit(order: Any, details: OrderDetails) -> None:
    taking = credit_take(
        order_id=order.pk,
        contract=order.contract,
        amount=order.total_incl_tax,
        seen=details.credit_seen,
    )
    if taking.state:
        order.credit_state = taking.state
        order.save(update_fields=["credit_state"])


def _shipments(order: Any, sheet: Sheet, details: OrderDetails) -> None:
    Shipment.objects.bulk_create(
        Shipment(
            order=order,
            warehouse_id=group.warehouse_id or 0,
            sequence=place,
            planned_date=_wish(details, group.warehouse_id).planned_date,
            delivery_method=_wish(details, group.warehouse_id).method,
        )
        for place, group in enumerate(sheet.shipments, start=1)
    )


def _wish(details: OrderDetails, warehouse_id: int | None) -> ShipmentWish:
    return details.wishes.get(warehouse_id or 0, ShipmentWish())


def _announce(order: Any) -> None:
    """Write what must follow: the status, the invoice, the order's way to 1C."""
    apps.get_model("order", "OrderStatusChange").objects.create(
        order=order, old_status="", new_status=PLACED
    )
    document = apps.get_model("documents", "Document").objects.create(
        kind="invoice", order=order, number=order.number, date=timezone.localdate()
    )
    # An order that waits for the manager is told to 1C when he lets it go.
    if order.credit_state != WAITING:
        tell_1c(order_id=order.pk)
    outbox_put(
        topic="invoice_make",
        key=f"invoice_make:{document.pk}",
        payload={"document_id": document.pk},
    )


def _short_lines(
    context: TradeContext, basket_id: int, shortage: StockShortageError
) -> list[Difference]:
    baskets = apps.get_model("basket", "Basket").objects
    basket = baskets.filter(pk=basket_id, owner_id=context.basket_user_id).first()
    sheet = basket_sheet(context=context, basket=basket)
    free = shortage.shortages
    return [
        _short(context, line, free.get(line.stock_record_id or 0, Decimal(0)))
        for line in sheet.lines
        if line.stock_record_id in free or line.is_blocking
    ]


def _short(context: TradeContext, line: SheetLine, free: Decimal) -> Difference:
    left = seen_stock(context, free)
    return Difference("shortage", line, line.quantity, left.figure or Decimal(0), left)
