"""What a line reads of its product, or of the product's parent: article, unit, packs, measures."""

from decimal import Decimal
from typing import Any

from b2b_apps.pricing.selectors import ProductPrice

ZERO = Decimal(0)


def packs_of(product: Any, price: ProductPrice | None = None) -> tuple[Decimal, Decimal]:
    """Return (multiple, minimum) in base units. Where fewer than were agreed have no ``price``,
    so many are the minimum.
    """
    least = price.from_quantity if price else ZERO
    return product.order_multiple, max(product.minimum_quantity, least)


def article_of(product: Any) -> str:
    """Return the product's article, or its parent's."""
    return str(product.article or (product.parent.article if product.parent else ""))


def unit_of(product: Any) -> Any:
    """Return the product's base unit, or its parent's, or None."""
    return product.base_unit or (product.parent.base_unit if product.parent else None)


def measure_of(product: Any, name: str) -> Decimal | None:
    """Return a weight or volume of one base unit, or the parent's."""
    own: Decimal | None = getattr(product, name)
    if own is None and product.parent:
        own = getattr(product.parent, name)
    return own
