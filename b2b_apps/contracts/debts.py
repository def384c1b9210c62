"""The debt that 1C reports, and what of our own entries it already contains."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django_scopes import scopes_disabled

from b2b_apps.contracts.ledger import bring_forward, groups_follow, review_ask
from b2b_apps.contracts.locks import accounts_locked
from b2b_apps.contracts.models import CreditAccount, CreditEntry

FIELDS = [
    "debt",
    "overdue",
    "overdue_days",
    "overdue_since",
    "snapshot_at",
    "snapshot_debt",
    "snapshot_overdue",
]


@dataclass(frozen=True, slots=True)
class Debt:
    """What 1C says a contract owes for goods that left, advances not taken off."""

    debt: Decimal
    overdue: Decimal
    overdue_days: int
    at: datetime


@transaction.atomic
def credit_debts_set(*, debts: Mapping[int, Debt]) -> Collection[int]:
    """Set what contracts' accounts owe to what 1C reports; return the accounts that changed.

    ``debts`` by account id. A report forgets our entries up to its moment and keeps those after
    it; one older than the last is late and changes nothing. Locks all the accounts in pk order,
    then their groups. Two queries, four more per account that changes.
    """
    with scopes_disabled():
        accounts = accounts_locked(account_ids=list(debts))
        changed = [accounts[pk] for pk in sorted(debts) if _set(accounts[pk], debts[pk])]
        groups_follow(group_ids={a.group_id for a in changed if a.group_id})
        for account in changed:
            review_ask(accounts=[account], cause=f"debt:{account.snapshot_at}")
    return [account.pk for account in changed]


def _set(account: CreditAccount, told: Debt) -> bool:
    if account.snapshot_at is not None and told.at < account.snapshot_at:
        return False
    is_same = (
        account.snapshot_debt == told.debt
        and account.snapshot_overdue == told.overdue
        and account.overdue_days == told.overdue_days
        and account.snapshot_at == told.at
    )
    if is_same:
        return False
    was = account.debt
    account.snapshot_at, account.snapshot_debt = told.at, told.debt
    account.snapshot_overdue, account.overdue_days = told.overdue, told.overdue_days
    bring_forward(account)
    account.save(update_fields=FIELDS)
    if account.debt != was:
        _book(account, told, account.debt - was)
    return True


def _book(account: CreditAccount, told: Debt, change: Decimal) -> None:
    """Note that 1C's figure differed from ours; the same moment corrected is another entry."""
    key = f"debt:{told.at.isoformat()}"
    num = CreditEntry.objects.filter(account=account, key__startswith=key).count()
    CreditEntry.objects.create(
        account=account,
        kind=CreditEntry.Kind.SNAPSHOT,
        key=f"{key}#{num}" if num else key,
        amount=told.debt,
        debt=change,
        at=told.at,
    )
