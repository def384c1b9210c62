"""Credit accounts: what changes their terms. How credit is taken: docs/algorithms/credit.md."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from b2b_apps.contracts.models import Contract, CreditAccount, CreditEntry


@transaction.atomic
def credit_limit_set(
    *, contract: Contract, limit: Decimal | None, user_id: int | None = None, note: str = ""
) -> CreditAccount:
    """Set the limit of a contract's account, made if there is none; a change is booked.

    Locks the account. Two queries, two more for a change.
    """
    account, _is_new = CreditAccount.objects.select_for_update(of=("self",)).get_or_create(
        contract=contract, defaults={"currency": contract.currency}
    )
    if account.limit == limit:
        return account
    was, account.limit = account.limit, limit
    account.save(update_fields=["limit"])
    now = timezone.now()
    CreditEntry.objects.create(
        account=account,
        kind=CreditEntry.Kind.LIMIT,
        key=f"limit:{now.isoformat()}",
        user_id=user_id,
        note=note or f"{was} → {limit}",
        at=now,
    )
    return account
