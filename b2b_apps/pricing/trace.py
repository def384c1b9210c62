"""Why a price is what it is, in full: every list and rule, those too that did not work, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Max, Min

from b2b_apps.pricing.book import REFINED, PriceBook, RuleEvent, Settled
from b2b_apps.pricing.columns import PROJECT, Column, unusable
from b2b_apps.pricing.conversion import ROUBLE, DayRate
from b2b_apps.pricing.goods import Goods
from b2b_apps.pricing.models import Price
from b2b_apps.pricing.prices import ON_REQUEST, SHOWN, ProductPrice, Tier, tier_at
from b2b_apps.pricing.rules import WITHOUT_PRICE, Refusal, RuleTerms
from b2b_apps.pricing.steps import PriceStep
from b2b_apps.pricing.tariff import ListTerms


class UsedRate(NamedTuple):
    """A rate that a price was converted at, markup not added."""

    currency: str
    rate: DayRate
    is_stale: bool


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One line of a trace. ``kind``: list, quantity, rule, visibility or refined.

    ``reason`` is empty for what was applied. For a list: cost, off, not_yet, over (its term),
    no_rate, no_row, row_not_yet, row_over, stronger (another list won), quantity (agreed for
    more). For a rule the code of its ``refusal``. For a visibility: agreed (this buyer has a
    price all the same). For a refined price: quantity (it was named for another one).

    ``price`` is what a unit costs after it, or would by a list that lost;
    ``change`` is what it added. ``source`` is the list whose row it is, if another; ``day`` is
    when a term begins or ended. ``limit``: cap or floor of a rule.
    """

    kind: str
    reason: str = ""
    price: Decimal | None = None
    change: Decimal | None = None
    price_list: ListTerms | None = None
    source: ListTerms | None = None
    is_parents: bool = False
    rates: Sequence[UsedRate] = ()
    day: date | None = None
    tier: Tier | None = None
    rule: RuleTerms | None = None
    refusal: Refusal | None = None
    limit: str = ""
    availability: str = ""

    @property
    def is_applied(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class PriceTrace:
    """How a product's price came about for a quantity.

    ``entries`` are for staff; ``steps`` for the buyer: what was applied, and nothing of purchase
    prices, rules or lists of others. ``price`` is None if there is none to show; then
    ``availability`` says what the buyer is told. ``cost`` is the purchase price.
    """

    quantity: Decimal
    availability: str
    price: ProductPrice | None
    entries: Sequence[TraceEntry]
    cost: Decimal | None

    @property
    def unit_price(self) -> Decimal | None:
        return self.price.unit_price_at(self.quantity) if self.price else None

    @property
    def steps(self) -> Sequence[PriceStep]:
        return self.price.steps_at(self.quantity) if self.price else ()


def trace_of(book: PriceBook, product_id: int, quantity: Decimal) -> PriceTrace | None:
    """Return the trace of a product in a book that knows every rule, or None if it is not in it.

    One query: rows of other days.
    """
    item = book.loaded.goods.get(product_id)
    if item is None:
        return None
    log: list[RuleEvent] = []
    settled = book.settle(item, log, quantity)
    entries = [*_lists(book, item, settled, quantity)]
    if settled.listed:
        place = tier_at(settled.listed, quantity)
        entries += [*_quantity(settled, place), *_rules(log, place)]
    else:
        entries += _rules(log, None)
    entries += _refined(book, item, settled, quantity)
    if item.visibility != SHOWN:
        reason = "agreed" if settled.availability == SHOWN else ""
        entries.append(TraceEntry("visibility", reason, availability=item.visibility))
    if quantity < settled.from_quantity:
        return PriceTrace(quantity, ON_REQUEST, None, entries, book.cost_of(item))
    return PriceTrace(
        quantity, settled.availability, book.price(product_id), entries, book.cost_of(item)
    )


def _lists(
    book: PriceBook, item: Goods, settled: Settled, quantity: Decimal
) -> Sequence[TraceEntry]:
    loaded = book.loaded
    chain = [
        terms
        for pk in dict.fromkeys((*book.own_list_ids, *loaded.tail))
        if (terms := loaded.tariff.lists.get(pk)) is not None and terms.kind != REFINED
    ]
    other_days = _terms_of_rows(loaded.columns, item)
    return [_list(book, terms, item, settled, quantity, other_days) for terms in chain]


def _list(  # noqa: PLR0913, PLR0917 - what a line of a list tells
    book: PriceBook,
    terms: ListTerms,
    item: Goods,
    settled: Settled,
    quantity: Decimal,
    other_days: Mapping[int, tuple[date | None, date | None]],
) -> TraceEntry:
    day = book.loaded.tariff.day
    reason = "cost" if terms.is_cost else unusable(terms, day)
    column = book.loaded.columns.get(terms.pk)
    if reason or column is None:
        ends = terms.valid_from if reason == "not_yet" else terms.valid_to
        return TraceEntry("list", reason or "no_rate", price_list=terms, day=ends)
    tiers = column.tiers_of(item)
    if not tiers:
        why, ends = _no_row(column, other_days, day)
        return TraceEntry("list", why, price_list=terms, day=ends)
    is_won = settled.column is column
    starts = tiers[-1].minimum_quantity
    if terms.kind == PROJECT and quantity < starts:
        return TraceEntry("list", "quantity", price=tiers[-1].amount, price_list=terms,
                          tier=tiers[-1])  # fmt: skip
    source_id, is_parents = column.source_of(item) or (terms.pk, False)
    source = book.loaded.tariff.lists[source_id]
    return TraceEntry(
        "list",
        "" if is_won else "stronger",
        price=tiers[-1].amount if is_won else tiers[tier_at(tiers, quantity)].amount,
        price_list=terms,
        source=source if source_id != terms.pk else None,
        is_parents=is_parents,
        rates=_rates(book, source.currency),
    )


def _rates(book: PriceBook, currency: str) -> Sequence[UsedRate]:
    conversion = book.loaded.conversion
    if currency == conversion.currency:
        return ()
    used = [(c, conversion.rate_of(c)) for c in (currency, conversion.currency) if c != ROUBLE]
    return [UsedRate(c, rate, conversion.is_stale(rate)) for c, rate in used if rate is not None]


def _terms_of_rows(
    columns: Mapping[int, Column], item: Goods
) -> Mapping[int, tuple[date | None, date | None]]:
    """(first start, last end) of a product's rows of any day, by list. One query."""
    list_ids = {pk for column in columns.values() for pk in column.list_ids}
    rows = (
        Price.objects.filter(
            price_list_id__in=list_ids, product_id__in=[pk for pk in item[:2] if pk]
        )
        .order_by()
        .values_list("price_list_id")
        .annotate(Min("valid_from"), Max("valid_to"))
    )
    return {pk: (start, end) for pk, start, end in rows}


def _no_row(
    column: Column, other_days: Mapping[int, tuple[date | None, date | None]], day: date
) -> tuple[str, date | None]:
    for list_id in column.list_ids:
        if list_id in other_days:
            start, end = other_days[list_id]
            is_early = start is not None and day < start
            return ("row_not_yet", start) if is_early else ("row_over", end)
    return "no_row", None


def _quantity(settled: Settled, place: int) -> Sequence[TraceEntry]:
    """The tier that holds; nothing if there is but one."""
    if len(settled.listed) < 2:
        return ()
    tier, base = settled.listed[place], settled.listed[-1]
    return [TraceEntry("quantity", price=tier.amount, change=tier.amount - base.amount, tier=tier)]


def _refined(
    book: PriceBook, item: Goods, settled: Settled, quantity: Decimal
) -> Sequence[TraceEntry]:
    """The price that 1C named for this contract; nothing if it named none that is in force."""
    refined, tiers = settled.refined, settled.all_tiers
    if refined is None or book.refined_column is None:
        return []
    usual = settled.tiers[tier_at(settled.tiers, quantity)].amount
    is_on = tiers[tier_at(tiers, quantity)] is refined
    return [
        TraceEntry(
            "refined",
            "" if is_on else "quantity",
            price=refined.amount,
            change=refined.amount - usual if is_on else None,
            price_list=book.refined_column.terms,
            day=book.refined_on(item),
            tier=refined,
        )
    ]


def _rules(log: Sequence[RuleEvent], place: int | None) -> Sequence[TraceEntry]:
    return [_rule(event, place) for event in log]


def _rule(event: RuleEvent, place: int | None) -> TraceEntry:
    terms = event.rule.terms
    if event.refusal is not None:
        day = terms.valid_from if event.refusal.code == "not_yet" else terms.valid_to
        return TraceEntry(
            "rule",
            event.refusal.code,
            rule=terms,
            refusal=event.refusal,
            day=day.date() if day else None,
        )
    if terms.action in WITHOUT_PRICE or place is None:
        return TraceEntry("rule", rule=terms, availability=terms.action)
    before, after = event.before[place].amount, event.after[place].amount
    return TraceEntry(
        "rule", price=after, change=after - before, rule=terms, limit=event.limits[place]
    )
