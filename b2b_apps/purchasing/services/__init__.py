"""Transactions of purchasing: baskets and orders."""

from b2b_apps.purchasing.services.basket import (
    BasketChange,
    basket_accept,
    basket_comment,
    basket_promo_set,
    basket_remove,
    basket_set,
    basket_set_many,
    basket_totals_keep,
)
from b2b_apps.purchasing.services.orders import OrderDetails, ShipmentWish, order_place

__all__ = [
    "BasketChange",
    "OrderDetails",
    "ShipmentWish",
    "basket_accept",
    "basket_comment",
    "basket_promo_set",
    "basket_remove",
    "basket_set",
    "basket_set_many",
    "basket_totals_keep",
    "order_place",
]
