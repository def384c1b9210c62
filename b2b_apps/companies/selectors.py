"""Questions about who acts for which company."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Counterparty, Membership
from b2b_apps.core.context import ReadContext
from b2b_apps.core.prepared import PreparedRows


def memberships_of(*, user_id: int) -> Sequence[Membership]:
    """Return a person's roles in active companies, the default one first, with the companies and
    their managers. One query.
    """
    return _MEMBERSHIPS(user_id=user_id)


def _memberships(user_id: int) -> QuerySet[Membership]:
    rows = Membership.objects.filter(
        employee__user_id=user_id, employee__user__is_active=True, counterparty__is_active=True
    )
    return rows.select_related("counterparty__manager__user").order_by("-is_default", "pk")


def companies_closed_to(*, user_id: int) -> QuerySet[Counterparty]:
    """Return the companies that a person has a role in and that are closed with us, with their
    managers. One query when read.
    """
    # He acts for none of them, so they are outside the scope of his request.
    with scopes_disabled():
        rows = Counterparty.objects.filter(memberships__employee__user_id=user_id, is_active=False)
        return rows.select_related("manager__user").order_by("name")


_MEMBERSHIPS = PreparedRows(_memberships, user_id=int)


def mail_address_of(*, user: Any, counterparty: Counterparty, permission: str) -> str:
    """Return where to write to a person about a company's affairs: to himself while he may still
    read them there (``permission``), else to the company. One query.

    Who has left it takes no mail of it along.
    """
    if user is not None and any(
        found.counterparty_id == counterparty.pk and permission in found.permissions
        for found in memberships_of(user_id=user.pk)
    ):
        return str(user.email)
    return counterparty.email


def read_context_of(*, user_id: int, memberships: Sequence[Membership]) -> ReadContext | None:
    """Return what the roles let a person read, or None for one without a role. No query."""
    if not memberships:
        return None
    roles = tuple((m.counterparty_id, m.permissions) for m in memberships)
    return ReadContext(user_id, memberships[0].employee_id, roles)
