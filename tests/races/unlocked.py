"""The portal with one protection taken out: what each race is shown to need.

Used by ``wsgi.py`` in the server's processes only.
"""

import random
from collections.abc import Callable, Collection
from typing import Any

from django.apps import apps
from django.db import connection


def stock() -> None:
    """Stock is taken by what was read before, with no lock and no condition."""
    from b2b_apps.inventory.services import taking

    taking.stock_records_locked = lambda *, stock_record_ids: {}
    taking.SQL = taking.SQL[: taking.SQL.index("AND r.num_in_stock")] + "RETURNING r.id"


def order_of_locks() -> None:
    """Stock records are locked as the lines of the order come, not in pk order."""
    from b2b_apps.inventory import locks
    from b2b_apps.inventory.services import taking

    def locked(*, stock_record_ids: Collection[int]) -> dict[int, locks.LockedRecord]:
        found = {}
        ids = list(stock_record_ids)
        random.shuffle(ids)
        with connection.cursor() as cursor:
            for pk in ids:
                cursor.execute(locks.SQL.format(column="id"), [[pk]])
                found |= {row[0]: locks.LockedRecord(*row) for row in cursor.fetchall()}
        return found

    taking.stock_records_locked = locked


def basket() -> None:
    """The basket that becomes an order is read without a lock."""
    from b2b_apps.purchasing.services import orders

    def unlocked(*, basket_id: int, user_id: int) -> Any:
        return apps.get_model("basket", "Basket").objects.filter(pk=basket_id).first()

    orders.basket_locked = unlocked


def credit() -> None:
    """Credit is looked at first and taken afterwards, with no lock and no condition."""
    from django.db.models import F
    from django.utils import timezone

    from b2b_apps.contracts import credit as taking
    from b2b_apps.contracts.models import CreditAccount
    from b2b_apps.contracts.standing import standing_of

    def take_one(account_id: int, asked: Any) -> Any:
        account = CreditAccount.objects.get(pk=account_id)
        standing = standing_of(account, day=timezone.localdate())
        if not standing.accepts(asked):
            return account.group_id, None, standing
        CreditAccount.objects.filter(pk=account_id).update(held=F("held") + asked)
        return account.group_id, None, None

    taking._take_one = take_one


ALL: dict[str, Callable[[], None]] = {
    "stock": stock,
    "order_of_locks": order_of_locks,
    "basket": basket,
    "credit": credit,
}
