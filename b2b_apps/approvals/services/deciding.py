"""Deciding on a request: approve, refuse, return, withdraw. One outcome, whoever comes first."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils import timezone
from django_scopes import scope

from b2b_apps.approvals.details import details_from
from b2b_apps.approvals.errors import (
    BudgetExceededError,
    NotYourTurnError,
    RequestClosedError,
)
from b2b_apps.approvals.events import Kind, event_note, tell_approvers, tell_buyer
from b2b_apps.approvals.locks import request_locked
from b2b_apps.approvals.models import ApprovalRequest, RequestStep, StepApprover
from b2b_apps.approvals.planning import plan_of_request
from b2b_apps.approvals.selectors import buyer_context, turns_of
from b2b_apps.approvals.services.budgets import budgets_free, budgets_take
from b2b_apps.approvals.services.chain import (
    chain_again,
    chain_close,
    chain_open_next,
)
from b2b_apps.approvals.services.changes import change_make, change_seen
from b2b_apps.core.context import ReadContext, TradeContext
from b2b_apps.core.transient import deadlock_retried
from b2b_apps.purchasing.errors import BasketMissingError, OfferChangedError
from b2b_apps.purchasing.locks import basket_locked
from b2b_apps.purchasing.offers import Offer, differences_from, offer_from
from b2b_apps.purchasing.selectors import basket_sheet
from b2b_apps.purchasing.services import order_place
from b2b_apps.purchasing.sheet import Sheet

Status = ApprovalRequest.Status
State = RequestStep.State


def request_approve(
    *, context: ReadContext, request_id: int, version: int, offer: str, comment: str = ""
) -> ApprovalRequest:
    """Approve a request as the person's turn is; the last approval places the order, or changes it,
    in the same transaction.

    ``offer`` is the token of what he saw: if prices, quantities, warehouses or stock are others
    by now, OfferChangedError says so line by line and nothing is approved. Where the sum has grown
    since others approved, and the rule wants it, they are asked anew. Also raises
    RequestClosedError, NotYourTurnError, BasketMissingError (its buyer may no longer order),
    BudgetExceededError, CreditExceededError; of a change OutcomeChangedError and what
    ``order_change`` refuses. Locks the request, its basket, periods of budgets,
    then what ``order_place`` locks.
    """

    def decide(request: ApprovalRequest) -> ApprovalRequest:
        turns = _turns(context, request)
        if request.is_change:
            outcome = change_seen(request, offer)
            total, num_lines = outcome.planned.total_incl_tax, len(outcome.planned.changed)
            place = partial(_change_order, request, offer)
        else:
            buyer, sheet = _seen(request, offer)
            total, num_lines = sheet.total_incl_tax, sheet.num_lines
            place = partial(_place, request, buyer, sheet, offer)
        instead_of = _approve(turns, context, total)
        request.total, request.num_lines = total, num_lines
        event = event_note(
            request,
            Kind.APPROVED,
            user_id=context.user_id,
            text=comment,
            data={"total": str(total)},
            instead_of_id=instead_of,
        )
        if chain_again(request, total=total, user_id=context.user_id):
            return _saved(request)
        if not chain_open_next(request, event):
            place()
        return _saved(request)

    return _locked(context, request_id, version, decide)


def request_refuse(
    *, context: ReadContext, request_id: int, version: int, reason: str
) -> ApprovalRequest:
    """Refuse a request; what it took of budgets is free again.

    Locks the request, then the periods. Raises RequestClosedError, NotYourTurnError.
    """
    return _locked(
        context, request_id, version, partial(_end, context, Status.REFUSED, Kind.REFUSED, reason)
    )


def request_return(
    *, context: ReadContext, request_id: int, version: int, reason: str
) -> ApprovalRequest:
    """Give a request back to its buyer for correction; budgets stay taken while he corrects it.

    Locks the request. Raises RequestClosedError, NotYourTurnError.
    """

    def give_back(request: ApprovalRequest) -> ApprovalRequest:
        if request.is_change:
            raise NotYourTurnError
        turns = _turns(context, request)
        chain_close(request)
        request.status = Status.RETURNED
        event = event_note(
            request,
            Kind.RETURNED,
            user_id=context.user_id,
            text=reason,
            instead_of_id=_instead_of(turns, context),
        )
        tell_buyer(request, event)
        return _saved(request)

    return _locked(context, request_id, version, give_back)


def request_withdraw(
    *, context: ReadContext, request_id: int, version: int | None = None
) -> ApprovalRequest:
    """Take a request back as its buyer; budgets are free again. Approvers are told.

    Locks the request, then the periods. Raises RequestClosedError, NotYourTurnError.
    """

    def take_back(request: ApprovalRequest) -> ApprovalRequest:
        if request.user_id != context.user_id:
            raise NotYourTurnError
        people = chain_close(request)
        _free(request, context.user_id)
        request.status, request.decided_at = Status.WITHDRAWN, timezone.now()
        event = event_note(request, Kind.WITHDRAWN, user_id=context.user_id)
        tell_approvers(request, event, people)
        return _saved(request)

    return _locked(
        context, request_id, version, take_back, may_be=(Status.WAITING, Status.RETURNED)
    )


def _locked(
    context: ReadContext,
    request_id: int,
    version: int | None,
    work: Callable[[ApprovalRequest], ApprovalRequest],
    may_be: tuple[str, ...] = (Status.WAITING,),
) -> ApprovalRequest:
    def locked() -> ApprovalRequest:
        request = request_locked(request_id=request_id)
        if request is None or request.status not in may_be:
            raise RequestClosedError
        if version is not None and request.version != version:
            raise RequestClosedError
        return work(request)

    with scope(counterparty=list(context.counterparty_ids)):
        return deadlock_retried(transaction.atomic(locked))


def _turns(context: ReadContext, request: ApprovalRequest) -> list[StepApprover]:
    """The person's turns, one of each step: his own before one that he stands in for."""
    rows = turns_of(context=context, request_id=request.pk).select_related("step", "employee")
    found: dict[int, StepApprover] = {}
    for turn in sorted(rows, key=lambda t: t.employee_id != context.employee_id):
        found.setdefault(turn.step_id, turn)
    if not found:
        raise NotYourTurnError
    return list(found.values())


def _seen(request: ApprovalRequest, offer: str) -> tuple[TradeContext, Sheet]:
    """The content as it is now, if that is what the approver saw."""
    buyer = buyer_context(request)
    basket = basket_locked(basket_id=request.basket_id or 0, user_id=request.user_id)
    if buyer is None or basket is None:
        raise BasketMissingError
    sheet = basket_sheet(context=buyer, basket=basket)
    if differences := differences_from(offer_from(offer, basket_id=basket.pk) or Offer(), sheet):
        raise OfferChangedError(differences)
    return buyer, sheet


def _approve(turns: list[StepApprover], context: ReadContext, total: Decimal) -> int | None:
    """Note the person's approval; a step of which it was enough is done."""
    now = timezone.now()
    for turn in turns:
        turn.decided_by_id, turn.decided_at = context.user_id, now
        turn.save(update_fields=["decided_by", "decided_at"])
        step = turn.step
        waits = step.approvers.filter(decided_at__isnull=True).exists()
        step.total_seen = total
        if step.mode == "any" or not waits:
            step.state, step.done_at = State.DONE, now
        step.save(update_fields=["state", "done_at", "total_seen"])
    return _instead_of(turns, context)


def _instead_of(turns: list[StepApprover], context: ReadContext) -> int | None:
    employee = turns[0].employee
    return None if employee.pk == context.employee_id else employee.user_id


def _place(request: ApprovalRequest, buyer: TradeContext, sheet: Sheet, offer: str) -> None:
    """Order what was approved, by its buyer's hand."""
    plan = plan_of_request(request, context=buyer, sheet=sheet)
    if over := plan.exceeded:
        raise BudgetExceededError(over.name, over.left_before, over.asked)
    budgets_take(basket_id=sheet.id or 0, uses=plan.uses, user_id=request.user_id, may_exceed=True)
    order = order_place(
        context=buyer,
        basket_id=sheet.id or 0,
        details=details_from(request.details, today=timezone.localdate()),
        offer=offer,
        is_approved=True,
    )
    request.status, request.decided_at = Status.APPROVED, timezone.now()
    request.order_number = order.number
    event = event_note(request, Kind.PLACED, data={"order": order.number})
    tell_buyer(request, event)


def _change_order(request: ApprovalRequest, offer: str) -> None:
    """Change the order as it was approved, by the hand of who asked."""
    change_make(request, offer)
    request.status, request.decided_at = Status.APPROVED, timezone.now()
    number = request.order.number if request.order else ""
    request.order_number = number
    tell_buyer(request, event_note(request, Kind.PLACED, data={"order": number}))


def _free(request: ApprovalRequest, user_id: int) -> None:
    """Give back what its basket took; a change takes nothing before it is made."""
    if request.basket_id is not None:
        budgets_free(basket_id=request.basket_id, user_id=user_id, reason=request.number)


def _end(
    context: ReadContext, status: str, kind: str, reason: str, request: ApprovalRequest
) -> ApprovalRequest:
    turns = _turns(context, request)
    instead_of = _instead_of(turns, context)
    chain_close(request)
    _free(request, context.user_id)
    request.status, request.decided_at = status, timezone.now()
    event = event_note(
        request, kind, user_id=context.user_id, text=reason, instead_of_id=instead_of
    )
    tell_buyer(request, event)
    return _saved(request)


def _saved(request: ApprovalRequest) -> ApprovalRequest:
    request.version += 1
    request.save()
    return request
