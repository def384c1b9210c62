"""Taking from budgets, freeing, correcting: each by a conditional UPDATE and an entry."""

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.apps import apps
from django.db import transaction
from django.db.models import F, Q, Sum
from django_scopes import scopes_disabled

from b2b_apps.approvals.errors import BudgetExceededError, CorrectionError
from b2b_apps.approvals.locks import periods_locked
from b2b_apps.approvals.models import BudgetEntry, BudgetPeriod
from b2b_apps.approvals.plan import BudgetUse

Kind = BudgetEntry.Kind
ZERO = Decimal(0)


def budgets_take(
    *,
    basket_id: int,
    uses: Collection[BudgetUse],
    user_id: int | None,
    may_exceed: bool,
    is_fact: bool = False,
) -> None:
    """Let a basket take what ``uses`` say and no more; what it has taken before is settled.

    A period is hit by an UPDATE only if it has the room, or if its budget lets orders go over it
    with approval and ``may_exceed`` says that this one is approved or is to be; or if it is a fact
    in 1C. Locks the periods
    in pk order. Raises BudgetExceededError; then nothing is taken.
    """
    wanted = {use.period_id: use for use in uses if use.period_id is not None and use.asked > 0}
    _settle(basket_id, wanted, user_id, may_exceed=may_exceed, is_fact=is_fact)


def budgets_free(*, basket_id: int, user_id: int | None, reason: str = "") -> Decimal:
    """Give back what a basket has taken; return how much. Locks the periods in pk order."""
    return _settle(basket_id, {}, user_id, reason=reason)


def budgets_settle(*, basket_id: int, uses: Mapping[int, BudgetUse]) -> Decimal:
    """Bring what a basket has taken of periods down to ``uses``; return what is free again."""
    return _settle(basket_id, uses, None)


@transaction.atomic
def _settle(  # noqa: PLR0913 - how it may be settled
    basket_id: int,
    wanted: Mapping[int, BudgetUse],
    user_id: int | None,
    *,
    may_exceed: bool = False,
    is_fact: bool = False,
    reason: str = "",
) -> Decimal:
    with scopes_disabled():
        entries = BudgetEntry.objects.filter(basket_id=basket_id)
        ids = {*entries.values_list("period_id", flat=True), *wanted}
        periods = periods_locked(Q(pk__in=ids)) if ids else []
        # Read after the lock: what another has settled meanwhile counts.
        rows = entries.order_by().values_list("period_id").annotate(sum=Sum("taken"))
        taken = dict(rows)
        freed = ZERO
        for period in periods:
            use = wanted.get(period.pk)
            change = (use.asked if use else ZERO) - taken.get(period.pk, ZERO)
            if change:
                over = is_fact or (may_exceed and use is not None and use.may_exceed)
                beyond = _move(period, use.name if use else "", change, over)
                _note(
                    period,
                    change=change,
                    basket_id=basket_id,
                    user_id=user_id,
                    is_beyond=beyond,
                    reason=reason,
                )
                freed -= change
        return freed


def _move(period: BudgetPeriod, name: str, change: Decimal, may_exceed: bool) -> bool:
    """Take (or give back) from a period; return whether it goes beyond its sum."""
    rows = BudgetPeriod.objects.filter(pk=period.pk)
    if change < 0:
        rows.update(taken=F("taken") + change)
        return False
    if rows.filter(taken__lte=F("amount") - change).update(taken=F("taken") + change):
        return False
    if not may_exceed:
        raise BudgetExceededError(name, period.amount - period.taken, change)
    rows.update(taken=F("taken") + change)
    return True


def _note(  # noqa: PLR0913 - the columns of a line of the ledger
    period: BudgetPeriod,
    *,
    change: Decimal,
    basket_id: int,
    user_id: int | None,
    is_beyond: bool,
    reason: str,
) -> None:
    BudgetEntry.objects.create(
        period=period,
        counterparty_id=period.counterparty_id,
        kind=Kind.TAKE if change > 0 else Kind.FREE,
        taken=change,
        is_beyond=is_beyond,
        basket_id=basket_id,
        user_id=user_id,
        reason=reason[:500],
    )


@transaction.atomic
def budget_correct(*, period: BudgetPeriod, change: Decimal, reason: str, user_id: int) -> None:
    """Add to the sum of a period, or take from it; the ledger keeps who, why and how much.

    Raises CorrectionError: without a reason or a sum, or if less would be left than is taken.
    """
    if not change:
        raise CorrectionError("no_sum")
    if not reason.strip():
        raise CorrectionError("no_reason")
    rows = BudgetPeriod.objects.filter(pk=period.pk)
    if period.pk is None:
        # Its own days are over, or have not come.
        raise CorrectionError("no_period")
    if change < 0:
        rows = rows.filter(amount__gte=F("taken") - change)
    if not rows.update(amount=F("amount") + change):
        raise CorrectionError("below_taken")
    BudgetEntry.objects.create(
        period=period,
        counterparty_id=period.counterparty_id,
        kind=Kind.CORRECT,
        amount=change,
        user_id=user_id,
        reason=reason.strip()[:500],
    )


def budgets_of_cancelled(*, limit: int = 200) -> int:
    """Free what orders have taken that are cancelled since; return how many baskets.

    All orders of a basket have to be cancelled: of a part that ships the money is spent.
    """
    orders = apps.get_model("order", "Order").objects
    with scopes_disabled():
        holding = (
            BudgetEntry.objects.filter(basket__isnull=False)
            .order_by()
            .values("basket_id")
            .annotate(sum=Sum("taken"))
            .filter(sum__gt=0)
        )
        cancelled = orders.filter(
            basket_id__in=holding.values("basket_id"), status="cancelled"
        ).values("basket_id")
        standing = orders.exclude(status="cancelled").filter(basket_id__isnull=False)
        ids = set(
            cancelled.exclude(basket_id__in=standing.values("basket_id")).values_list(
                "basket_id", flat=True
            )[:limit]
        )
    for basket_id in sorted(ids):
        budgets_free(basket_id=basket_id, user_id=None)
    return len(ids)
