"""What a price rule would change, before it works."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import QuerySet

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.book import PriceBook, RuleEvent
from b2b_apps.pricing.conditions import Condition, conditions_from
from b2b_apps.pricing.models import PriceList, PriceRule
from b2b_apps.pricing.reach import goods_reached
from b2b_apps.pricing.rules import RuleTerms
from b2b_apps.pricing.selectors import price_book

MOST_GOODS, BATCH = 5000, 2000
# A rule concerns these products too, and leaves them as they are.
SPARED = ("", "agreed", "after_final")


class PreviewRow(NamedTuple):
    """A product that the rule concerns, at the smallest order, as the contract reckons.

    ``after`` is None if the rule takes the price away: ``availability`` says how. ``limit``: cap
    or floor. ``cost`` is the purchase price, if known. ``spared`` says why a product that meets
    the conditions stays as it is: agreed (with this buyer), after_final.
    """

    product_id: int
    article: str
    title: str
    before: Decimal | None
    after: Decimal | None
    limit: str
    availability: str
    cost: Decimal | None
    spared: str = ""

    @property
    def change(self) -> Decimal | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class RulePreview:
    """The goods that a rule concerns; ``is_cut`` if there were more to look at than were."""

    rows: Sequence[PreviewRow]
    currency: str
    num_looked: int
    is_cut: bool

    @property
    def num_limited(self) -> Mapping[str, int]:
        """How many are stopped by the cap, and by the floor."""
        return {limit: sum(row.limit == limit for row in self.rows) for limit in ("cap", "floor")}

    @property
    def num_changed(self) -> int:
        return sum(row.before != row.after for row in self.rows)

    @property
    def num_same(self) -> int:
        return len(self.rows) - self.num_changed


def rule_preview(
    *, rule: PriceRule, context: TradeContext | None = None, price_list: PriceList | None = None
) -> RulePreview:
    """Return what a rule, saved or not, would make of the prices of a contract or a price list.

    As if it were live and in its term, in its place among the live rules; its stored self is left
    out, and the rule that it replaces works before it alone. For a contract give the context
    (``contracts.context_under``); for a list a buyer is imagined who has that list and whatever
    else of him the rule asks. At most ``MOST_GOODS`` products are looked at. Five queries and one
    per condition of categories, whatever their number.
    """
    if context is None:
        if price_list is None:
            raise ValueError("a preview is of a contract or of a price list")
        context = _buyer_of(price_list, rule)
    goods = list(_goods(conditions_from(rule.conditions))[: MOST_GOODS + 1])
    is_cut = len(goods) > MOST_GOODS
    named = {pk: (article, title) for pk, article, title in goods[:MOST_GOODS]}
    rows = _looked_at(rule, context, named)
    return RulePreview(rows, context.currency, len(named), is_cut)


def rule_preview_rows(
    *, rule: PriceRule, context: TradeContext, looked: Callable[[int], None] | None = None
) -> Iterator[PreviewRow]:
    """Yield what a rule would make of every product that it concerns, however many there are.

    As ``rule_preview``, batch by batch: memory does not grow with their number. ``looked`` is told
    how many products were looked at so far. Five queries a batch and one per condition of
    categories.
    """
    goods = _goods(conditions_from(rule.conditions)).iterator(BATCH)
    number = 0
    while batch := list(islice(goods, BATCH)):
        number += len(batch)
        yield from _looked_at(rule, context, {pk: (art, title) for pk, art, title in batch})
        if looked is not None:
            looked(number)


def goods_to_look_at(rule: PriceRule) -> int:
    """How many products ``rule_preview_rows`` looks at. One query."""
    return _goods(conditions_from(rule.conditions)).count()


def goods_dearer_in(*, usual: PriceList, target: PriceList) -> int:
    """How many products cost more where ``target`` takes the place of a price type, as a threshold
    of the basket's sum puts it there. At most ``MOST_GOODS`` are looked at, those that the target
    has rows of first. Six queries.
    """
    goods = goods_reached([]).order_by("pk")
    priced = goods.filter(pk__in=target.prices.values("product")).values_list("pk", flat=True)
    ids = list(priced[:MOST_GOODS]) or list(goods.values_list("pk", flat=True)[:MOST_GOODS])
    context = _buyer_of(usual, PriceRule())
    book = price_book(context=context, product_ids=ids, extra_list_ids=[target.pk])
    other = book.with_price_type(target.pk)
    return sum(_is_dearer(book.amount(pk), other.amount(pk)) for pk in ids)


def _is_dearer(now: Decimal | None, then: Decimal | None) -> bool:
    return now is not None and then is not None and then > now


def _looked_at(
    rule: PriceRule, context: TradeContext, named: Mapping[int, tuple[str, str]]
) -> Sequence[PreviewRow]:
    context = replace(context, promo_code=rule.promo_code)
    terms = RuleTerms.from_model(rule)._replace(state="live", valid_from=None, valid_to=None)
    book = price_book(context=context, product_ids=named, with_every_rule=True, extra_rules=[terms])
    return list(_rows(book, terms, named, rule.replaces_id))


def _rows(
    book: PriceBook, terms: RuleTerms, named: Mapping[int, tuple[str, str]], replaced: int | None
) -> Iterable[PreviewRow]:
    loaded = book.loaded.rules
    others = [rule for rule in loaded if rule.terms.pk != terms.pk]
    ours = [r for r in loaded if r.terms is terms or r.terms.pk not in {terms.pk, replaced}]
    before, after = book.with_rules(others), book.with_rules(ours)
    for product_id, (article, title) in named.items():
        item = book.loaded.goods.get(product_id)
        if item is None:
            continue
        log: list[RuleEvent] = []
        settled = after.settle(item, log)
        event = next((event for event in log if event.rule.terms is terms), None)
        spared = event.refusal.code if event and event.refusal else ""
        if event is None or spared not in SPARED:
            continue
        yield PreviewRow(
            product_id, article, title,
            before.amount(product_id), after.amount(product_id),
            event.limits[-1] if event.limits else "",
            settled.availability, book.cost_of(item), spared,
        )  # fmt: skip


def _goods(conditions: Sequence[Condition]) -> QuerySet[Any, Any]:
    """(id, article, title) of goods that may meet the conditions, in order of articles.

    Which list gives a price the engine alone knows, so that is not asked here.
    """
    asked = [condition for condition in conditions if condition.kind != "price_list"]
    return goods_reached(asked).order_by("article", "pk").values_list("pk", "article", "title")


def _buyer_of(price_list: PriceList, rule: PriceRule) -> TradeContext:
    """A buyer with one price list, such as the rule asks for."""
    asked: dict[str, Sequence[int]] = {}
    for condition in conditions_from(rule.conditions):
        if not condition.is_not:
            asked[condition.kind] = sorted(condition.values)
    first = {kind: values[0] for kind, values in asked.items() if values}
    region = price_list.region_id or first.get("region")
    return TradeContext(
        user_id=0,
        employee_id=0,
        counterparty_id=first.get("counterparty", 0),
        counterparty_ids=(),
        contract_id=first.get("contract", 0),
        organization_id=0,
        region_id=region,
        warehouse_ids=(),
        price_list_ids=(price_list.pk,),
        currency=price_list.currency,
        vat_mode="included" if price_list.includes_vat else "on_top",
        permissions=frozenset({SEE_PRICES}),
        segment_ids=frozenset(asked.get("segment", ())),
    )
