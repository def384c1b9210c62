"""What a card is of: the product with all that hangs on it, and what one buys there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, TextField
from django.db.models.functions import Cast, JSONObject

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.selectors import ProductStock, stock_for
from b2b_apps.pricing.selectors import PriceBook, ProductPrice, price_book
from b2b_apps.purchasing.selectors import basket_quantities
from b2b_apps.storefront.goods_read import described_values


@dataclass(frozen=True, slots=True)
class Sold:
    """What one buys on a card: the product or its characteristics, at which prices, out of which
    stock, and what of it lies in the basket.
    """

    product: Any
    children: Sequence[Any]
    book: PriceBook
    stock: Mapping[int, ProductStock]
    there: Mapping[int, Decimal]

    @property
    def skus(self) -> Sequence[int]:
        return [child.pk for child in self.children] or [self.product.pk]

    @property
    def stocks(self) -> Sequence[ProductStock]:
        return [self.stock[pk] for pk in self.skus]

    @property
    def prices(self) -> Sequence[ProductPrice]:
        return [price for pk in self.skus if (price := self.book.price(pk)) is not None]

    @property
    def price(self) -> ProductPrice | None:
        """The lowest."""
        return min(self.prices, key=lambda price: price.amount, default=None)

    @property
    def in_basket(self) -> Decimal | None:
        return self.there.get(self.product.pk)


def sold_of(context: TradeContext, product: Any) -> Sold:
    """Load prices, stock and the basket's quantities of what one buys on a card."""
    children = list(product.public_children) if product.structure == "parent" else []
    skus = [child.pk for child in children] or [product.pk]
    may_order = context.may(PLACE_ORDERS)
    return Sold(
        product=product,
        children=children,
        book=price_book(context=context, product_ids=skus),
        stock=stock_for(context=context, product_ids=skus, with_receipts=True),
        there=basket_quantities(context=context, product_ids=skus) if may_order else {},
    )


def product_of(context: TradeContext, product_id: int) -> Any | None:
    """The public product, its characteristic's if need be, with all that hangs on it."""
    public = seen_products(context).filter(is_public=True).select_related("base_unit")
    found = with_parts(public).filter(pk=product_id).first()
    if found is not None and found.parent_id:
        found = with_parts(public).filter(pk=found.parent_id).first()
    if found is None:
        return None
    found.public_children = []
    if found.structure == "parent":
        children = public.filter(parent=found).order_by("characteristic", "pk")
        found.public_children = list(children)
        # A heading of goods that are not his: its properties and pictures are theirs.
        if not found.public_children:
            return None
    return found


def with_parts(products: Any) -> Any:
    """Products with their pictures, packs, attributes and the path of their first section."""
    images = apps.get_model("catalogue", "ProductImage").objects.filter(product=OuterRef("pk"))
    packs = apps.get_model("catalogue", "ProductUnit").objects.filter(product=OuterRef("pk"))
    sections = apps.get_model("catalogue", "Category").objects.filter(
        product=OuterRef("pk"), is_public=True, ancestors_are_public=True
    )
    pack = JSONObject(id="pk", name="name", factor=Cast("factor", TextField()))
    return products.annotate(
        picture_names=ArraySubquery(images.order_by("display_order").values("original")),
        pack_rows=ArraySubquery(packs.order_by("factor").values(json=pack)),
        described=described_values(),
        section_path=Subquery(sections.order_by("path").values("path")[:1]),
    )
