"""The books of credit: one movement of one order, on its account and its holding's.

Everything here works on accounts that ``contracts.locks`` has locked.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Q, Sum
from django.utils import timezone

from b2b_apps.contracts.locks import accounts_locked
from b2b_apps.contracts.models import CreditAccount, CreditEntry, CreditHold
from b2b_apps.contracts.positions import ZERO, Position, position_of
from b2b_apps.core.outbox import outbox_put

Kind = CreditEntry.Kind
REVIEW = "credit_review"
STOPPED = ("held", "waiting")
CLOSED = ("completed", "cancelled")
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Ledger:
    """An order's hold with its locked account, and the locked account of the holding."""

    hold: CreditHold
    account: CreditAccount
    group: CreditAccount | None

    @property
    def position(self) -> Position:
        return position_of(self.hold)

    @property
    def accounts(self) -> tuple[CreditAccount, ...]:
        return (self.account, self.group) if self.group else (self.account,)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something moves. ``key`` is booked once; ``at`` None: 1C does not say when."""

    kind: str
    key: str
    amount: Decimal = ZERO
    at: datetime | None = None
    user_id: int | None = None
    note: str = ""


def ledger_of(*, order_id: int) -> Ledger | None:
    """Lock the accounts of an order that took credit, or return None. Three queries, or four."""
    account_id = CreditHold.objects.filter(order_id=order_id).values_list("account_id", flat=True)
    found = account_id.first()
    if found is None:
        return None
    accounts = accounts_locked(account_ids=[found])
    account = accounts[found]
    # Read again: the hold is guarded by its account.
    hold: CreditHold = CreditHold.objects.get(order_id=order_id, account_id=found)
    return Ledger(hold, account, accounts.get(account.group_id or 0))


def move(ledger: Ledger, after: Position, cause: Cause) -> bool:
    """Bring an order to a new position and book the difference; False if it was booked before.

    Five queries, six under a shared limit.
    """
    account, hold = ledger.account, ledger.hold
    if CreditEntry.objects.filter(account=account, key=cause.key).exists():
        return False
    before = ledger.position
    debt, held = after.debt - before.debt, after.held - before.held
    hold.taken, hold.prepaid = after.taken, after.prepaid
    hold.shipped, hold.paid, hold.waits = after.shipped, after.paid, after.waits
    hold.amount = after.held
    hold.save(update_fields=["taken", "prepaid", "shipped", "paid", "waits", "amount"])
    CreditEntry.objects.create(
        account=account,
        kind=cause.kind,
        key=cause.key,
        amount=cause.amount,
        debt=debt,
        held=held,
        order_id=hold.order_id,
        user_id=cause.user_id,
        note=cause.note[:500],
        at=_moment(cause, debt, account.snapshot_at),
    )
    account.held += held
    bring_forward(account)
    account.save(update_fields=["held", "debt", "overdue", "overdue_since"])
    groups_follow(group_ids=[ledger.group.pk] if ledger.group else [])
    return True


def _moment(cause: Cause, debt: Decimal, snapshot_at: datetime | None) -> datetime:
    """When 1C has the movement. What 1C does not say is taken the way that leaves more debt:
    a debt that grows came after the last snapshot, one that falls is in it already.
    """
    now = timezone.now()
    if cause.at is not None or snapshot_at is None:
        return cause.at or now
    return max(now, snapshot_at + MOMENT) if debt >= 0 else min(now, snapshot_at)


def bring_forward(account: CreditAccount) -> None:
    """Set debt and overdue to 1C's figures and what was booked after them. One query.

    Payments settle what is overdue first.
    """
    after = Q(at__gt=account.snapshot_at) if account.snapshot_at else Q()
    sums = (
        CreditEntry.objects.filter(account=account)
        .exclude(kind=Kind.SNAPSHOT)
        .filter(after)
        .aggregate(all=Sum("debt"), paid=Sum("debt", filter=Q(kind=Kind.PAYMENT)))
    )
    account.debt = account.snapshot_debt + (sums["all"] or ZERO)
    overdue = min(account.snapshot_overdue, account.snapshot_overdue + (sums["paid"] or ZERO))
    account.overdue = max(ZERO, overdue)
    account.overdue_since = None
    if account.overdue and account.snapshot_at:
        day = timezone.localtime(account.snapshot_at).date()
        account.overdue_since = day - timedelta(days=max(1, account.overdue_days))


def groups_follow(*, group_ids: Collection[int]) -> None:
    """Set what the accounts of holdings owe and hold to the sums of their members. One query.

    A debt below nothing (an advance) of one company is no credit of another.
    """
    if not group_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE contracts_creditaccount g
            SET (debt, overdue, overdue_since, overdue_days, held, snapshot_at) = (
                SELECT coalesce(sum(greatest(m.debt, 0)), 0), coalesce(sum(m.overdue), 0),
                       min(m.overdue_since),
                       coalesce(max(m.overdue_days) FILTER (WHERE m.overdue > 0), 0),
                       coalesce(sum(m.held), 0), max(m.snapshot_at)
                FROM contracts_creditaccount m WHERE m.group_id = g.id)
            WHERE g.id = ANY(%s)
            """,
            [list(group_ids)],
        )


def stopped_orders(*, account_ids: Collection[int] | None = None) -> Any:
    """Orders that credit stops, under these accounts or groups, or all; in order of placing."""
    orders = apps.get_model("order", "Order").objects
    rows = orders.filter(credit_state__in=STOPPED).exclude(status__in=CLOSED)
    if account_ids is not None:
        under = Q(account_id__in=account_ids) | Q(account__group_id__in=account_ids)
        rows = rows.filter(pk__in=CreditHold.objects.filter(under).values("order_id"))
    return rows.order_by("date_placed", "pk")


def review_ask(*, accounts: Collection[CreditAccount], cause: str) -> None:
    """Have stopped orders looked at again once the transaction is through. One query, or two.

    ``cause`` names what made room: the same cause asks once.
    """
    ids = sorted({a.pk for a in accounts} | {a.group_id for a in accounts if a.group_id})
    if ids and stopped_orders(account_ids=ids).exists():
        key = f"{REVIEW}:{ids[0]}:{cause}"[:128]
        outbox_put(topic=REVIEW, key=key, payload={"account_ids": ids})
