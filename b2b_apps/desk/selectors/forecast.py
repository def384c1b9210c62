"""How the debt of a contract, or of a holding, falls due, and what of its limit is free then."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from b2b_apps.contracts.models import Contract, CreditAccount, CreditHold
from b2b_apps.contracts.positions import position_of
from b2b_apps.contracts.standing import Standing, standing_of

ZERO = Decimal(0)
NUM_WEEKS = 8


@dataclass(frozen=True, slots=True)
class Due:
    """A sum of a contract and the last day to pay it; ``order`` None is debt that 1C alone knows.

    ``free`` of its account once it and all before it is paid in time; None if the day is over,
    or unknown, or credit is not watched.
    """

    contract: Any
    amount: Decimal
    day: date | None
    order: Any = None
    is_held: bool = False
    free: Decimal | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """An account on a day, if what is due until then is paid: used and free of it."""

    day: date
    used: Decimal
    free: Decimal | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is due, in order of days, and the account week by week; overdue stays as it is."""

    dues: Sequence[Due]
    weeks: Sequence[Week]

    @property
    def first(self) -> Due | None:
        """The next payment that makes room, its ``amount`` as much as it makes: one that only
        brings an account back to its limit makes none.
        """
        now = self.weeks[0].free
        for due in self.dues:
            if now is not None and due.free is not None and due.free > now:
                return replace(due, amount=due.free - now)
        return None


def credit_forecast(
    *, standing: Standing, contract: Contract, let_go: Due | None = None
) -> Forecast:
    """Return what is due on a contract's account. One query.

    ``let_go`` is an order that waits and holds nothing yet, as if it were let go today.
    Orders made here are due by their terms, shipped or not. Of the debt that 1C tells in one sum
    the days are not known, but what is not overdue is due within the contract's deferral, counted
    from today: later than true at worst.
    """
    holds = _holds_of([standing.account_id])[standing.account_id]
    return _forecast(standing, _dues_under(standing, contract, holds), let_go)


def group_forecast(*, standing: Standing, let_go: Due | None = None) -> Forecast:
    """Return what is due on a holding's account: what its contracts' accounts owe and hold, each
    by its own terms. ``standing`` is the holding's. Two queries.
    """
    rows = CreditAccount.objects.filter(group=standing.account_id).order_by("pk")
    members = list(rows.select_related("contract__counterparty"))
    holds = _holds_of([member.pk for member in members])
    found = [
        due
        for member in members
        for due in _dues_under(
            standing_of(member, day=standing.day), member.contract, holds[member.pk]
        )
    ]
    return _forecast(standing, found, let_go)


def _holds_of(account_ids: Sequence[int]) -> dict[int, list[CreditHold]]:
    rows = CreditHold.objects.filter(account__in=account_ids).select_related("order")
    holds: dict[int, list[CreditHold]] = defaultdict(list)
    for hold in rows.filter(Q(shipped__gt=0) | Q(amount__gt=0)):
        holds[hold.account_id].append(hold)
    return holds


def _forecast(standing: Standing, found: list[Due], let_go: Due | None) -> Forecast:
    if let_go is not None:
        found = [*found, let_go]
        standing = replace(standing, held=standing.held + let_go.amount)
    found.sort(key=lambda due: (due.day or date.max, getattr(due.order, "pk", 0)))
    weeks = [standing.day + timedelta(weeks=n) for n in range(NUM_WEEKS + 1)]
    return Forecast(_told(standing, found), [_week(standing, found, day) for day in weeks])


def _dues_under(standing: Standing, contract: Any, holds: Iterable[CreditHold]) -> list[Due]:
    """What a contract's account owes and holds: of its orders, and the rest that 1C told."""
    found = [due for hold in holds for due in _dues_of(hold, contract, standing.day)]
    rest = _rest(standing, contract, found)
    return [*found, rest] if rest else found


def _dues_of(hold: CreditHold, contract: Any, today: date) -> list[Due]:
    day = hold.order.payment_due
    is_late = day is not None and day < today
    debt = Due(contract, position_of(hold).debt, day, hold.order, is_late=is_late)
    # What has not left yet is owed by nobody yet, so it can't be late.
    day = max(day, today) if day else None
    held = Due(contract, hold.amount, day, hold.order, is_held=True)
    return [due for due in (debt, held) if due.amount > 0]


def _rest(standing: Standing, contract: Contract, found: Sequence[Due]) -> Due | None:
    """The debt in time that no order here explains."""
    known = [due for due in found if not due.is_held]
    in_time = sum((due.amount for due in known if not due.is_late), ZERO)
    late = sum((due.amount for due in known if due.is_late), ZERO)
    amount = standing.due_debt - in_time - max(ZERO, late - standing.overdue)
    if amount <= 0:
        return None
    days = 0 if contract.payment_kind == Contract.PaymentKind.PREPAYMENT else contract.deferral_days
    return Due(contract, amount, standing.day + timedelta(days=days) if days else None)


def _after(standing: Standing, found: Sequence[Due], day: date) -> Standing:
    """The account on a day, once all that is due until then is paid."""
    paid = [due for due in found if due.day and not due.is_late and due.day <= day]
    debt = sum((due.amount for due in paid if not due.is_held), ZERO)
    held = sum((due.amount for due in paid if due.is_held), ZERO)
    return replace(
        standing, day=day, debt=max(ZERO, standing.debt - debt), held=standing.held - held
    )


def _week(standing: Standing, found: Sequence[Due], day: date) -> Week:
    then = _after(standing, found, day)
    return Week(day, then.used, then.free)


def _told(standing: Standing, found: Sequence[Due]) -> list[Due]:
    told = []
    for place, due in enumerate(found, start=1):
        free = None
        if due.day and not due.is_late:
            free = _after(standing, found[:place], due.day).free
        told.append(replace(due, free=free))
    return told
