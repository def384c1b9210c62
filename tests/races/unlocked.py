"""The portal with one protection taken out: what each race is shown to need.

Used by ``wsgi.py`` in the server's processes only.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps


def stock() -> None:
    """Stock is taken by what was read before, with no lock and no condition."""
    from b2b_apps.inventory.services import plain_taking, taking

    sql = plain_taking.ONE
    plain_taking.ONE = sql[: sql.index("AND num_in_stock")] + sql[sql.index("RETURNING") :]
    taking.stock_records_locked = lambda *, stock_record_ids: {}
    taking.SQL = taking.SQL[: taking.SQL.index("AND r.num_in_stock")] + "RETURNING r.id"


def order_of_locks() -> None:
    """Stock records are locked in any order, not in that of their keys."""
    from b2b_apps.inventory import locks

    assert "ORDER BY id" in locks.SQL
    locks.SQL = locks.SQL.replace("ORDER BY id", "ORDER BY random()")


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
