"""Assortment rules and labels for the staff: boards, whom and what they concern."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from b2b_apps.assortment.conditions import OF_BUYER, of_goods
from b2b_apps.assortment.models import AssortmentRule, Label, RuledChange
from b2b_apps.assortment.selectors import in_term, meeting
from b2b_apps.contracts.models import Contract
from b2b_apps.desk.rule_words import whom_words
from b2b_apps.desk.selectors.rules import contracts_of
from b2b_apps.pricing.conditions import conditions_from

MOST_GOODS, MOST_CONTRACTS = 20, 10


@dataclass(frozen=True, slots=True)
class Concern:
    """What conditions concern: rows of listings, and contracts; the first of each.

    ``left`` is what remains after each condition: products, or contracts.
    """

    num_goods: int
    total: int
    goods: Sequence[Any]
    num_contracts: int
    contracts: Sequence[Contract]
    left: Sequence[int]
    is_for_all: bool


def assortment_rules() -> QuerySet[AssortmentRule]:
    """All rules, for a board. One query when read."""
    return AssortmentRule.objects.select_related("author")


def labels() -> QuerySet[Label]:
    """All labels, for a board. One query when read."""
    return Label.objects.select_related("author")


def working_today() -> Q:
    """Rules and labels that work today."""
    return Q(is_active=True) & in_term(timezone.localdate())


def rules_attach(rows: Sequence[Any]) -> None:
    """Give each rule its last change and its conditions in words. One query, and one per kind."""
    _attach(rows, "rule")


def labels_attach(rows: Sequence[Any]) -> None:
    """The same of labels."""
    _attach(rows, "marker")


def _attach(rows: Sequence[Any], field: str) -> None:
    column = f"{field}_id"
    found = RuledChange.objects.filter(**{f"{column}__in": [row.pk for row in rows]})
    latest = found.order_by(column, "-pk").distinct(column).select_related("user")
    by_row = {getattr(change, column): change for change in latest}
    for row in rows:
        row.last_change = by_row.get(row.pk)
    whom_words(rows)


def concern_of(stored: Sequence[Any], *, newer_than_days: int | None = None) -> Concern:
    """Count and name what conditions concern, as pages would apply them.

    Queries: four, one per condition, and one more per condition of sections for each count.
    """
    left = []
    for place, item in enumerate(stored):
        so_far = stored[: place + 1]
        is_of_buyer = item["kind"] in OF_BUYER
        left.append(_contracts(so_far).count() if is_of_buyer else _goods(so_far, None).count())
    goods, contracts = _goods(stored, newer_than_days), _contracts(stored)
    return Concern(
        num_goods=goods.count(),
        total=_goods([], None).count(),
        goods=list(goods.order_by("article", "pk")[:MOST_GOODS]),
        num_contracts=contracts.count(),
        contracts=list(contracts[:MOST_CONTRACTS]),
        left=left,
        is_for_all=not any(item["kind"] in OF_BUYER for item in stored),
    )


def _goods(stored: Sequence[Any], newer_than_days: int | None) -> QuerySet[Any]:
    """Rows of listings, on sale: a characteristic is a part of its product's."""
    rows = meeting(of_goods(list(stored)) or ())
    rows = rows.filter(is_public=True).exclude(structure="child")
    if newer_than_days:
        rows = rows.filter(date_created__gte=timezone.now() - timedelta(days=newer_than_days))
    return rows


def _contracts(stored: Sequence[Any]) -> QuerySet[Contract]:
    asked = [item for item in stored if item["kind"] in OF_BUYER]
    return contracts_of(conditions_from(asked))
