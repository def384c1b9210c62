"""Fork of ``oscar.apps.order``: numbers from a sequence, and one way to place an order."""

from typing import Any

from oscar.apps.order import utils as core
from oscar.apps.order.exceptions import UnableToPlaceOrder

from b2b_apps.purchasing.services.orders import order_numbers_next


class OrderNumberGenerator(core.OrderNumberGenerator):
    """Oscar derives the number from the basket, so a second submission of it clashes."""

    def order_number(self, basket: Any = None) -> str:
        return order_numbers_next(1)[0]


class OrderCreator(core.OrderCreator):
    """Refuses: Oscar's way knows no contract, no warehouse and checks no stock when it takes it.

    ``b2b_apps.purchasing.services.order_place`` is the only door.
    """

    def place_order(self, *args: Any, **kwargs: Any) -> Any:
        raise UnableToPlaceOrder("Orders are placed by b2b_apps.purchasing.services.order_place.")
