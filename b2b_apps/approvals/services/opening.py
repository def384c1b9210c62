"""A request comes to be: of a basket, or of a change; its first approvers are told."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from b2b_apps.approvals.events import Kind, event_note
from b2b_apps.approvals.models import ApprovalRequest
from b2b_apps.approvals.plan import Plan
from b2b_apps.approvals.services.chain import chain_open_next, chain_write
from b2b_apps.companies.models import Counterparty


def request_open(
    plan: Plan, *, text: str = "", data: Mapping[str, Any] | None = None, **columns: Any
) -> ApprovalRequest:
    """Make a request by a plan that was checked, with its steps, and write to those who decide
    first. The other ``columns`` are the caller's; ``text`` and ``data`` stand in its history.

    The people of the company see from now on what waits, though its rules may be its holding's.
    """
    Counterparty.objects.filter(pk=columns["counterparty_id"], uses_approvals=False).update(
        uses_approvals=True
    )
    request: ApprovalRequest = ApprovalRequest.objects.create(
        number=_number_next(),
        department_id=plan.department_id,
        reasons=[reason.plain() for reason in plan.reasons],
        on_change=plan.on_change,
        **columns,
    )
    chain_write(request, plan.steps)
    event = event_note(request, Kind.SENT, user_id=columns["user_id"], text=text, data=data)
    chain_open_next(request, event)
    return request


def _number_next() -> str:
    """Draw the next number of a request, as "S-26-00012". One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('b2b_request_number')")
        (number,) = cursor.fetchone()
    return f"S-{timezone.localdate():%y}-{number:05d}"
