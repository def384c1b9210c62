"""What rules of shipments say of goods: which leave apart, from which warehouse, and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from b2b_apps.assortment.conditions import is_meant, of_goods
from b2b_apps.assortment.selectors import (
    in_term,
    keyed_products,
    labels_by_id,
    meets,
    wears_any,
)
from b2b_apps.core.context import TradeContext, WornLabel
from b2b_apps.core.prepared import PreparedRows
from b2b_apps.fulfilment.models import SplitRule

LABEL = "label"
# A rule that is not saved yet.
DRAFT = -1
Kind = SplitRule.Kind
Buyer = Mapping[str, Collection[Any]]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What holds for a product. ``group_id`` is the rule whose goods it shares shipments with, 0
    all goods that no rule keeps apart; ``warehouse_id`` where it leaves from if that has it.
    """

    group_id: int = 0
    warehouse_id: int | None = None
    warehouse_reason: str = ""


class Rulings(NamedTuple):
    """By product, what is not as without rules; ``reasons`` are told of groups, by rule."""

    by_product: Mapping[int, Ruling]
    reasons: Mapping[int, str]

    def of(self, product_id: int) -> Ruling:
        return self.by_product.get(product_id, USUAL)


USUAL = Ruling()
NO_RULES = Rulings({}, {})


def rulings_for(*, context: TradeContext, product_ids: Collection[int]) -> Rulings:
    """Return what the rules that work today say of products for a buyer.

    One query where no rule is his; else one for the products, one for labels if rules name some,
    and one for each condition of sections. No number depends on how many products there are.
    """
    return rulings_by(working_rules(), context=context, product_ids=product_ids)


def working_rules() -> Sequence[SplitRule]:
    """Rules that work today, in their order. One query."""
    return _WORKING(day=timezone.localdate())


def _working(day: date) -> QuerySet[SplitRule]:
    return SplitRule.objects.filter(in_term(day), is_active=True).order_by("priority", "pk")


_WORKING = PreparedRows(_working, day=date)


def rulings_by(
    rules: Iterable[SplitRule], *, context: TradeContext, product_ids: Collection[int]
) -> Rulings:
    """The same by other rules than those that work today: to see what one would do."""
    buyer = buyer_of(context)
    asked = asked_of(rules, day=timezone.localdate(), buyer=buyer)
    if not asked or not product_ids:
        return NO_RULES
    met = _met([test for _rule, test in asked], product_ids)
    known = {rule.pk or DRAFT for rule, _test in asked}
    found = {pk: _ruling([asked[n][0] for n in numbers], known) for pk, numbers in met.items()}
    reasons = {rule.pk or DRAFT: rule.reason for rule, _test in asked if rule.kind == Kind.APART}
    return Rulings({pk: ruling for pk, ruling in found.items() if ruling != USUAL}, reasons)


def buyer_of(context: TradeContext) -> Buyer:
    """Who buys, as conditions ask it."""
    return {
        "counterparty": (context.counterparty_id,),
        "contract": (context.contract_id,),
        "segment": context.segment_ids,
        "region": (context.region_id,),
    }


def asked_of(
    rules: Iterable[SplitRule], *, day: date, buyer: Buyer | None
) -> Sequence[tuple[SplitRule, Q]]:
    """Return the rules that concern a buyer (all without one), each with what it asks of rows of
    ``keyed_products``. One that asks what is not understood works for nobody.
    """
    listed = list(rules)
    labels = labels_by_id(
        {pk for rule in listed for pk in _label_ids(rule.conditions)}, day=day, buyer=buyer
    )
    found = []
    for rule in listed:
        test = goods_asked(rule.conditions, labels)
        if test is not None and (buyer is None or is_meant(_known(rule.conditions), buyer)):
            found.append((rule, test))
    return found


def goods_asked(stored: Any, labels: Mapping[int, WornLabel]) -> Q | None:
    """What conditions ask of goods, None if one of them is not understood."""
    group = of_goods(_known(stored))
    if group is None:
        return None
    found = meets(group)
    for item in stored:
        if _is_label(item):
            found &= wears_any(labels[pk] for pk in _ids(item) if pk in labels)
    return found


def labels_named(stored: Any, *, day: date) -> Mapping[int, WornLabel]:
    """The labels that conditions name, whoever buys. One query at most."""
    return labels_by_id(set(_label_ids(stored)), day=day)


def _met(tests: Sequence[Q], product_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """Which of the tests each product meets, in their order. One query."""
    names = [f"meets_{n}" for n in range(len(tests))]
    rows = keyed_products().filter(pk__in=list(product_ids))
    rows = rows.annotate(
        **{
            name: Case(When(test, then=Value(value=True)), default=Value(value=False))
            for name, test in zip(names, tests, strict=True)
        }
    )
    return {
        pk: [n for n, is_met in enumerate(met) if is_met]
        for pk, *met in rows.values_list("pk", *names)
    }


def _ruling(rules: Sequence[SplitRule], known: Collection[int]) -> Ruling:
    """What the first rules of both sorts say; ``known`` are all that concern the buyer."""
    prefer = next((rule for rule in rules if rule.kind == Kind.PREFER), None)
    keep = next((rule for rule in rules if rule.kind != Kind.PREFER), None)
    group = 0
    if keep is not None:
        group = (keep.pk or DRAFT) if keep.kind == Kind.APART else (keep.joins_id or 0)
    return Ruling(
        # With the goods of a rule that does not work, or not for him, is with all others.
        group if group in known else 0,
        prefer.warehouse_id if prefer else None,
        prefer.reason if prefer else "",
    )


def _known(stored: Any) -> Any:
    """The conditions without labels, of which ``assortment`` knows nothing."""
    if not isinstance(stored, list):
        return stored
    return [item for item in stored if not _is_label(item)]


def _is_label(item: Any) -> bool:
    return isinstance(item, dict) and item.get("kind") == LABEL


def _label_ids(stored: Any) -> Iterable[int]:
    rows = stored if isinstance(stored, list) else []
    return [pk for item in rows if _is_label(item) for pk in _ids(item)]


def _ids(item: Mapping[str, Any]) -> Sequence[int]:
    values = item.get("values")
    texts = [str(v) for v in values] if isinstance(values, list) else []
    return [int(text) for text in texts if text.isascii() and text.isdecimal()]
