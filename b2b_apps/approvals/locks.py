"""What approvals lock: a request before its basket, periods of budgets in pk order."""

from collections.abc import Sequence

from django.db.models import Q

from b2b_apps.approvals.models import ApprovalRequest, BudgetPeriod


def request_locked(*, request_id: int) -> ApprovalRequest | None:
    """Return a request, locked until the end of the transaction. One query."""
    rows = ApprovalRequest.objects.select_for_update(of=("self",))
    return rows.select_related("user", "contract").filter(pk=request_id).first()


def periods_locked(wanted: Q) -> Sequence[BudgetPeriod]:
    """Return periods with their budgets, locked in pk order to the transaction's end. One query."""
    rows = BudgetPeriod.objects.select_for_update(of=("self",)).filter(wanted)
    return list(rows.select_related("budget").order_by("pk"))
