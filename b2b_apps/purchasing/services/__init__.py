"""Transactions of purchasing: baskets and orders."""

from b2b_apps.purchasing.services.basket import (
    basket_accept,
    basket_comment,
    basket_promo_set,
    basket_put_back,
    basket_raise,
    basket_remove,
    basket_reprice,
    basket_set,
    basket_set_many,
    basket_take_back,
    basket_unaccept,
)
from b2b_apps.purchasing.services.changes import BasketChange, TakenLine
from b2b_apps.purchasing.services.lines import (
    basket_as_before,
    basket_line_change,
    basket_line_set,
    basket_lines_from,
    basket_lines_set,
    basket_settle,
)
from b2b_apps.purchasing.services.moves import (
    BasketMove,
    basket_move,
    basket_move_back,
    basket_take_over,
)
from b2b_apps.purchasing.services.orders import (
    OrderDetails,
    Receiver,
    ShipmentWish,
    order_place,
)
from b2b_apps.purchasing.services.renewing import Renewed, basket_renew

__all__ = [
    "BasketChange",
    "BasketMove",
    "OrderDetails",
    "Receiver",
    "Renewed",
    "ShipmentWish",
    "TakenLine",
    "basket_accept",
    "basket_as_before",
    "basket_comment",
    "basket_line_change",
    "basket_line_set",
    "basket_lines_from",
    "basket_lines_set",
    "basket_move",
    "basket_move_back",
    "basket_promo_set",
    "basket_put_back",
    "basket_raise",
    "basket_remove",
    "basket_renew",
    "basket_reprice",
    "basket_set",
    "basket_set_many",
    "basket_settle",
    "basket_take_back",
    "basket_take_over",
    "basket_unaccept",
    "order_place",
]
