"""Which products can be ordered at all: the one place that decides, for a row and for a query.

A product that is switched off can't, nor one whose heading is, nor the heading itself: what the
catalogue does not show is bought by no other way either (basket, pasted list, repeat, reserve,
prices for programs). Prices and stock are another matter: ``sheet.refusal_code``.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.core.context import TradeContext

HEADING = "parent"
ORDERABLE = (
    Q(is_public=True) & ~Q(structure=HEADING) & (Q(parent__isnull=True) | Q(parent__is_public=True))
)


def is_orderable(product: Any) -> bool:
    """Whether the product is in the assortment still, its heading too, and is no mere heading.

    No query if the product was read with its parent.
    """
    if not product.is_public or product.structure == HEADING:
        return False
    return bool(product.parent_id is None or product.parent.is_public)


def orderable_products(*, context: TradeContext, product_ids: Collection[int]) -> QuerySet[Any]:
    """Those of the products that the context sees and can order, with units and headings. One query
    when read.
    """
    rows = seen_products(context).filter(ORDERABLE, pk__in=product_ids)
    return rows.select_related("base_unit", "parent__base_unit")
