"""Prices of many products in one TradeContext. The algorithm: docs/algorithms/pricing.md."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.book import PriceBook
from b2b_apps.pricing.loading import Wanted, loaded_for, nothing_loaded
from b2b_apps.pricing.prices import ProductPrice, Tier
from b2b_apps.pricing.promo import promo_code_state
from b2b_apps.pricing.rules import RuleTerms
from b2b_apps.pricing.tariff import Tariff
from b2b_apps.pricing.thresholds import BasketPrices
from b2b_apps.pricing.trace import PriceTrace, trace_of

__all__ = [
    "BasketPrices",
    "PriceBook",
    "PriceTrace",
    "ProductPrice",
    "Tier",
    "basket_prices",
    "price_book",
    "price_trace_for",
    "prices_for",
    "promo_code_state",
]


def prices_for(
    *, context: TradeContext, product_ids: Collection[int], day: date | None = None
) -> Mapping[int, ProductPrice]:
    """Return the price of each product that has one, by product id.

    Nothing is returned to a person who may not see prices. Three queries, whatever the number of
    products; four where a rule asks for categories or attributes.
    """
    return price_book(context=context, product_ids=product_ids, day=day).prices()


def price_book(  # noqa: PLR0913 - what to load at once
    *,
    context: TradeContext,
    product_ids: Collection[int],
    day: date | None = None,
    extra_list_ids: Collection[int] = (),
    with_thresholds: bool = False,
    with_every_rule: bool = False,
    extra_rules: Sequence[RuleTerms] = (),
    tariff: Tariff | None = None,
) -> PriceBook:
    """Load all that the prices of these products need; the book then answers without queries.

    ``extra_list_ids``, and the targets of the price type's thresholds ``with_thresholds``, may be
    put into the chain later. ``with_every_rule`` loads rules that do not work now too, for a
    trace; ``extra_rules`` take their places among those that are stored. A ``tariff`` of this
    context that was read just now saves a query. Queries as ``prices_for``, none for a person who
    may not see prices: his book is empty.
    """
    wanted = Wanted(day, extra_list_ids, with_thresholds, with_every_rule, extra_rules, tariff)
    if not product_ids or not context.may(SEE_PRICES):
        return PriceBook(nothing_loaded(context, wanted), context.price_list_ids)
    loaded = loaded_for(context=context, product_ids=product_ids, wanted=wanted)
    return PriceBook(loaded, context.price_list_ids)


def basket_prices(
    *,
    context: TradeContext,
    quantities: Mapping[int, Decimal],
    counted: Collection[int] | None = None,
) -> BasketPrices:
    """Return what the goods of a basket cost together, thresholds of its sum heeded.

    Only ``counted`` products add to the sum, all if it is None; every one is priced. Queries as
    ``price_book``.
    """
    book = price_book(context=context, product_ids=quantities, with_thresholds=True)
    return BasketPrices(book, quantities, counted)


def price_trace_for(
    *, context: TradeContext, product_id: int, quantity: Decimal, day: date | None = None
) -> PriceTrace | None:
    """Return why a product costs what it costs, None if there is no such product, or if the
    person may not see prices. Four queries, five where a rule asks for categories or attributes.

    Its price comes from the same ``PriceBook`` as that of every page.
    """
    book = price_book(context=context, product_ids=[product_id], day=day, with_every_rule=True)
    return trace_of(book, product_id, quantity)
