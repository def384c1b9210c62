"""Changing the quantities of a request: by an approver, or by its buyer who corrects it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django_scopes import scope

from b2b_apps.approvals.errors import NotYourTurnError, RequestClosedError
from b2b_apps.approvals.events import Kind, event_note, tell_buyer
from b2b_apps.approvals.locks import request_locked
from b2b_apps.approvals.models import ApprovalRequest, RequestLine
from b2b_apps.approvals.planning import plan_of_request
from b2b_apps.approvals.selectors import buyer_context, turns_of
from b2b_apps.approvals.services.budgets import budgets_take
from b2b_apps.approvals.services.chain import chain_close, chain_open_next, chain_write
from b2b_apps.approvals.services.submitting import plan_checked
from b2b_apps.core.context import ReadContext, TradeContext
from b2b_apps.core.transient import deadlock_retried
from b2b_apps.purchasing.errors import BasketFullError, BasketMissingError
from b2b_apps.purchasing.goods import packs_of
from b2b_apps.purchasing.leaving import fitting_packs
from b2b_apps.purchasing.locks import basket_locked
from b2b_apps.purchasing.quantities import MAX_QUANTITY, Correction
from b2b_apps.purchasing.selectors import basket_sheet
from b2b_apps.purchasing.sheet import Sheet, SheetLine

Status = ApprovalRequest.Status
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RequestChange:
    """Whether anything changed, and which quantities were raised to their pack."""

    is_changed: bool
    corrections: Sequence[Correction] = ()


def request_change(
    *, context: ReadContext, request_id: int, version: int, quantities: Mapping[int, Decimal]
) -> RequestChange:
    """Set quantities (basket line id to base units, 0 takes it out) of a request whose turn it is
    for the person, or of one returned to him.

    Raised to minimum and multiple, which the answer says. What changed is a line of the history,
    the buyer is told by mail; budgets follow. At least one line has to stay. Locks the request,
    its basket, periods of budgets. Raises RequestClosedError, NotYourTurnError, BasketMissingError,
    BudgetExceededError, BasketFullError.
    """
    change = partial(_change, context, request_id, version, quantities)
    with scope(counterparty=list(context.counterparty_ids)):
        return deadlock_retried(transaction.atomic(change))


def request_send_again(*, context: ReadContext, request_id: int, version: int) -> ApprovalRequest:
    """Send a returned request for approval once more: rules, prices and budgets of today decide.

    Locks the request, its basket, periods of budgets. Raises what ``request_submit`` does, and
    RequestClosedError, NotYourTurnError.
    """
    send = partial(_send_again, context, request_id, version)
    with scope(counterparty=list(context.counterparty_ids)):
        return deadlock_retried(transaction.atomic(send))


def _change(
    context: ReadContext, request_id: int, version: int, quantities: Mapping[int, Decimal]
) -> RequestChange:
    request = _of_version(request_id, version)
    is_mine = request.status == Status.RETURNED and request.user_id == context.user_id
    if not is_mine and not turns_of(context=context, request_id=request.pk).exists():
        raise NotYourTurnError
    buyer, sheet = _content(request)
    corrections = _corrections(sheet, quantities)
    diff = _write(request, sheet, quantities)
    if not diff:
        return RequestChange(is_changed=False, corrections=corrections)
    after = basket_sheet(context=buyer, basket=request.basket)
    if not after.lines:
        raise BasketMissingError
    _budgets(request, buyer, after, context.user_id)
    request.total, request.num_lines = after.total_incl_tax, after.num_lines
    request.version += 1
    request.save(update_fields=["total", "num_lines", "version"])
    data = {"lines": diff, "total": str(after.total_incl_tax), "was": str(sheet.total_incl_tax)}
    event = event_note(request, Kind.CHANGED, user_id=context.user_id, data=data)
    if not is_mine:
        tell_buyer(request, event)
    return RequestChange(is_changed=True, corrections=corrections)


def _of_version(request_id: int, version: int) -> ApprovalRequest:
    request = request_locked(request_id=request_id)
    if request is None or not request.is_open or request.version != version:
        raise RequestClosedError
    return request


def _content(request: ApprovalRequest) -> tuple[TradeContext, Sheet]:
    buyer = buyer_context(request)
    basket = basket_locked(basket_id=request.basket_id or 0, user_id=request.user_id)
    if buyer is None or basket is None:
        raise BasketMissingError
    return buyer, basket_sheet(context=buyer, basket=basket)


def _write(
    request: ApprovalRequest, sheet: Sheet, quantities: Mapping[int, Decimal]
) -> list[dict[str, Any]]:
    """Write what differs into the frozen basket and the request; return it, line by line."""
    rows = apps.get_model("basket", "Line").objects.filter(basket_id=request.basket_id)
    diff = []
    for line in sheet.lines:
        wanted = quantities.get(line.id)
        if wanted is None:
            continue
        quantity = _fitting(line, wanted)
        if quantity == line.quantity:
            continue
        if quantity:
            rows.filter(pk=line.id).update(quantity=quantity)
        else:
            rows.filter(pk=line.id).delete()
        RequestLine.objects.filter(request=request, line_id=line.id).update(quantity=quantity)
        diff.append(
            {
                "article": line.article,
                "unit": line.unit.short_name if line.unit else "",
                "was": f"{line.quantity.normalize():f}",
                "now": f"{quantity.normalize():f}",
            }
        )
    return diff


def _corrections(sheet: Sheet, quantities: Mapping[int, Decimal]) -> list[Correction]:
    """What of the wanted quantities is raised to the pack."""
    found = []
    for line in sheet.lines:
        wanted = quantities.get(line.id, ZERO)
        taken = _fitting(line, wanted)
        if taken > wanted:
            packs = packs_of(line.product, line.price)
            found.append(Correction(line.product.pk, wanted, taken, *packs, article=line.article))
    return found


def _fitting(line: SheetLine, wanted: Decimal) -> Decimal:
    if wanted <= 0:
        return ZERO
    fitting = fitting_packs(line.product, wanted, line.price)
    if fitting > MAX_QUANTITY:
        raise BasketFullError
    return fitting


def _budgets(request: ApprovalRequest, buyer: TradeContext, sheet: Sheet, user_id: int) -> None:
    plan = plan_of_request(request, context=buyer, sheet=sheet)
    budgets_take(basket_id=request.basket_id or 0, uses=plan.uses, user_id=user_id, may_exceed=True)


def _send_again(context: ReadContext, request_id: int, version: int) -> ApprovalRequest:
    request = _of_version(request_id, version)
    if request.user_id != context.user_id or request.status != Status.RETURNED:
        raise NotYourTurnError
    buyer, sheet = _content(request)
    if not sheet.lines:
        raise BasketMissingError
    plan = plan_checked(plan_of_request(request, context=buyer, sheet=sheet))
    budgets_take(
        basket_id=request.basket_id or 0, uses=plan.uses, user_id=context.user_id, may_exceed=True
    )
    request.status, request.version = Status.WAITING, request.version + 1
    request.department_id, request.on_change = plan.department_id, plan.on_change
    request.reasons = [reason.plain() for reason in plan.reasons]
    request.total, request.num_lines = sheet.total_incl_tax, sheet.num_lines
    request.save()
    chain_close(request)
    chain_write(request, plan.steps)
    event = event_note(request, Kind.SENT, user_id=context.user_id, data={"again": True})
    chain_open_next(request, event)
    request.refresh_from_db()
    return request
