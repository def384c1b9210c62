"""Products of a list: whole ones for a page, light ones for thousands of rows that are checked."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Value
from django.db.models.functions import Coalesce, NullIf

from b2b_apps.core.context import TradeContext
from b2b_apps.purchasing.orderable import orderable_products

# What no page of this app shows of a product: hundreds of descriptions take time to bring.
UNREAD = tuple(
    f"{prefix}{name}"
    for prefix in ("", "parent__")
    for name in ("upc", "description", "meta_title", "meta_description", "rating",
                 "date_created", "date_updated")
)  # fmt: skip


def goods_by_id(*, context: TradeContext, product_ids: Collection[int]) -> dict[int, Any]:
    """Return those of the products that the context sees and can order. One query."""
    if not product_ids:
        return {}
    rows = orderable_products(context=context, product_ids=product_ids)
    return dict(rows.defer(*UNREAD).in_bulk())


@dataclass(slots=True)
class LightUnit:
    """A unit of measure."""

    short_name: str


@dataclass(slots=True)
class LightGoods:
    """What verdicts ask of a product, its heading's where it has none of its own. Not to be
    written to. (A row of the model with its relations takes twenty times as long to make.)
    """

    pk: int
    structure: str
    article: str
    barcode: str
    code_1c: str
    characteristic: str
    order_multiple: Decimal
    minimum_quantity: Decimal
    weight_kg: Decimal | None
    volume_m3: Decimal | None
    base_unit: Any
    is_public: bool = True
    parent_id: None = None
    parent: None = None


COLUMNS = ("pk", "structure", "any_article", "barcode", "code_1c", "characteristic",
           "order_multiple", "minimum_quantity", "any_weight", "any_volume",
           "any_unit")  # fmt: skip


def light_goods(*, context: TradeContext, product_ids: Collection[int]) -> dict[int, LightGoods]:
    """Return those of the products that the context sees and can order, light. One query."""
    if not product_ids:
        return {}
    rows = orderable_products(context=context, product_ids=product_ids).annotate(
        any_article=Coalesce(NullIf("article", Value("")), "parent__article"),
        any_weight=Coalesce("weight_kg", "parent__weight_kg"),
        any_volume=Coalesce("volume_m3", "parent__volume_m3"),
        any_unit=Coalesce("base_unit__short_name", "parent__base_unit__short_name"),
    )
    found = {}
    told: Any = rows.values_list(*COLUMNS)
    for row in told:
        goods = LightGoods(*row)
        goods.article, goods.code_1c = goods.article or "", goods.code_1c or ""
        if goods.base_unit:
            goods.base_unit = LightUnit(goods.base_unit)
        found[goods.pk] = goods
    return found


def packs_of_goods(product_ids: Collection[int]) -> dict[int, list[tuple[str, Decimal]]]:
    """Return name and factor of the packs of products. One query."""
    found: dict[int, list[tuple[str, Decimal]]] = {}
    if not product_ids:
        return found
    packs = apps.get_model("catalogue", "ProductUnit").objects.filter(product__in=product_ids)
    for product_id, name, factor in packs.values_list("product_id", "name", "factor"):
        found.setdefault(product_id, []).append((name, factor))
    return found
