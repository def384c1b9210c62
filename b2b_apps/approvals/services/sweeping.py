"""What time does to requests: approvers are reminded, steps are passed on, what can no longer be
is closed.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.amending.rules import ENDED
from b2b_apps.approvals.chains import PASSED_ON
from b2b_apps.approvals.events import Kind, event_note, tell_approvers, tell_buyer
from b2b_apps.approvals.locks import request_locked
from b2b_apps.approvals.models import ApprovalRequest, RequestStep, StepApprover
from b2b_apps.approvals.selectors import people_of
from b2b_apps.approvals.services.chain import chain_close, to_decide
from b2b_apps.companies.models import Employee
from b2b_apps.companies.roles import Role
from b2b_apps.fulfilment.models import Shipment

State = RequestStep.State
WAITING = ApprovalRequest.Status.WAITING


def steps_sweep(*, limit: int = 100) -> int:
    """Remind of steps whose time has come, pass on those that took too long; return how many.

    Each request in a transaction of its own, which locks it.
    """
    now = timezone.now()
    with scopes_disabled():
        due = RequestStep.objects.filter(
            Q(remind_at__lte=now) | Q(escalate_at__lte=now), state=State.OPEN
        )
        ids = sorted(set(due.order_by().values_list("request_id", flat=True)[:limit]))
        return sum(_sweep(request_id) for request_id in ids)


def changes_sweep(*, limit: int = 100) -> int:
    """Close changes that wait of orders that were cancelled or have left; return how many. Who
    asked is told.

    Each request in a transaction of its own, which locks it. What has ended comes back no more.
    """
    with scopes_disabled():
        waiting = ApprovalRequest.objects.filter(status=WAITING, order__isnull=False)
        goes_on = Shipment.objects.filter(order=OuterRef("order")).exclude(status__in=ENDED)
        ids = waiting.filter(~Exists(goes_on)).order_by("pk").values_list("pk", flat=True)
        return sum(_close(request_id) for request_id in list(ids[:limit]))


@transaction.atomic
def _close(request_id: int) -> int:
    request = request_locked(request_id=request_id)
    if request is None or request.status != WAITING:
        return 0
    chain_close(request)
    request.status, request.decided_at = ApprovalRequest.Status.WITHDRAWN, timezone.now()
    request.version += 1
    request.save(update_fields=["status", "decided_at", "version"])
    tell_buyer(request, event_note(request, Kind.WITHDRAWN))
    return 1


@transaction.atomic
def _sweep(request_id: int) -> int:
    request = request_locked(request_id=request_id)
    if request is None or request.status != WAITING:
        return 0
    now, done = timezone.now(), 0
    for step in request.steps.filter(state=State.OPEN):
        if step.escalate_at and step.escalate_at <= now:
            _pass_on(request, step)
            done += 1
        elif step.remind_at and step.remind_at <= now:
            step.remind_at = None
            step.save(update_fields=["remind_at"])
            people = to_decide(request, [step])
            event = event_note(request, Kind.REMINDED, data={"to": [str(p) for p in people]})
            tell_approvers(request, event, people)
            done += 1
    return done


def _pass_on(request: ApprovalRequest, step: RequestStep) -> None:
    """Let others decide as well, any one of them: who comes next, else the heads of the company."""
    step.remind_at = step.escalate_at = None
    people = _next(request, step)
    if people:
        step.mode = "any"
        StepApprover.objects.bulk_create(
            StepApprover(step=step, employee=person, origin=PASSED_ON) for person in people
        )
    step.save(update_fields=["remind_at", "escalate_at", "mode"])
    event = event_note(request, Kind.PASSED_ON, data={"to": [str(p) for p in people]})
    tell_approvers(request, event, people or to_decide(request, [step]))


def _next(request: ApprovalRequest, step: RequestStep) -> Sequence[Employee]:
    """The people of the next stage, else the heads of the company; nobody who is there already,
    nor the buyer.
    """
    there = set(step.approvers.values_list("employee_id", flat=True))
    following = StepApprover.objects.filter(
        step__request=request, step__round=step.round, step__state=State.AHEAD
    ).select_related("employee__user", "step")
    rows = sorted(following, key=lambda a: a.step.stage)
    later = [a.employee for a in rows if a.step.stage == rows[0].step.stage]
    heads = [
        m.employee
        for m in people_of(counterparty_id=request.counterparty_id)
        if m.role == Role.HEAD
    ]
    for people in (later, heads):
        found = [p for p in people if p.pk not in there and p.user_id != request.user_id]
        if found:
            return found
    return []
