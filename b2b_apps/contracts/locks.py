"""What credit locks, and in which order.

The whole chain of placing and of what follows is: basket → order → shipments → stock records
(pk) → contracts' accounts (pk) → groups' accounts (pk). Whoever needs several takes them in this
order, so nobody waits in a circle (docs/algorithms/credit.md, part 7).
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.apps import apps

from b2b_apps.contracts.models import Contract, CreditAccount


def order_locked(*, order_id: int) -> Any | None:
    """Return an order, locked. One query."""
    orders = apps.get_model("order", "Order").objects
    return orders.select_for_update(of=("self",)).filter(pk=order_id).first()


def contract_locked(*, contract_id: int) -> Contract:
    """Return a contract, locked against other changes of it; orders may still refer to it.

    One query; raises ``Contract.DoesNotExist``.
    """
    rows = Contract.objects.select_for_update(of=("self",), no_key=True)
    found: Contract = rows.get(pk=contract_id)
    return found


def accounts_locked(*, account_ids: Collection[int]) -> Mapping[int, CreditAccount]:
    """Lock accounts of contracts in pk order, then their groups in pk order; return all by pk.

    A member's group can't change while the member is locked. Two queries.
    """
    members = rows_locked(account_ids=account_ids)
    groups = {a.group_id for a in members.values() if a.group_id}
    return members | rows_locked(account_ids=groups)


def rows_locked(*, account_ids: Collection[int]) -> dict[int, CreditAccount]:
    """Lock just these accounts, in pk order; members and groups are never asked for at once."""
    if not account_ids:
        return {}
    rows = CreditAccount.objects.select_for_update(of=("self",)).filter(pk__in=account_ids)
    return {account.pk: account for account in rows.order_by("pk")}
