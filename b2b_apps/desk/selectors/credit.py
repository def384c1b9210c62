"""Credit as the staff see it: the whole book, stopped orders, one of them, decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from b2b_apps.contracts.ledger import stopped_orders
from b2b_apps.contracts.models import (
    ContractChange,
    CreditAccount,
    CreditDecision,
    CreditEntry,
    CreditProposal,
)
from b2b_apps.contracts.positions import position_of
from b2b_apps.contracts.review import decision_pending, is_stopped, needs_two, paid_since
from b2b_apps.contracts.standing import Standing, standing_of

ZERO = Decimal(0)
HUNDRED = Decimal(100)
LOG = 30
# A limit is looked at again so many days before it ends, or when so much of it is used.
SOON = timedelta(days=30)
NEARLY = 90


@dataclass(frozen=True, slots=True)
class Book:
    """All watched contracts' accounts in roubles together."""

    num: int
    num_overdue: int
    limit: Decimal
    debt: Decimal
    overdue: Decimal
    held: Decimal

    @property
    def due(self) -> Decimal:
        return max(ZERO, self.debt - self.overdue)

    @property
    def free(self) -> Decimal:
        return max(ZERO, self.limit - self.debt - self.held)

    def percent(self, part: Decimal) -> Decimal:
        whole = max(self.limit, self.debt + self.held)
        return part * HUNDRED / whole if whole else ZERO

    @property
    def parts(self) -> dict[str, Decimal]:
        return {
            "over": self.percent(self.overdue),
            "used": self.percent(self.due),
            "held": self.percent(self.held),
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an account refused an order when it was placed, as the books have it."""

    is_shared: bool
    lack: Decimal
    expired_on: date | None
    overdue: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class CaseAccount:
    """An account that an order meets: without it, with it, what it lacks, its bar in per cent."""

    standing: Standing
    others: Decimal
    left: Decimal
    lack: Decimal
    parts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class CreditCase:
    """One order with the accounts that it meets, and what was decided and booked.

    ``own`` is what the accounts hold for it already, ``asked`` what it takes on credit. An order
    that is no longer stopped asks for nothing: its accounts are told as they are, and ``reasons``
    say why it was stopped.
    """

    order: Any
    asked: Decimal
    own: Decimal
    accounts: Sequence[Standing]
    decisions: Sequence[CreditDecision]
    entries: Sequence[CreditEntry]
    pending: CreditDecision | None
    paid: Decimal
    is_open: bool
    needs_two: bool

    @property
    def lack(self) -> Decimal:
        """What the limits lack for this order; its own hold does not count against it."""
        return max((row.lack for row in self.rows), default=ZERO)

    @property
    def rows(self) -> Sequence[CaseAccount]:
        asked, own = (self.asked, self.own) if self.is_open else (ZERO, ZERO)
        return [_met(standing, asked, own) for standing in self.accounts]

    @property
    def reasons(self) -> Sequence[Reason]:
        stops = (entry for entry in self.entries if entry.kind == CreditEntry.Kind.STOP)
        return [_reason(told) for entry in stops for told in entry.details.get("reasons", ())]


def credit_book() -> Book:
    """Return the totals of the book. One query."""
    rows = CreditAccount.objects.filter(contract__isnull=False, limit__isnull=False, currency="RUB")
    sums = rows.aggregate(
        num=Count("pk"),
        num_overdue=Count("pk", filter=Q(overdue__gt=0)),
        limit=Coalesce(Sum("limit"), ZERO),
        debt=Coalesce(Sum(Greatest("debt", ZERO)), ZERO),
        overdue=Coalesce(Sum("overdue"), ZERO),
        held=Coalesce(Sum("held"), ZERO),
    )
    return Book(**sums)


def credit_queue() -> Sequence[Any]:
    """Stopped orders with their clients and last decisions, in order of placing. Two queries."""
    orders = list(stopped_orders().select_related("counterparty", "contract"))
    decisions: dict[int, CreditDecision] = {}
    for decision in CreditDecision.objects.filter(order__in=orders).order_by("pk"):
        decisions[decision.order_id] = decision
    for order in orders:
        found = decisions.get(order.pk)
        order.decision = found if found and found.took_effect_at is None else None
    return orders


def credit_case(number: str) -> CreditCase | None:
    """Return an order that credit has stopped at some time, or None. Six queries."""
    orders = apps.get_model("order", "Order").objects.exclude(credit_state="")
    related = ("counterparty__manager__user", "contract", "user")
    order = orders.select_related(*related).filter(number=number).first()
    hold = order.credit_holds.select_related("account__group").first() if order else None
    if order is None or hold is None:
        return None
    today = timezone.localdate()
    accounts = [a for a in (hold.account, hold.account.group) if a is not None]
    pending = decision_pending(order_id=order.pk)
    decisions = CreditDecision.objects.filter(order=order).select_related("author", "second")
    return CreditCase(
        order=order,
        asked=position_of(hold).asked,
        own=hold.amount,
        accounts=[standing_of(account, day=today) for account in accounts],
        decisions=list(decisions),
        entries=list(order.credit_entries.select_related("user")),
        pending=pending,
        paid=paid_since(pending) if pending else ZERO,
        is_open=is_stopped(order),
        needs_two=needs_two(order),
    )


def credit_reviewed() -> Sequence[CreditAccount]:
    """Limits to look at again: over, ending soon, or nearly used up. One query."""
    soon = timezone.localdate() + SOON
    rows = credit_accounts().filter(limit__isnull=False)
    found = rows.filter(Q(limit_valid_to__lte=soon) | Q(used_percent__gte=NEARLY))
    return list(credit_accounts_with_parties(found).order_by("limit_valid_to", "pk")[:50])


def credit_log() -> Sequence[CreditDecision]:
    """The last decisions. One query."""
    rows = CreditDecision.objects.select_related("order__counterparty", "author", "second")
    return list(rows[:LOG])


def limit_proposals() -> QuerySet[CreditProposal]:
    """Proposals of limits with whose they are and who wrote and ended them."""
    return CreditProposal.objects.select_related(
        "account__contract__counterparty", "account__holding", "author", "closed_by"
    )


def limits_waiting() -> Sequence[CreditProposal]:
    """Limits that wait for the second signature, the longest first. One query."""
    return list(limit_proposals().filter(state=CreditProposal.State.OPEN).order_by("pk"))


def limits_log() -> Sequence[CreditProposal]:
    """The last proposals of limits, whatever became of them. One query."""
    return list(limit_proposals().exclude(state=CreditProposal.State.OPEN)[:LOG])


def contract_changes() -> QuerySet[ContractChange]:
    """Changes of contracts' terms with whose they are and who wrote and ended them."""
    return ContractChange.objects.select_related(
        "contract__counterparty", "author", "closed_by", "price_type"
    )


def contracts_waiting() -> Sequence[ContractChange]:
    """Changes of contracts that wait for the second signature, the longest first. One query."""
    return list(contract_changes().filter(state=ContractChange.State.OPEN).order_by("pk"))


def credit_accounts() -> QuerySet[CreditAccount]:
    """Accounts with ``used``, ``free`` and ``used_percent``; an expired limit has nothing free."""
    today = timezone.localdate()
    used = Greatest(F("debt"), Value(ZERO)) + F("held")
    return CreditAccount.objects.annotate(
        used=used,
        free=Case(
            When(limit__isnull=True, then=None),
            When(limit_valid_to__lt=today, then=Value(ZERO)),
            default=Greatest(F("limit") - used, Value(ZERO)),
        ),
        used_percent=Case(When(limit__gt=0, then=used * Value(HUNDRED) / F("limit")), default=None),
    )


def credit_accounts_with_parties(rows: QuerySet[CreditAccount]) -> QuerySet[CreditAccount]:
    """Add whose accounts they are, for names. No query of its own."""
    return rows.select_related("contract__counterparty", "holding", "group")


def _met(standing: Standing, asked: Decimal, own: Decimal) -> CaseAccount:
    """An account with an order that asks for so much, of which it holds ``own`` already."""
    others, left = max(ZERO, standing.held - own), standing.left + own
    parts = {
        "over": standing.overdue,
        "used": standing.due_debt,
        "held": others,
        "this": asked,
    }
    whole = max(standing.limit or ZERO, max(ZERO, standing.debt) + others + asked)
    return CaseAccount(
        standing=standing,
        others=others,
        left=left,
        lack=max(ZERO, asked - left) if asked and standing.is_watched else ZERO,
        parts={name: part * HUNDRED / whole if whole else ZERO for name, part in parts.items()},
    )


def _reason(told: Mapping[str, Any]) -> Reason:
    return Reason(
        is_shared=told["shared"],
        lack=Decimal(told["lack"] or 0),
        expired_on=date.fromisoformat(told["expired"]) if told["expired"] else None,
        overdue=Decimal(told["overdue"] or 0),
        days=told["days"],
    )
