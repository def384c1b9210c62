"""Loads what a price book reckons from: terms, products, rows, and features if a rule asks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from b2b_apps.assortment.selectors import visible_ids
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.book import Loaded
from b2b_apps.pricing.columns import Column, first_amount, levels_of, rows_for
from b2b_apps.pricing.conversion import Conversion, fixed_rate_of
from b2b_apps.pricing.goods import Goods, features_for, goods_for
from b2b_apps.pricing.kept_rules import rules_compiled
from b2b_apps.pricing.rules import RuleTerms
from b2b_apps.pricing.tariff import Tariff, tariff_for

NOON = time(12)
TAIL = ("regional", "fallback")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a book is to know beside the chain of its context; see ``selectors.price_book``."""

    day: date | None = None
    extra_list_ids: Collection[int] = ()
    with_thresholds: bool = False
    with_every_rule: bool = False
    extra_rules: Sequence[RuleTerms] = ()
    tariff: Tariff | None = None

    @property
    def moment(self) -> datetime:
        """Now, or noon of another day: rules begin and end by the clock."""
        now = timezone.localtime()
        if self.day is None or self.day == now.date():
            return now
        return timezone.make_aware(datetime.combine(self.day, NOON))


def nothing_loaded(context: TradeContext, wanted: Wanted) -> Loaded:
    """What a person who may not see prices gets. No query."""
    day = wanted.moment.date()
    tariff = Tariff(day, wanted.moment, {}, {}, (), ())
    conversion = Conversion(context.currency, day, {})
    return Loaded(context, tariff, conversion, {}, {}, {}, (), None, (), ())


def loaded_for(*, context: TradeContext, product_ids: Collection[int], wanted: Wanted) -> Loaded:
    """Load everything. Three queries, four if a rule asks for categories or attributes; one or two
    more where the buyer does not see all goods: what he does not see has no price for him. One
    less with a tariff that was read before.
    """
    product_ids = visible_ids(context, product_ids)
    tariff = wanted.tariff or _tariff_for(context, wanted)
    conversion = conversion_for(context, tariff)
    rules = rules_compiled(
        tariff=tariff, context=context, conversion=conversion, extra=wanted.extra_rules
    )
    asked = rules.asked_by_all if wanted.with_every_rule else rules.asked
    goods = goods_for(product_ids, with_brand=asked.with_brand)
    tail = tail_of(context, tariff)
    starts: dict[tuple[int, int], date] = {}
    columns, retail, cost = _columns(
        context, tariff, conversion, goods, starts,
        chain=[*context.price_list_ids, *tail, *_more_lists(tariff, wanted)],
        with_cost=wanted.with_every_rule or rules.finder.has_floor,
    )  # fmt: skip
    return Loaded(
        context=context,
        tariff=tariff,
        conversion=conversion,
        goods=goods,
        features=features_for(goods.values(), asked) if asked.takes_a_query and goods else {},
        columns=columns,
        tail=tail,
        retail=retail,
        cost=cost,
        rules=rules,
        starts=starts,
    )


def _tariff_for(context: TradeContext, wanted: Wanted) -> Tariff:
    return tariff_for(
        context=context,
        moment=wanted.moment,
        extra_list_ids=wanted.extra_list_ids,
        extra_currencies=[rule.currency for rule in wanted.extra_rules],
        with_every_rule=wanted.with_every_rule,
    )


def _more_lists(tariff: Tariff, wanted: Wanted) -> Sequence[int]:
    """Lists that are read beside the chain: those asked for, and the targets of thresholds."""
    targets = tariff.thresholds if wanted.with_thresholds else ()
    return [*wanted.extra_list_ids, *(threshold.target_id for threshold in targets)]


def costs_of(
    *, context: TradeContext, tariff: Tariff, product_ids: Collection[int]
) -> Mapping[int, Decimal]:
    """Return the purchase prices of products that have one, as ``PriceBook.cost_of``. Two queries,
    none without products.
    """
    if not product_ids:
        return {}
    goods = goods_for(product_ids, with_brand=False)
    _shown, _retail, cost = _columns(
        context, tariff, conversion_for(context, tariff), goods, {}, chain=(), with_cost=True,
        with_retail=False,
    )  # fmt: skip
    return {
        pk: amount for pk, item in goods.items() if (amount := first_amount(cost, item)) is not None
    }


def conversion_for(context: TradeContext, tariff: Tariff) -> Conversion:
    """The rates that a context goes by."""
    currencies = {pk: terms.currency for pk, terms in tariff.lists.items()}
    return Conversion(
        currency=context.currency,
        day=tariff.day,
        rates=tariff.rates,
        markup_percent=context.rate_markup_percent,
        fixed=fixed_rate_of(context=context, currencies=currencies),
    )


def tail_of(context: TradeContext, tariff: Tariff) -> tuple[int, ...]:
    """The lists after the contract's own part: of the region, then of last resort, by name."""
    found = [
        terms
        for terms in tariff.lists.values()
        if terms.kind == "fallback"
        or (terms.kind == "regional" and terms.region_id == context.region_id)
    ]
    found.sort(key=lambda terms: (TAIL.index(terms.kind), terms.name, terms.pk))
    return tuple(terms.pk for terms in found)


def _columns(  # noqa: PLR0913 - what columns are made of
    context: TradeContext,
    tariff: Tariff,
    conversion: Conversion,
    goods: Mapping[int, Goods],
    starts: dict[tuple[int, int], date],
    *,
    chain: Iterable[int],
    with_cost: bool,
    with_retail: bool = True,
) -> tuple[Mapping[int, Column], Column | None, tuple[Column, ...]]:
    """Return (usable lists that buyers may see, by id; the retail column; purchase prices). One
    query, which fills ``starts`` too.
    """
    listed = tariff.lists.values()
    shown = [tariff.lists[pk] for pk in dict.fromkeys(chain) if pk in tariff.lists]
    shown = [terms for terms in shown if not terms.is_cost]
    retail = [t for t in listed if with_retail and t.is_retail and not t.is_cost]
    retail.sort(key=lambda terms: (terms.currency != context.currency, terms.name, terms.pk))
    cost = [terms for terms in listed if terms.is_cost and with_cost]
    cost.sort(key=lambda terms: (terms.name, terms.pk))
    levels = {
        terms.pk: found
        for terms in (*shown, *retail, *cost)
        if (found := levels_of(terms, lists=tariff.lists, day=tariff.day, conversion=conversion))
    }
    list_ids = {level.list_id for found in levels.values() for level in found}
    rows = rows_for(list_ids=list_ids, goods=goods.values(), day=tariff.day, starts=starts)
    made = {
        pk: Column(tariff.lists[pk], found, rows, context.vat_mode) for pk, found in levels.items()
    }
    return (
        {terms.pk: made[terms.pk] for terms in shown if terms.pk in made},
        next((made[terms.pk] for terms in retail if terms.pk in made), None),
        tuple(made[terms.pk] for terms in cost if terms.pk in made),
    )
