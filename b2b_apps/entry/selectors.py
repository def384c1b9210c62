"""Questions about lists of fast entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Min, Q, QuerySet, Sum

from b2b_apps.core.context import TradeContext
from b2b_apps.entry.models import EntryList, EntryRow

State = EntryRow.State
# What goes into the basket.
GOING = (State.FOUND, State.FIXED, State.SHORT)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows are which, and what those weigh and cost that go into the basket.

    ``num_unweighed`` of these have no weight.
    """

    by_state: Mapping[str, int]
    amount: Decimal = ZERO
    weight: Decimal = ZERO
    volume: Decimal = ZERO
    num_unweighed: int = 0

    @property
    def num_open(self) -> int:
        return sum(n for state, n in self.by_state.items() if state != State.ADDED)

    @property
    def num_going(self) -> int:
        return sum(self.by_state.get(state, 0) for state in GOING)

    @property
    def num_added(self) -> int:
        return self.by_state.get(State.ADDED, 0)

    @property
    def num_skipped(self) -> int:
        return self.by_state.get(State.SKIPPED, 0)

    @property
    def num_left(self) -> int:
        """Rows that somebody has to decide about."""
        return self.num_open - self.num_going - self.num_skipped


def list_for(context: TradeContext) -> EntryList | None:
    """Return the person's list under the current contract, or None. One query."""
    key = {"user_id": context.user_id, "contract_id": context.contract_id}
    return EntryList.objects.filter(**key).first()


def lists_elsewhere(*, context: TradeContext) -> QuerySet[EntryList]:
    """The person's lists under other contracts that hold open rows, the latest first, with
    ``num_rows``. One query when read.
    """
    is_open = Q(rows__removed_at__isnull=True) & ~Q(rows__state=State.ADDED)
    lists = EntryList.objects.filter(user_id=context.user_id)
    lists = lists.exclude(contract_id=context.contract_id).select_related("contract")
    counted = lists.annotate(num_rows=Count("rows", filter=is_open))
    return counted.filter(num_rows__gt=0).order_by("-updated_at")


def rows_standing(entry_list: EntryList) -> QuerySet[EntryRow]:
    """Rows that were not removed, in their order."""
    return EntryRow.objects.filter(entry_list=entry_list, removed_at__isnull=True)


def rows_open(entry_list: EntryList) -> QuerySet[EntryRow]:
    """Rows that are neither removed nor in the basket."""
    return rows_standing(entry_list).exclude(state=State.ADDED)


def counts_of(entry_list: EntryList) -> Counts:
    """Count a list. One query."""
    rows = rows_standing(entry_list).order_by().values("state")
    found = rows.annotate(
        n=Count("pk"),
        unweighed=Count("pk", filter=Q(weight__isnull=True)),
        sum=Sum("amount"),
        kg=Sum("weight"),
        m3=Sum("volume"),
    )
    rows_by = {row["state"]: row for row in found}
    going = [rows_by[state] for state in GOING if state in rows_by]
    return Counts(
        {state: row["n"] for state, row in rows_by.items()},
        sum((row["sum"] or ZERO for row in going), ZERO),
        sum((row["kg"] or ZERO for row in going), ZERO),
        sum((row["m3"] or ZERO for row in going), ZERO),
        sum(row["unweighed"] for row in going),
    )


def first_numbers(entry_list: EntryList, product_ids: set[int]) -> Mapping[int, int]:
    """Return the number of the first open row of each product. One query."""
    rows = rows_open(entry_list).order_by().filter(product_id__in=product_ids)
    return dict(rows.values_list("product_id").annotate(first=Min("number")))
