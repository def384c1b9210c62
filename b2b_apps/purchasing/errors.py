"""What can go wrong with a basket and with placing an order."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from b2b_apps.core.errors import DomainError
from b2b_apps.purchasing.offers import Difference


class ProductRefusedError(DomainError):
    """The product can't be put into the basket.

    ``code``: unknown, no_price, unavailable (a rule forbids to sell it), no_stock, too_large
    (the quantity, or the sum it makes) or probed (too many quantities were tried). ``article``
    is empty for an unknown product.
    """

    def __init__(self, product_id: int, code: str, article: str = "") -> None:
        super().__init__(product_id, code)
        self.product_id = product_id
        self.code = code
        self.article = article


class PromoCodeError(DomainError):
    """The promo code does not work; ``code``: unknown, not_yet, over or not_yours."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LineChangedError(DomainError):
    """Somebody has changed the line since the person saw it; ``line`` is it as it is now, ``asked``
    how many base units he wanted.
    """

    def __init__(self, line: Any, asked: Decimal) -> None:
        super().__init__(line.pk)
        self.line = line
        self.asked = asked


class ConsigneeUnknownError(DomainError):
    """A shipment goes to a consignee that is not one of the company's."""

    def __init__(self, consignee_id: int) -> None:
        super().__init__(consignee_id)
        self.consignee_id = consignee_id


class BasketFullError(DomainError):
    """The basket would hold more lines, or a larger sum, than it may."""


class BasketMissingError(DomainError):
    """There is no such basket of this person, or nothing in it."""


class ContractSwitchedError(DomainError):
    """The basket belongs to another contract than the current one."""


class OfferChangedError(DomainError):
    """What the buyer saw is no longer so; ``differences`` line by line. Nothing was ordered."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        super().__init__(tuple(differences))
        self.differences = tuple(differences)
