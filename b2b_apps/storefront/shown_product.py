"""What a row of any of the buyer's tables says of its product."""

from typing import TYPE_CHECKING, Any

from b2b_apps.purchasing.goods import article_of, unit_of
from b2b_apps.storefront.goods_rows import product_url


class ShownProduct:
    """Article, unit and address of ``product``, which the row itself has."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def product(self) -> Any: ...

    @property
    def article(self) -> str:
        return article_of(self.product)

    @property
    def unit(self) -> Any:
        return unit_of(self.product)

    @property
    def url(self) -> str:
        return product_url(self.product)
