"""Budgets follow an order that comes to less: what was cancelled or closed is given back."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Q, Sum
from django_scopes import scopes_disabled

from b2b_apps.approvals.locks import periods_locked
from b2b_apps.approvals.models import BudgetEntry, BudgetPeriod
from b2b_apps.approvals.plan import BudgetUse
from b2b_apps.approvals.planning import section_of
from b2b_apps.approvals.services.budgets import budgets_settle
from b2b_apps.core.transient import deadlock_retried
from b2b_apps.fulfilment.locks import orders_lock
from b2b_apps.fulfilment.owed import line_owed
from b2b_apps.pricing.conditions import unmet_by_goods
from b2b_apps.pricing.goods import NO_FEATURES, goods_for

ZERO = Decimal(0)


def budgets_lower(*, order_id: int) -> Decimal:
    """Give back what an order's basket has taken and no longer comes to; return how much.

    Each budget keeps what the goods that it is of cost still, in the period that paid them: never
    more than was taken of it. Locks the basket's orders, then the periods. Eight queries, one for
    an order that took of no budget.
    """
    with scopes_disabled():
        orders = apps.get_model("order", "Order").objects
        basket_id = orders.values_list("basket_id", flat=True).get(pk=order_id)
        entries = BudgetEntry.objects.filter(basket_id=basket_id).order_by()
        if basket_id is None or not entries.exists():
            return ZERO
        return deadlock_retried(transaction.atomic(lambda: _lower(basket_id)))


def _lower(basket_id: int) -> Decimal:
    orders = apps.get_model("order", "Order").objects.filter(basket_id=basket_id)
    orders_lock(order_ids=orders.values_list("pk", flat=True))
    entries = BudgetEntry.objects.filter(basket_id=basket_id).order_by()
    periods = periods_locked(Q(pk__in=entries.values("period_id")))
    taken = dict(entries.values_list("period_id").annotate(sum=Sum("taken")))
    rows = apps.get_model("order", "Line").objects.filter(order__basket_id=basket_id)
    amounts = _amounts(list(rows.select_related("shipment")))
    left = {p.budget_id: _of_budget(p, amounts) for p in periods}
    uses = {}
    # The period that paid first keeps what is left of it first.
    for period in sorted(periods, key=lambda p: (p.starts_on, p.pk)):
        kept = min(taken.get(period.pk, ZERO), left[period.budget_id])
        left[period.budget_id] -= kept
        uses[period.pk] = _use(period, kept)
    return budgets_settle(basket_id=basket_id, uses=uses)


def _amounts(lines: Sequence[Any]) -> Mapping[int, Decimal]:
    """What lines still come to, by product."""
    found: dict[int, Decimal] = {}
    for line in lines:
        if line.product_id is not None:
            owed = line_owed(line, line.shipment).incl_tax
            found[line.product_id] = found.get(line.product_id, ZERO) + owed
    return found


def _of_budget(period: BudgetPeriod, amounts: Mapping[int, Decimal]) -> Decimal:
    budget = period.budget
    if not budget.category_id:
        return sum(amounts.values(), ZERO)
    goods = goods_for(set(amounts), with_brand=False)
    section = [section_of(budget)]
    return sum(
        (
            amount
            for pk, amount in amounts.items()
            if pk in goods and unmet_by_goods(section, goods[pk], NO_FEATURES, 0) is None
        ),
        ZERO,
    )


def _use(period: BudgetPeriod, kept: Decimal) -> BudgetUse:
    return BudgetUse(
        budget_id=period.budget_id,
        period_id=period.pk,
        name=period.budget.name,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        amount=period.amount,
        taken=ZERO,
        asked=kept,
        may_exceed=False,
    )
