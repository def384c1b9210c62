"""A change of a placed order that needs somebody's word waits for it as a request."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled

from b2b_apps.amending.change import Actor, AddedGoods, Change
from b2b_apps.amending.editing import refusal_text
from b2b_apps.amending.errors import (
    ChangeNeedsApprovalError,
    ChangeOverBudgetError,
    ChangeRefusedError,
    OrderMovedOnError,
    OutcomeChangedError,
)
from b2b_apps.amending.services import Outcome, order_change, refusal_note
from b2b_apps.amending.words import trouble_text
from b2b_apps.approvals.errors import (
    ApprovalNotNeededError,
    ChangeWaitsError,
    NoApproverError,
    RequestClosedError,
)
from b2b_apps.approvals.models import ApprovalRequest
from b2b_apps.approvals.plan import Plan
from b2b_apps.approvals.services.opening import request_open
from b2b_apps.contracts.errors import CreditExceededError
from b2b_apps.contracts.locks import order_locked
from b2b_apps.core.context import ReadContext
from b2b_apps.core.transient import deadlock_retried

Status = ApprovalRequest.Status


@dataclass(frozen=True, slots=True)
class ChangeNow:
    """What a change that waits would come to today; ``trouble`` says why it could not be made."""

    outcome: Outcome | None = None
    trouble: str = ""


def change_submit(
    *, context: ReadContext, order_id: int, actor: Actor, change: Change
) -> ApprovalRequest:
    """Send a change of an order to those whose word it needs; the order stays as it is.

    The caller has seen to it that the actor may see the order. No budget is taken and no stock held
    before the change is made. Locks the order. Raises ApprovalNotNeededError, NoApproverError,
    ChangeWaitsError (one waits already), and what ``order_change`` refuses; then nothing waits.
    """
    submit = transaction.atomic(partial(_submit, order_id, actor, change))
    try:
        with scope(counterparty=list(context.counterparty_ids)):
            return deadlock_retried(submit)
    except ChangeRefusedError as refused:
        # Not in the transaction, which is gone.
        with scopes_disabled():
            refusal_note(refused.troubles, order_id, actor)
        raise


def _submit(order_id: int, actor: Actor, change: Change) -> ApprovalRequest:
    order = order_locked(order_id=order_id)
    if order is None:
        raise RequestClosedError
    if ApprovalRequest.objects.filter(order=order, status=Status.WAITING).exists():
        raise ChangeWaitsError
    plan = _plan(order_id, actor, change)
    outcome = _trial(
        order_id, actor, change, approved_rules={reason.rule_id for reason in plan.reasons}
    )
    return request_open(
        plan,
        text=change.reason,
        data={"diff": outcome.diff, "total_before": str(order.total_incl_tax)},
        counterparty_id=order.counterparty_id,
        contract_id=order.contract_id,
        project_id=order.project_id,
        order=order,
        change=_plain(actor, change, outcome),
        user_id=actor.user_id,
        details={"comment": change.reason},
        currency=order.currency,
        total=outcome.planned.total_incl_tax,
        num_lines=len(outcome.planned.changed),
    )


def _plan(order_id: int, actor: Actor, change: Change) -> Plan:
    """What the gate of approvals would ask."""
    try:
        _trial(order_id, actor, change)
    except ChangeNeedsApprovalError as needed:
        plan: Plan = needed.plan
        if plan.dead_rule or not plan.steps:
            raise NoApproverError(plan.dead_rule) from needed
        return plan
    raise ApprovalNotNeededError


def _trial(
    order_id: int, actor: Actor, change: Change, approved_rules: Collection[int] = ()
) -> Outcome:
    return order_change(
        order_id=order_id,
        actor=actor,
        change=change,
        is_trial=True,
        approved_rules=approved_rules,
        notes_probes=False,
    )


def _plain(actor: Actor, change: Change, outcome: Outcome) -> dict[str, Any]:
    """What was asked; a form sends all fields of the order, asked are those that it changes."""
    return {
        "who": actor.who,
        "employee": actor.employee_id,
        "quantities": {str(pk): str(quantity) for pk, quantity in change.quantities.items()},
        "added": [[row.article, str(row.quantity)] for row in change.added],
        "days": {str(pk): day.isoformat() for pk, day in change.days.items()},
        "fields": {name: now for name, (_was, now) in outcome.planned.fields.items()},
        "reason": change.reason,
    }


def _asked(request: ApprovalRequest) -> tuple[Actor, Change]:
    """Who asked what, of the order as it is now: what others changed since stands beside it."""
    kept, order = request.change, request.order
    change = Change(
        revision=order.revision if order else 0,
        quantities={int(pk): Decimal(q) for pk, q in kept["quantities"].items()},
        added=[AddedGoods(article, Decimal(q)) for article, q in kept["added"]],
        days={int(pk): date.fromisoformat(day) for pk, day in kept["days"].items()},
        fields=kept["fields"],
        reason=kept["reason"],
    )
    return Actor(request.user_id, kept["who"], kept["employee"]), change


def _changed(request: ApprovalRequest, **how: Any) -> Outcome:
    actor, change = _asked(request)
    return order_change(
        order_id=request.order_id or 0,
        actor=actor,
        change=change,
        # Of a request that is older than the ids of its rules, none: it is to be sent again.
        approved_rules={row["id"] for row in request.reasons if "id" in row},
        notes_probes=False,
        **how,
    )


def change_now(request: ApprovalRequest, *, sees_prices: bool = True) -> ChangeNow:
    """Return what a change that waits would come to today, by today's prices and stock. A trial:
    nothing of it stays. Who does not see prices is told no sum.
    """
    try:
        return ChangeNow(_changed(request, is_trial=True))
    except ChangeRefusedError as refused:
        return ChangeNow(trouble=" ".join(_said(t) for t in refused.troubles))
    except OrderMovedOnError:
        return ChangeNow(trouble=_("The order was changed meanwhile: look at it again."))
    except (ChangeNeedsApprovalError, ChangeOverBudgetError, CreditExceededError) as error:
        if isinstance(error, CreditExceededError) and not sees_prices:
            return ChangeNow(trouble=_("The credit limit of the contract does not allow it."))
        return ChangeNow(trouble=refusal_text(error, request.currency))


def _said(trouble: Any) -> str:
    text = trouble_text(trouble)
    return f"{trouble.article}: {text}" if trouble.article else text


def change_seen(request: ApprovalRequest, offer: str) -> Outcome:
    """Return what the change comes to, if that is what the approver saw. The caller has locked the
    request; locks the order. Raises OutcomeChangedError, and what ``order_change`` refuses.
    """
    order_locked(order_id=request.order_id or 0)
    if request.order is not None:
        request.order.refresh_from_db()
    outcome = _changed(request, is_trial=True)
    if outcome.mark != offer:
        raise OutcomeChangedError(outcome)
    return outcome


def change_make(request: ApprovalRequest, offer: str) -> Outcome:
    """Make the change of a request that everybody has approved, as it was seen."""
    return _changed(request, seen=offer)
