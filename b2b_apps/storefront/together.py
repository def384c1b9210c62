"""The strip of the basket: what goes with its goods and is not in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.pricing.selectors import price_book
from b2b_apps.purchasing.goods import article_of, packs_of, unit_of
from b2b_apps.purchasing.leaving import fitting_packs
from b2b_apps.purchasing.orderable import orderable_products
from b2b_apps.purchasing.pairs import together_with
from b2b_apps.purchasing.selectors import basket_for

SHOWN, ASKED = 6, 40
# What was put in last says best what is being bought.
LINES = 200


@dataclass(frozen=True, slots=True)
class TogetherRow:
    """A product that goes with ``with_article``; one click puts ``quantity`` of it in."""

    product: Any
    article: str
    with_article: str
    is_accessory: bool
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    currency: str

    @property
    def quantity_field(self) -> str:
        return f"{self.quantity.normalize():f}"


def together_rows(*, context: TradeContext) -> Sequence[TogetherRow]:
    """Return what a buyer may add to his basket: what he sees, that has a price and is in stock.

    Some ten queries, whatever the basket; two where it is empty.
    """
    basket = basket_for(context)
    if basket is None:
        return []
    lines = basket.lines.select_related("product__parent").order_by("-pk")[:LINES]
    articles = {line.product_id: article_of(line.product) for line in lines}
    there = set(basket.lines.values_list("product_id", flat=True)) if articles else set()
    asked = together_with(product_ids=articles, most=ASKED) if articles else []
    wanted = {found.product_id: found for found in asked if found.product_id not in there}
    if not wanted:
        return []
    products = {p.pk: p for p in orderable_products(context=context, product_ids=wanted)}
    book = price_book(context=context, product_ids=products)
    stock = stock_for(context=context, product_ids=products)
    rows = []
    for pk, found in wanted.items():
        product, price = products.get(pk), book.price(pk) if pk in products else None
        if product is None or price is None:
            continue
        quantity = fitting_packs(product, packs_of(product, price)[1] or Decimal(1), price)
        if stock[pk].free < quantity:
            continue
        unit = unit_of(product)
        rows.append(
            TogetherRow(
                product=product,
                article=article_of(product),
                with_article=articles[found.with_id],
                is_accessory=found.is_accessory,
                quantity=quantity,
                unit=unit.short_name if unit else "",
                unit_price=price.unit_price_at(quantity) if context.may(SEE_PRICES) else None,
                currency=price.currency,
            )
        )
    return rows[:SHOWN]
