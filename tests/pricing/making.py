"""Rules, lists and rates for tests of prices."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils import timezone

from b2b_apps.pricing.models import CurrencyRate, Price, PriceList, PriceRule
from b2b_apps.pricing.selectors import PriceBook, price_book
from tests.factories import World


def add_rule(value: Any = None, **fields: Any) -> PriceRule:
    """Make a live rule, of per cent unless told otherwise; conditions as (kind, value, …)."""
    conditions = [
        item if isinstance(item, dict) else {"kind": item[0], "values": list(item[1:])}
        for item in fields.pop("conditions", [])
    ]
    fields = {"name": f"rule {value}", "state": "live", **fields}
    return PriceRule.objects.create(value=value, conditions=conditions, **fields)


def add_list(product: Any = None, amount: Any = None, **fields: Any) -> PriceList:
    """Make a price list, with a price of a product in it."""
    made = PriceList.objects.create(**{"name": "list", **fields})
    if product is not None:
        Price.objects.create(price_list=made, product=product, amount=amount)
    return made


def add_rate(currency: str, rate: Any, *, days_ago: int = 0, source: str = "bank") -> CurrencyRate:
    day = timezone.localdate() - timezone.timedelta(days=days_ago)
    return CurrencyRate.objects.create(currency=currency, rate=rate, day=day, source=source)


def amount_of(world: World, product: str = "breaker", **context: Any) -> Decimal | None:
    """What a product of the world costs the buyer; 132.48 in his price type."""
    return book_of(world, **context).amount(world.products[product].pk)


def book_of(
    world: World, contract: str | None = None, person: str = "buyer", **changes: Any
) -> PriceBook:
    context = replace(world.context("buyer", contract), **changes)
    return price_book(context=context, product_ids=[p.pk for p in world.products.values()])
