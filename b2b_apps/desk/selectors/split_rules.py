"""Rules of shipments for the staff: the board, what one concerns, what it does to a basket."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone

from b2b_apps.assortment.conditions import OF_BUYER
from b2b_apps.assortment.selectors import keyed_products
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.contracts.models import Contract
from b2b_apps.desk.rule_words import whom_words
from b2b_apps.desk.selectors.rules import contracts_of
from b2b_apps.fulfilment.models import SplitRule, SplitRuleChange
from b2b_apps.fulfilment.ruling import goods_asked, labels_named, rulings_by, working_rules
from b2b_apps.pricing.conditions import conditions_from
from b2b_apps.purchasing.plan import OrderPlan, plan_of
from b2b_apps.purchasing.ruled import sheet_ruled_by
from b2b_apps.purchasing.selectors import basket_sheet

MOST_GOODS, MOST_BASKETS = 20, 30
# A plan of a longer basket takes too long to be drawn at every change of a blank.
MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class SplitConcern:
    """What conditions concern; ``left`` is what remains after each: products, or contracts."""

    num_goods: int
    total: int
    goods: Sequence[Any]
    num_contracts: int
    is_for_all: bool
    left: Sequence[int]


@dataclass(frozen=True, slots=True)
class SplitTried:
    """A basket as it leaves without the rule and with it, by all other rules of today."""

    basket: Any
    before: OrderPlan
    after: OrderPlan
    num_ruled: int

    @property
    def is_same(self) -> bool:
        return self.before.asked == self.after.asked


def split_rules() -> QuerySet[SplitRule]:
    """All rules, for a board. One query when read."""
    return SplitRule.objects.select_related("author", "warehouse", "joins")


def split_rules_attach(rows: Sequence[Any]) -> None:
    """Give each its last change and its conditions in words. One query, and one per kind."""
    found = SplitRuleChange.objects.filter(rule__in=[row.pk for row in rows])
    latest = found.order_by("rule_id", "-pk").distinct("rule_id").select_related("user")
    by_rule = {change.rule_id: change for change in latest}
    for row in rows:
        row.last_change = by_rule.get(row.pk)
    whom_words(rows)


def split_concern(stored: Sequence[Any]) -> SplitConcern:
    """Count and name what conditions concern. Three queries, one or two per condition more."""
    left = []
    for place, item in enumerate(stored):
        so_far = stored[: place + 1]
        rows = _contracts(so_far) if item["kind"] in OF_BUYER else _goods(so_far)
        left.append(rows.count())
    goods = _goods(stored)
    return SplitConcern(
        num_goods=goods.count(),
        total=_goods([]).count(),
        goods=list(goods.order_by("article", "pk")[:MOST_GOODS]),
        num_contracts=_contracts(stored).count(),
        is_for_all=not any(item["kind"] in OF_BUYER for item in stored),
        left=left,
    )


def baskets_to_try() -> Sequence[Any]:
    """The latest open baskets, with their buyers. One query."""
    rows = apps.get_model("basket", "Basket").objects.filter(
        status="Open", contract__isnull=False, owner__isnull=False,
        cached_num_lines__range=(1, MOST_LINES),
    )  # fmt: skip
    related = rows.select_related("contract__counterparty", "owner")
    return list(related.order_by("-pk")[:MOST_BASKETS])


def split_tried(basket: Any, rule: SplitRule) -> SplitTried | None:
    """Return what a rule, saved or not, would do to a basket; None if its owner may not buy under
    its contract any more. Some fifteen queries.
    """
    context = trade_context_for(user_id=basket.owner_id, contract_id=basket.contract_id)
    if context is None or context.contract_id != basket.contract_id:
        return None
    sheet = basket_sheet(context=context, basket=basket)
    ids = {line.product.pk for line in sheet.counted}
    others = [other for other in working_rules() if other.pk != rule.pk]
    every = sorted([*others, rule], key=lambda one: (one.priority, one.pk or 0))
    known = rulings_by(others, context=context, product_ids=ids)
    tried = rulings_by(every, context=context, product_ids=ids)
    changed = {pk for pk in ids if known.of(pk) != tried.of(pk)}
    return SplitTried(
        basket,
        plan_of(sheet_ruled_by(sheet, known)),
        plan_of(sheet_ruled_by(sheet, tried)),
        sum(line.product.pk in changed for line in sheet.counted),
    )


def _goods(stored: Sequence[Any]) -> QuerySet[Any]:
    """Rows of listings, on sale, that meet the conditions on goods."""
    test = goods_asked(list(stored), labels_named(list(stored), day=timezone.localdate()))
    rows = keyed_products().filter(is_public=True).exclude(structure="child")
    return rows.filter(test) if test is not None else rows.none()


def _contracts(stored: Sequence[Any]) -> QuerySet[Contract]:
    asked = [item for item in stored if item["kind"] in OF_BUYER]
    return contracts_of(conditions_from(asked))
