"""Orders for the tests of pages."""

from decimal import Decimal
from typing import Any

from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set, order_place
from tests.factories import World


def place(world: World, person: str, contract: str | None = None, **details: Any) -> Any:
    """Order 24 breakers and 100 m of cable as a person, under his first contract or another."""
    context = world.context(person, contract)
    for key, quantity in [("breaker", 24), ("cable", 100)]:
        basket_set(context=context, product_id=world.products[key].pk, quantity=Decimal(quantity))
    basket = basket_for(context)
    offer = offer_token(basket_sheet(context=context, basket=basket))
    return order_place(
        context=context, basket_id=basket.pk, details=OrderDetails(**details), offer=offer
    )
