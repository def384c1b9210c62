"""What happened to a request: a line of its history, and who is written to about it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings

from b2b_apps.approvals.models import ApprovalRequest, RequestEvent
from b2b_apps.companies.models import Employee
from b2b_apps.core.mail import mail_put
from b2b_apps.core.texts import text_typed

Kind = RequestEvent.Kind


def event_note(  # noqa: PLR0913 - the columns of a line of the history
    request: ApprovalRequest,
    kind: str,
    *,
    user_id: int | None = None,
    text: str = "",
    data: Mapping[str, Any] | None = None,
    instead_of_id: int | None = None,
) -> RequestEvent:
    """Write what happened. One query."""
    event: RequestEvent = RequestEvent.objects.create(
        request=request,
        kind=kind,
        user_id=user_id,
        text=text_typed(text, 1000),
        data=dict(data or {}),
        instead_of_id=instead_of_id,
    )
    return event


def request_link(request: ApprovalRequest) -> str:
    """The address of a request, as a mail says it."""
    return f"{settings.PORTAL_URL.rstrip('/')}/approvals/{request.number}/"


def tell_buyer(request: ApprovalRequest, event: RequestEvent) -> None:
    """Write to who wants the order. One query."""
    _mail(request, event, str(request.user.email), "approval_buyer.txt")


def tell_approvers(
    request: ApprovalRequest, event: RequestEvent, employees: Collection[Employee]
) -> None:
    """Write to approvers. A query for each of them."""
    for employee in employees:
        _mail(request, event, str(employee.user.email), "approval_asked.txt")


def _mail(request: ApprovalRequest, event: RequestEvent, to: str, template: str) -> None:
    mail_put(
        key=f"approval:{request.pk}:{event.pk}",
        to=to,
        template=template,
        context={
            "request": request,
            "event": event,
            "details": request.details,
            "link": request_link(request),
        },
    )
