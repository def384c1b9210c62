"""All open baskets of a person at once, by company and contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, Sum

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_PRICES
from b2b_apps.contracts.context import TradeOptions
from b2b_apps.contracts.models import Contract
from b2b_apps.purchasing.locks import OPEN
from b2b_apps.purchasing.selectors import open_baskets

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class BasketRow:
    """A basket as it was last reckoned. ``owner`` is the colleague who shares it, if one does."""

    contract: Contract
    num_lines: int
    total: Decimal | None
    num_blocking: int
    weight_kg: Decimal
    is_current: bool
    owner: Any | None = None


@dataclass(frozen=True)
class CompanyBaskets:
    """The baskets of one company, and what they come to by currency."""

    name: str
    rows: Sequence[BasketRow]

    @property
    def num_lines(self) -> int:
        return sum(row.num_lines for row in self.rows)

    @property
    def totals(self) -> Sequence[tuple[str, Decimal]]:
        sums: dict[str, Decimal] = {}
        for row in self.rows:
            if row.total is not None:
                currency = row.contract.currency
                sums[currency] = sums.get(currency, ZERO) + row.total
        return sorted(sums.items())


def baskets_of(*, options: TradeOptions) -> Sequence[CompanyBaskets]:
    """Return the baskets with lines under all contracts that the person may order under, his own
    and those that colleagues share; the company of the current contract first. Three queries,
    however many there are.
    """
    contracts = {c.pk: c for c in options.contracts if options.may_under(c, PLACE_ORDERS)}
    user_id = options.context.user_id
    own = list(open_baskets(user_id=user_id).filter(contract_id__in=contracts))
    shared = apps.get_model("basket", "Basket").objects.filter(
        contract_id__in=contracts, status=OPEN, is_shared=True
    )
    shared = shared.exclude(owner_id=user_id).select_related("owner").order_by("pk")
    baskets = [basket for basket in (*own, *shared) if basket.cached_num_lines]
    figures = _figures([basket.pk for basket in baskets])
    found: dict[int, list[BasketRow]] = {options.contract.counterparty_id: []}
    for basket in sorted(baskets, key=lambda b: list(contracts).index(b.contract_id)):
        contract = contracts[basket.contract_id]
        owner = basket.owner if basket.owner_id != user_id else None
        row = _row(basket, contract, figures.get(basket.pk, (0, ZERO)), options, owner)
        found.setdefault(contract.counterparty_id, []).append(row)
    return [CompanyBaskets(rows[0].contract.counterparty.name, rows) for rows in found.values()
            if rows]  # fmt: skip


def _row(
    basket: Any, contract: Contract, figures: tuple[int, Decimal], options: TradeOptions,
    owner: Any | None,
) -> BasketRow:  # fmt: skip
    context = options.context
    is_open = basket.owner_id == context.basket_user_id
    return BasketRow(
        contract=contract,
        num_lines=basket.cached_num_lines,
        total=basket.cached_total if options.may_under(contract, SEE_PRICES) else None,
        num_blocking=figures[0],
        weight_kg=figures[1],
        is_current=contract.pk == options.contract.pk and is_open,
        owner=owner,
    )


def _figures(basket_ids: Sequence[int]) -> Mapping[int, tuple[int, Decimal]]:
    """How many lines of each basket can't leave, and the weight of the others. One query."""
    lines = apps.get_model("basket", "Line").objects.filter(basket_id__in=basket_ids).order_by()
    rows = lines.values_list("basket_id").annotate(
        blocking=Count("pk", filter=Q(kept_is_blocking=True)),
        weight=Sum("kept_weight_kg", filter=Q(kept_is_blocking=False)),
    )
    return {pk: (blocking, weight or ZERO) for pk, blocking, weight in rows}
