"""The course of a request: its steps with who decides on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils import timezone

from b2b_apps.approvals.models import ApprovalRequest, RequestEvent, RequestStep
from b2b_apps.approvals.selectors import deputies_on
from b2b_apps.approvals.words import people_words

Kind = RequestEvent.Kind
ENDING = frozenset({Kind.REFUSED, Kind.RETURNED})
SENDING = frozenset({Kind.SENT, Kind.AGAIN})


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step in words; ``people`` with whom stands in today. ``ended`` is the event by which one
    of them, or who stood in for him, has refused the request or sent it back.
    """

    step: RequestStep
    people: str
    deputies: str
    decided: Sequence[Any]
    ended: RequestEvent | None = None


def steps_of(
    request: ApprovalRequest, events: Sequence[RequestEvent]
) -> Sequence[Sequence[StepRow]]:
    """The steps of the last round, those open at once together; ``events`` are all of the request,
    the last one last. Three queries.
    """
    course = [event for event in events if event.kind in ENDING | SENDING]
    ended = course[-1] if course and course[-1].kind in ENDING else None
    steps = list(
        request.steps.prefetch_related("approvers__employee__user", "approvers__decided_by")
    )
    last = max((step.round for step in steps), default=0)
    steps = [step for step in steps if step.round == last]
    found = deputies_on(
        counterparty_id=request.counterparty_id,
        employee_ids=[a.employee_id for step in steps for a in step.approvers.all()],
        day=timezone.localdate(),
    )
    return [
        [_step_row(step, found, ended) for step in group]
        for _stage, group in groupby(steps, key=lambda step: step.stage)
    ]


def _step_row(
    step: RequestStep, deputies: Mapping[int, Sequence[Any]], ended: RequestEvent | None
) -> StepRow:
    approvers = list(step.approvers.all())
    standing_in = [str(d) for a in approvers for d in deputies.get(a.employee_id, ())]
    is_closed = step.state == RequestStep.State.CLOSED
    return StepRow(
        step,
        people_words([str(a.employee) for a in approvers], step.mode),
        ", ".join(standing_in) if step.state in {"open", "ahead"} else "",
        [a for a in approvers if a.decided_at],
        ended if ended and is_closed and _is_by(ended, approvers) else None,
    )


def _is_by(event: RequestEvent, approvers: Sequence[Any]) -> bool:
    people = {approver.employee.user_id for approver in approvers}
    return not people.isdisjoint({event.user_id, event.instead_of_id})
