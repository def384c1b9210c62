"""Questions about who acts for which company."""

from collections.abc import Sequence

from b2b_apps.companies.models import Membership
from b2b_apps.core.context import ReadContext


def memberships_of(*, user_id: int) -> Sequence[Membership]:
    """Return a person's roles in active companies, the default one first, with the companies and
    their managers. One query.
    """
    rows = Membership.objects.filter(
        employee__user_id=user_id, employee__user__is_active=True, counterparty__is_active=True
    )
    return list(rows.select_related("counterparty__manager__user").order_by("-is_default", "pk"))


def read_context_of(*, user_id: int, memberships: Sequence[Membership]) -> ReadContext | None:
    """Return what the roles let a person read, or None for one without a role. No query."""
    if not memberships:
        return None
    roles = tuple((m.counterparty_id, m.permissions) for m in memberships)
    return ReadContext(user_id, memberships[0].employee_id, roles)
