"""What clients approve by themselves, as the staff see it: to be read, never to be decided."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from b2b_apps.approvals.models import ApprovalRequest, StepApprover


def approval_requests() -> QuerySet[ApprovalRequest]:
    """Requests of all clients, for a board. One query when read."""
    return ApprovalRequest.objects.all()


def with_parties(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add the client, the contract and who wants the order. No query of its own."""
    return rows.select_related("counterparty", "contract", "user")


def waiting_attach(rows: Sequence[Any]) -> None:
    """Give each request ``waits_for``: the names of who may decide now, and ``waits_since``. One
    query.
    """
    found = StepApprover.objects.filter(
        step__request__in=[row.pk for row in rows], step__state="open", decided_at__isnull=True
    ).select_related("step", "employee__user")
    by_request: dict[int, list[Any]] = {}
    for approver in found:
        by_request.setdefault(approver.step.request_id, []).append(approver)
    for row in rows:
        approvers = by_request.get(row.pk, []) if row.status == "waiting" else []
        row.waits_for = ", ".join(dict.fromkeys(str(a.employee) for a in approvers))
        opened = [a.step.opened_at for a in approvers if a.step.opened_at]
        row.waits_since = min(opened, default=None)


def request_card(number: str) -> ApprovalRequest | None:
    """Return a request with its parties, or None. One query."""
    rows = approval_requests().select_related(
        "counterparty", "contract", "user", "department", "project", "order"
    )
    found: ApprovalRequest | None = rows.filter(number=number).first()
    return found


def requests_of_order(order: Any) -> Sequence[ApprovalRequest]:
    """Return the request that an order was approved by, and the change of it that waits. One
    query.
    """
    test = Q(order=order, status=ApprovalRequest.Status.WAITING)
    if order.basket_id is not None:
        test |= Q(basket=order.basket_id)
    return list(approval_requests().filter(test))
