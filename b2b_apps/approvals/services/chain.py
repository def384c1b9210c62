"""The chain of a request: its steps are written, opened stage after stage, closed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils import timezone

from b2b_apps.approvals.events import Kind, event_note, tell_approvers
from b2b_apps.approvals.hours import working_hours_after
from b2b_apps.approvals.models import (
    ApprovalRequest,
    RequestEvent,
    RequestStep,
    StepApprover,
)
from b2b_apps.approvals.plan import PlannedStep
from b2b_apps.approvals.selectors import deputies_on
from b2b_apps.companies.models import Employee

State = RequestStep.State


def chain_write(request: ApprovalRequest, steps: Sequence[PlannedStep]) -> None:
    """Write the steps of a new round. Two queries for each step."""
    last = _round(request)
    for planned in steps:
        step = RequestStep.objects.create(
            request=request,
            round=last + 1,
            stage=planned.stage,
            mode=planned.mode,
            rule_name=planned.rule_name,
            may_own=planned.may_own,
            remind_hours=planned.remind_hours,
            escalate_hours=planned.escalate_hours,
        )
        StepApprover.objects.bulk_create(
            StepApprover(step=step, employee_id=pk, origin=why) for pk, why in planned.approvers
        )


def _round(request: ApprovalRequest) -> int:
    """The last round of a request; 0 before the first. One query."""
    return request.steps.order_by("-round").values_list("round", flat=True).first() or 0


def chain_open_next(request: ApprovalRequest, event: RequestEvent) -> bool:
    """Open the next stage if none is open, and write to its approvers; False if all is approved."""
    steps = list(request.steps.filter(state__in=[State.AHEAD, State.OPEN]).order_by("stage", "pk"))
    if not steps:
        return False
    if any(step.state == State.OPEN for step in steps):
        return True
    now = timezone.now()
    opened = [step for step in steps if step.stage == steps[0].stage]
    for step in opened:
        step.state, step.opened_at = State.OPEN, now
        step.remind_at = _due(now, step.remind_hours)
        step.escalate_at = _due(now, step.escalate_hours)
        step.save(update_fields=["state", "opened_at", "remind_at", "escalate_at"])
    tell_approvers(request, event, to_decide(request, opened))
    return True


def _due(now: datetime, hours: int | None) -> datetime | None:
    return working_hours_after(now, hours) if hours else None


def to_decide(request: ApprovalRequest, steps: Collection[RequestStep]) -> Sequence[Employee]:
    """Who has to decide on open steps, with those who stand in for them today. Two queries."""
    rows = StepApprover.objects.filter(step__in=steps, decided_at__isnull=True)
    people = {row.employee_id: row.employee for row in rows.select_related("employee__user")}
    found = deputies_on(
        counterparty_id=request.counterparty_id,
        employee_ids=people.keys(),
        day=timezone.localdate(),
    )
    for deputies in found.values():
        people |= {deputy.pk: deputy for deputy in deputies}
    return [person for person in people.values() if person.user.is_active]


def chain_close(request: ApprovalRequest) -> Sequence[Employee]:
    """Let no step be decided on any more; return who was to decide."""
    opened = list(request.steps.filter(state=State.OPEN))
    people = to_decide(request, opened)
    request.steps.filter(state__in=[State.OPEN, State.AHEAD]).update(state=State.CLOSED)
    return people


def chain_again(request: ApprovalRequest, *, total: object, user_id: int | None) -> bool:
    """Open what was approved at a smaller sum anew, if the rule says so; whether there is any."""
    done = request.steps.filter(state=State.DONE, total_seen__lt=total)
    stages = set(done.values_list("stage", flat=True))
    if request.on_change != "again" or not stages:
        return False
    round_now = _round(request)
    again = done.filter(round=round_now)
    StepApprover.objects.filter(step__in=again).update(decided_at=None, decided_by=None)
    # All later stages wait for these.
    request.steps.filter(round=round_now, state=State.OPEN).update(state=State.AHEAD)
    again.update(state=State.AHEAD, total_seen=None, done_at=None)
    event = event_note(request, Kind.AGAIN, user_id=user_id, data={"total": str(total)})
    chain_open_next(request, event)
    return True
