"""Placing an order: one transaction from the basket to the orders, their stock and outbox."""

from collections.abc import Mapping, Sequence
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
from b2b_apps.delivery.errors import WindowFullError
from b2b_apps.delivery.models import ShipmentDelivery
from b2b_apps.delivery.services import windows_take
from b2b_apps.inventory.errors import StockShortageError
from b2b_apps.inventory.seen import seen_stock
from b2b_apps.inventory.services import AwaitRequest, HoldRequest, hold_expiry, stock_hold
from b2b_apps.purchasing.deliveries import Decided, addresses_of, deliveries_decide
from b2b_apps.purchasing.details import OrderDetails, Receiver, ShipmentWish
from b2b_apps.purchasing.errors import (
    BasketMissingError,
    ContractSwitchedError,
    OfferChangedError,
)
from b2b_apps.purchasing.gates import gates_pass
from b2b_apps.purchasing.locks import basket_locked
from b2b_apps.purchasing.offers import (
    Difference,
    Offer,
    differences_from,
    offer_from,
    plan_offered,
)
from b2b_apps.purchasing.plan import OrderPlan
from b2b_apps.purchasing.selectors import basket_sheet
from b2b_apps.purchasing.services.order_rows import PLACED, Placing, order_rows

__all__ = ["OrderDetails", "Receiver", "ShipmentWish", "order_place", "payment_due"]

SUBMITTED = "Submitted"
# Of a request for approval: nothing is put into it any more, and an approval orders it.
FROZEN = "Frozen"
# An invoice to be paid in advance is good for so many days.
PREPAYMENT_DAYS = 3


def order_place(
    *,
    context: TradeContext,
    basket_id: int,
    details: OrderDetails,
    offer: str,
    is_approved: bool = False,
) -> Any:
    """Turn the basket into orders, once, and return the first; ``group`` has them all.

    An order ``is_approved`` where its basket was frozen for that; any other passes the gates
    (``purchasing.gates``) first, which raise what is in its way.

    ``offer`` is the token of what the buyer saw (``offers.offer_token``), shipments included.
    There is an order for each organization whose warehouses something leaves from. Locks the
    basket row, then stock records in pk order, then credit accounts, then hours of delivery. A
    basket that is already submitted gives its order again, so a second click or a repeated
    request changes nothing. If prices, quantities, stock or delivery are no longer as offered,
    raises OfferChangedError line by line and orders nothing; where credit refuses an order,
    CreditExceededError with the sums. Also raises BasketMissingError, ContractSwitchedError,
    ConsigneeUnknownError, PermissionMissingError. Some twenty queries, whatever the number of
    lines and shipments, some thirty where methods of delivery are kept, and some for each further
    organization; all of it once more after a deadlock.
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
            differences = _short_lines(context, basket_id, offer, shortage)
            raise OfferChangedError(differences) from shortage


def _place(
    context: TradeContext, basket_id: int, details: OrderDetails, offer: str, *, is_approved: bool
) -> Any:
    basket = basket_locked(basket_id=basket_id, user_id=context.basket_user_id)
    if basket is None:
        raise BasketMissingError
    if basket.status == SUBMITTED:
        return _placed(basket)
    if basket.status != (FROZEN if is_approved else context.basket_status):
        raise BasketMissingError
    if basket.contract_id != context.contract_id:
        raise ContractSwitchedError
    sheet = basket_sheet(context=context, basket=basket)
    if not sheet.lines:
        raise BasketMissingError
    shown = offer_from(offer, basket_id=basket.pk) or Offer()
    plan = plan_offered(shown, sheet)
    if differences := differences_from(shown, sheet, plan=plan):
        raise OfferChangedError(differences)
    if not is_approved:
        gates_pass(context, basket, sheet, addresses_of(plan, details))
    deliveries = deliveries_decide(
        context=context, details=details, plan=plan, is_strict=not is_approved
    )
    placing = _placing(context, basket, details, plan, shown.policy, deliveries)
    orders, lines = order_rows(placing)
    _hold(placing, lines)
    for order in orders:
        _take_credit(order, details)
    _take_windows(orders, placing)
    _announce(orders)
    basket.status, basket.date_submitted = SUBMITTED, placing.at
    basket.save(update_fields=["status", "date_submitted"])
    return orders[0]


def _placed(basket: Any) -> Any:
    """The first order of a basket that was submitted."""
    orders = apps.get_model("order", "Order").objects
    order = orders.select_related("group").filter(group__basket=basket).order_by("pk").first()
    if order is None:
        # Of a company that he acts for no more.
        raise BasketMissingError
    return order


def order_numbers_next(num: int) -> list[str]:
    """Draw order numbers, as "26-100001"; a refused order leaves a gap. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('b2b_order_number') FROM generate_series(1, %s)", [num])
        return [f"{timezone.localdate():%y}-{number:06d}" for (number,) in cursor.fetchall()]


def payment_due(*, contract: Contract, day: date) -> date:
    """Until when an order placed on ``day`` is to be paid; of stages, the last of it."""
    kinds = Contract.PaymentKind
    if contract.payment_kind == kinds.DEFERRAL:
        return day + timedelta(days=contract.deferral_days)
    if contract.payment_kind == kinds.STAGES and contract.deferral_days:
        return day + timedelta(days=contract.deferral_days)
    return day + timedelta(days=PREPAYMENT_DAYS)


def _placing(  # noqa: PLR0913, PLR0917 - all that goes into the rows
    context: TradeContext,
    basket: Any,
    details: OrderDetails,
    plan: OrderPlan,
    policy: str,
    deliveries: Mapping[str, Decided],
) -> Placing:
    contract = Contract.objects.select_related("credit", "counterparty").get(pk=context.contract_id)
    warehouses = apps.get_model("partner", "Partner").objects.in_bulk(plan.warehouse_ids)
    organizations = dict.fromkeys(
        warehouses[shipment.warehouse_id].organization_id or context.organization_id
        for shipment in plan.shipments
    )
    numbers = order_numbers_next(len(organizations))
    return Placing(
        context=context,
        basket=basket,
        details=details,
        plan=plan,
        policy=policy,
        contract=contract,
        warehouses=warehouses,
        numbers=dict(zip(organizations, numbers, strict=True)),
        at=timezone.now(),
        payment_due=payment_due(contract=contract, day=timezone.localdate()),
        deliveries=deliveries,
    )


def _hold(placing: Placing, lines: Sequence[Any]) -> None:
    stock_hold(
        requests=[
            HoldRequest(line.stockrecord_id, line.pk, line.quantity)
            for line in lines
            if not line.awaits
        ],
        awaited=[
            AwaitRequest(line.stockrecord_id, line.pk, line.quantity, line.awaits)
            for line in lines
            if line.awaits
        ],
        contract_id=placing.contract.pk,
        user_id=placing.context.user_id,
        expires_at=hold_expiry(
            order_status=PLACED,
            payment_kind=placing.contract.payment_kind,
            since=placing.at,
        ),
    )


def _take_windows(orders: Sequence[Any], placing: Placing) -> None:
    """Take the hours that were chosen, last of all: their rows are fought for."""
    wanted = {
        decided.wanted: planned.number
        for planned in placing.plan.shipments
        if (decided := placing.deliveries[planned.key]).wanted
    }
    if not wanted:
        return
    rows = ShipmentDelivery.objects.filter(shipment__order__in=orders).order_by("pk")
    kept = [d for d in placing.deliveries.values() if d.is_kept]
    try:
        loads = windows_take(wanted=[d.wanted for d in kept if d.wanted])
    except WindowFullError as full:
        raise OfferChangedError(
            [Difference("window_full", None, shipment=wanted[full.wanted])]
        ) from full
    for row, decided in zip(rows, kept, strict=True):
        row.load_id = loads.get(decided.wanted) if decided.wanted else None
    ShipmentDelivery.objects.bulk_update(rows, ["load"])


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


def _announce(orders: Sequence[Any]) -> None:
    """Write what must follow: the statuses, the invoices, the orders' way to 1C."""
    apps.get_model("order", "OrderStatusChange").objects.bulk_create(
        apps.get_model("order", "OrderStatusChange")(order=order, old_status="", new_status=PLACED)
        for order in orders
    )
    model = apps.get_model("documents", "Document")
    documents = model.objects.bulk_create(
        model(kind="invoice", order=order, number=order.number, date=timezone.localdate())
        for order in orders
    )
    for order, document in zip(orders, documents, strict=True):
        # An order that waits for the manager is told to 1C when he lets it go.
        if order.credit_state != WAITING:
            tell_1c(order_id=order.pk)
        outbox_put(
            topic="invoice_make",
            key=f"invoice_make:{document.pk}",
            payload={"document_id": document.pk},
        )


def _short_lines(
    context: TradeContext, basket_id: int, offer: str, shortage: StockShortageError
) -> Sequence[Difference]:
    """What of the offer is no longer so, now that somebody has taken his."""
    baskets = apps.get_model("basket", "Basket").objects
    basket = baskets.filter(pk=basket_id, owner_id=context.basket_user_id).first()
    sheet = basket_sheet(context=context, basket=basket)
    shown = offer_from(offer, basket_id=basket_id) or Offer()
    if found := differences_from(shown, sheet):
        return found
    # It has come back meanwhile: told all the same, and the next submit goes through.
    free = shortage.shortages
    return [
        Difference("shortage", line, line.quantity, left.figure or Decimal(0), left)
        for line in sheet.lines
        for balance in line.stock.balances.values()
        if balance.stock_record_id in free
        for left in [seen_stock(context, free[balance.stock_record_id])]
    ]
