"""What goes on with one client: his credit, baskets, shipments by month, what was decided."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import F, Max, Sum
from django.db.models.functions import TruncMonth

from b2b_apps.contracts.ledger import stopped_orders
from b2b_apps.contracts.models import (
    Contract,
    ContractChange,
    CreditDecision,
    CreditEntry,
    CreditHold,
    CreditProposal,
)
from b2b_apps.contracts.standing import Standing, standing_of
from b2b_apps.desk.selectors.forecast import Forecast, credit_forecast

ZERO = Decimal(0)
NUM_MONTHS = 12
NUM_DECISIONS = 5
NUM_JOURNAL = 8


@dataclass(frozen=True, slots=True)
class ClientCredit:
    """The account that matters most to a client, and his holding's above it."""

    contract: Contract
    own: Standing
    shared: Standing | None
    snapshot_at: datetime | None
    num_held: int
    forecast: Forecast

    @property
    def parts(self) -> dict[str, Decimal]:
        """The bar, per cent of the limit, or of what is used if that is more."""
        whole = max(self.own.limit or ZERO, self.own.used)
        parts = {"over": self.own.overdue, "used": self.own.due_debt, "held": self.own.held}
        return {name: part * 100 / whole if whole else ZERO for name, part in parts.items()}

    @property
    def days_left(self) -> int:
        """How many days more overdue is borne; below one it stops orders."""
        return self.own.grace_days - self.own.overdue_days + 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of a client waits for somebody: signatures, stopped orders."""

    limits: Sequence[CreditProposal]
    changes: Sequence[ContractChange]
    orders: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Journal:
    """The last that people did with a client's credit and terms; to be told together."""

    limits: Sequence[CreditEntry]
    decisions: Sequence[CreditDecision]
    changes: Sequence[ContractChange]


@dataclass(frozen=True, slots=True)
class Month:
    """What was shipped in a month by orders of the portal, and a year before."""

    first: date
    amount: Decimal
    year_ago: Decimal


def client_credit(*, contracts: Sequence[Contract], day: date) -> ClientCredit | None:
    """Return the credit of the contract in force with the largest limit, or None where credit of
    none is watched. Contracts are read with ``credit__group``. Two queries.
    """
    watched = [c for c in contracts if getattr(c, "credit", None) and c.credit.limit is not None]
    if not watched:
        return None
    contract = max(watched, key=lambda c: (c.is_valid_on(day), c.credit.limit or ZERO, -c.pk))
    own, group = standing_of(contract.credit, day=day), contract.credit.group
    return ClientCredit(
        contract=contract,
        own=own,
        shared=standing_of(group, day=day) if group is not None and group.limit else None,
        snapshot_at=contract.credit.snapshot_at,
        num_held=CreditHold.objects.filter(account=contract.credit, amount__gt=0).count(),
        forecast=credit_forecast(standing=own, contract=contract),
    )


def client_baskets(*, contract_ids: Collection[int]) -> Sequence[Any]:
    """Return open baskets with goods, with ``touched_at``, dearest first. One query."""
    rows = apps.get_model("basket", "Basket").objects.filter(
        status="Open", contract_id__in=contract_ids, owner__isnull=False, cached_num_lines__gt=0
    )
    rows = rows.annotate(touched_at=Max("lines__date_updated")).filter(touched_at__isnull=False)
    return list(rows.select_related("owner", "contract").order_by("-cached_total", "pk"))


def client_waiting(*, client_id: int) -> Waiting:
    """Return what waits for a signature or a decision. Three queries."""
    limits = CreditProposal.objects.filter(account__contract__counterparty=client_id, state="open")
    changes = ContractChange.objects.filter(contract__counterparty=client_id, state="open")
    return Waiting(
        limits=list(limits.select_related("author")),
        changes=list(changes.select_related("author", "contract")),
        orders=list(stopped_orders().filter(counterparty=client_id)),
    )


def client_journal(*, client_id: int) -> Journal:
    """Return changes of limits by people, decisions on orders, changes of terms. Three queries."""
    limits = CreditEntry.objects.filter(
        account__contract__counterparty=client_id, kind=CreditEntry.Kind.LIMIT
    ).select_related("user", "proposal__closed_by", "account__contract")
    decisions = CreditDecision.objects.filter(order__counterparty=client_id)
    changes = ContractChange.objects.filter(contract__counterparty=client_id)
    return Journal(
        limits=list(limits.order_by("-pk")[:NUM_JOURNAL]),
        decisions=list(decisions.select_related("order", "author", "second")[:NUM_JOURNAL]),
        changes=list(changes.select_related("author", "closed_by", "contract")[:NUM_JOURNAL]),
    )


def client_months(*, client_id: int, day: date) -> Sequence[Month]:
    """Return the last twelve months of shipments in roubles; nothing if nothing was shipped.

    One query.
    """
    firsts = [_month(day, -n) for n in reversed(range(NUM_MONTHS))]
    lines = apps.get_model("order", "Line").objects.filter(
        order__counterparty=client_id,
        order__currency="RUB",
        order__shipments__warehouse=F("partner"),
        order__shipments__shipped_at__date__gte=_month(firsts[0], -NUM_MONTHS),
    )
    rows = (
        lines.annotate(month=TruncMonth("order__shipments__shipped_at"))
        .values("month")
        .annotate(total=Sum("line_price_incl_tax"))
        .values_list("month", "total")
    )
    sums = {(month.year, month.month): total for month, total in rows.order_by("month")}
    if not sums:
        return []
    return [
        Month(f, sums.get((f.year, f.month), ZERO), sums.get((f.year - 1, f.month), ZERO))
        for f in firsts
    ]


def ends_soon(lists: Sequence[Any], *, day: date) -> Sequence[Any]:
    """Those of the price lists that end within 45 days. No query."""
    return [p for p in lists if p and p.valid_to and day <= p.valid_to <= day + timedelta(days=45)]


def _month(day: date, away: int) -> date:
    place = day.year * 12 + day.month - 1 + away
    return date(place // 12, place % 12 + 1, 1)
