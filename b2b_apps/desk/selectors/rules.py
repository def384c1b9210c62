"""Price rules for staff: the board, whom a rule touches, what it would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from b2b_apps.companies.models import Counterparty
from b2b_apps.contracts.context import context_under
from b2b_apps.contracts.models import Contract
from b2b_apps.core.money import HUNDRED
from b2b_apps.pricing.conditions import OF_CONTEXT, Condition, conditions_from
from b2b_apps.pricing.models import PriceList, PriceRule
from b2b_apps.pricing.preview import PreviewRow, RulePreview, rule_preview
from b2b_apps.pricing.reach import Reach, goods_reached, reach_of

# A change of more of the catalogue than this wants its number typed again.
GUARDED_SHARE = Decimal(5)
Kind = PriceList.Kind


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom a rule touches. ``left`` are contracts that remain after each condition of the buyer,
    None for a condition of goods.
    """

    reach: Reach
    left: Sequence[int | None]
    num_contracts: int
    num_clients: int
    num_baskets: int

    @property
    def share(self) -> Decimal:
        """Per cent of the catalogue."""
        return self.reach.num * HUNDRED / self.reach.total if self.reach.total else Decimal(0)

    @property
    def is_guarded(self) -> bool:
        return self.share > GUARDED_SHARE


def rules_board() -> QuerySet[PriceRule]:
    """All rules, for a board. One query when read."""
    return PriceRule.objects.select_related("author", "replaces")


def working(moment: Any = None) -> Q:
    """Rules that work now."""
    now = moment or timezone.now()
    return (
        Q(state="live")
        & (Q(valid_from__isnull=True) | Q(valid_from__lte=now))
        & (Q(valid_to__isnull=True) | Q(valid_to__gt=now))
    )


def touched_by(conditions: Sequence[Condition]) -> Touched:
    """Count goods, contracts, clients and open baskets that conditions concern.

    Four queries, one more where price lists are named, one per condition of sections or lists.
    """
    reach = reach_of(conditions)
    asked = [_of_contract(condition) for condition in conditions]
    together = Q()
    counts: dict[str, Count] = {}
    for place, condition in enumerate(asked):
        if condition is not None:
            together &= condition
            counts[f"left_{place}"] = Count("pk", filter=together)
    rows = Contract.objects.filter(is_active=True)
    found = rows.aggregate(
        contracts=Count("pk", filter=together),
        clients=Count("counterparty", filter=together, distinct=True),
        **counts,
    )
    baskets = apps.get_model("basket", "Basket").objects.filter(
        status="Open",
        contract__in=rows.filter(together),
        lines__product__in=goods_reached(conditions).values("pk"),
    )
    left = [
        found.get(f"left_{place}") if condition.kind in OF_CONTEXT else None
        for place, condition in enumerate(conditions)
    ]
    return Touched(reach, left, found["contracts"], found["clients"], baskets.distinct().count())


def contracts_of(conditions: Sequence[Condition]) -> QuerySet[Contract]:
    """Active contracts whose buyers meet the conditions. One query when read."""
    rows = Contract.objects.filter(is_active=True).select_related("counterparty")
    for condition in conditions:
        asked = _of_contract(condition)
        if asked is not None:
            rows = rows.filter(asked)
    return rows.order_by("counterparty__name", "pk")


def _of_contract(condition: Condition) -> Q | None:
    """What a condition asks of contracts, or None if it asks nothing of them."""
    values = condition.values
    if condition.kind == "price_list":
        return None if condition.is_not else _has_list(values)
    if condition.kind not in OF_CONTEXT:
        return None
    asked = {
        "region": Q(counterparty__region__in=values),
        "segment": Q(counterparty__in=Counterparty.objects.filter(segments__in=values)),
        "counterparty": Q(counterparty__in=values),
        "contract": Q(pk__in=values),
    }[condition.kind]
    return ~asked if condition.is_not else asked


def _has_list(ids: Any) -> Q | None:
    """Contracts of these lists; None if a list stands in chains of others too."""
    kinds = set(PriceList.objects.filter(pk__in=ids).values_list("kind", flat=True))
    if kinds - {Kind.PRICE_TYPE, Kind.CONTRACT}:
        return None
    return Q(price_type__in=ids) | Q(own_price_list__in=ids)


@dataclass(frozen=True, slots=True)
class Seen:
    """A preview under a contract, narrowed to a view of it."""

    contract: Contract
    preview: RulePreview
    view: str
    rows: Sequence[PreviewRow]
    num: int

    @property
    def views(self) -> Sequence[tuple[str, int]]:
        found = [(name, sum(1 for row in self.preview.rows if test(row)))
                 for name, test in VIEWS.items()]  # fmt: skip
        return [(name, n) for name, n in found if n or name == "all"]

    @property
    def margins(self) -> tuple[Decimal, Decimal] | None:
        """Average margin before and after, per cent of the price, of goods with both known."""
        rows = [r for r in self.preview.rows if r.cost is not None and r.before and r.after]
        if not rows:
            return None
        before = sum((margin(price=r.before, cost=r.cost) for r in rows), Decimal(0)) / len(rows)
        after = sum((margin(price=r.after, cost=r.cost) for r in rows), Decimal(0)) / len(rows)
        return before, after


VIEWS: dict[str, Any] = {
    "all": bool,
    "changed": lambda row: row.before != row.after,
    "cap": lambda row: row.limit == "cap",
    "floor": lambda row: row.limit == "floor",
    "gone": lambda row: row.after is None and row.before is not None,
    "agreed": lambda row: row.spared == "agreed",
    "same": lambda row: row.before == row.after,
}


def margin(*, price: Decimal | None, cost: Decimal | None) -> Decimal:
    """Per cent of the price that is not the purchase price."""
    return (price - cost) * HUNDRED / price if price and cost is not None else Decimal(0)


def rule_seen(*, rule: PriceRule, contract: Contract, view: str, most: int) -> Seen:
    """Return what a rule would make of the prices of a contract. One query more than
    ``rule_preview``.
    """
    preview = rule_preview(rule=rule, context=context_under(contract_id=contract.pk))
    test = VIEWS.get(view) or VIEWS["all"]
    rows = [row for row in preview.rows if test(row)]
    return Seen(contract, preview, view if view in VIEWS else "all", rows[:most], len(rows))


def rule_reach(rule: PriceRule) -> Touched:
    return touched_by(conditions_from(rule.conditions))
