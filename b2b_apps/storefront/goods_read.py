"""What rows of goods read of their products: one statement, lean rows instead of models."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.core.context import TradeContext
from b2b_apps.core.prepared import PreparedRows
from b2b_apps.purchasing.selectors import open_baskets

MOST_SPECS = 4
COLUMNS = (
    "pk", "structure", "title", "article", "slug", "brand", "barcode", "code_1c",
    "order_multiple", "minimum_quantity", "base_unit__short_name",
    "child_ids", "picture", "box", "described", "in_basket",
)  # fmt: skip


def products_read(
    *, context: TradeContext, ids: Sequence[int], spec_ids: Sequence[int]
) -> Mapping[int, Any]:
    """Return the public products that are seen, by id, as rows of COLUMNS: with the picture, the
    box, the basket quantity and those of the attribute values that a row shows, of ``spec_ids``,
    else the first few. One query; one more for sections, if rules name any.
    """
    asked: dict[str, Any] = {"ids": list(ids), "spec_ids": list(spec_ids[:MOST_SPECS])}
    asked |= {"user_id": context.basket_user_id, "contract_id": context.contract_id}
    if not asked["spec_ids"]:
        del asked["spec_ids"]
    if not context.may(PLACE_ORDERS):
        del asked["user_id"], asked["contract_id"]
    if context.assortment.is_whole:
        rows = _whole(tuple(asked))(**asked)
    else:
        rows = list(_rows(seen_products(context), **asked))
    return {row.pk: row for row in rows}


VARIANT_COLUMNS = (
    "pk", "parent_id", "article", "barcode", "code_1c", "title", "characteristic",
    "order_multiple", "minimum_quantity", "in_basket",
)  # fmt: skip


def variants_read(*, context: TradeContext, parent_ids: Sequence[int]) -> Sequence[Any]:
    """Return the public characteristics of products that are seen, as rows of VARIANT_COLUMNS.
    One query; one more for sections, if rules name any.
    """
    in_basket = apps.get_model("catalogue", "ProductUnit").objects.none().values("factor")
    if context.may(PLACE_ORDERS):
        in_basket = _basket_quantity(context.basket_user_id, context.contract_id)
    rows = seen_products(context).filter(parent__in=parent_ids, is_public=True)
    rows = rows.annotate(in_basket=Subquery(in_basket)).order_by("pk")
    return list(rows.values_list(*VARIANT_COLUMNS, named=True))


@cache
def _whole(names: Sequence[str]) -> PreparedRows:
    """The query of who sees all goods; rules of the assortment make it another for each buyer."""
    kinds = {name: list if name.endswith("ids") else int for name in names}

    def made(**values: Any) -> QuerySet[Any]:
        return _rows(apps.get_model("catalogue", "Product").objects.all(), **values)

    return PreparedRows(made, **kinds)


def _rows(
    seen: QuerySet[Any],
    *,
    ids: Sequence[int],
    spec_ids: Sequence[int] = (),
    user_id: int | None = None,
    contract_id: int | None = None,
) -> QuerySet[Any]:
    images = apps.get_model("catalogue", "ProductImage").objects.filter(product=OuterRef("pk"))
    packs = apps.get_model("catalogue", "ProductUnit").objects.filter(
        product=OuterRef("pk"), factor__gt=OuterRef("order_multiple")
    )
    in_basket = packs.none().values("factor")
    if user_id is not None:
        in_basket = _basket_quantity(user_id, contract_id)
    rows = seen.filter(pk__any=ids, parent__isnull=True, is_public=True).annotate(
        child_ids=_child_ids(seen),
        picture=Subquery(images.order_by("display_order").values("original")[:1]),
        box=Subquery(packs.order_by("factor").values("factor")[:1]),
        described=_shown_values(spec_ids),
        in_basket=Subquery(in_basket),
    )
    return rows.order_by().values_list(*COLUMNS, named=True)


def with_sku_ids(context: TradeContext, rows: Any) -> Any:
    """Products with what ``sku_ids_of`` reads: ids of their public characteristics that the
    context sees. One query for sections, if rules name any.
    """
    return rows.annotate(child_ids=_child_ids(seen_products(context)))


def _child_ids(seen: QuerySet[Any]) -> ArraySubquery:
    children = seen.filter(parent=OuterRef("pk"), is_public=True)
    return ArraySubquery(children.order_by("pk").values("pk"))


def sku_ids_of(product: Any) -> Sequence[int]:
    """What can be bought of a product: itself, or its characteristics that are seen. No query."""
    return product.child_ids if product.structure == "parent" else (product.pk,)


def _shown_values(spec_ids: Sequence[int]) -> Func:
    """To read all forty of each product took the database longer than all else on a page."""
    if not spec_ids:
        return _at_once(_described()[:MOST_SPECS])
    return _at_once(_described().filter(attribute__any=spec_ids))


def described_values() -> Func:
    """The attribute values of a product in a query of products, as ``value_text`` reads them."""
    return _at_once(_described())


def _at_once(described: QuerySet[Any]) -> Func:
    """Values as one JSON text: an array of JSON is read element by element."""
    return Func(ArraySubquery(described), function="to_jsonb", output_field=JSONField())


def _described() -> QuerySet[Any]:
    values = apps.get_model("catalogue", "ProductAttributeValue").objects.filter(
        product=OuterRef("pk")
    )
    # Looked up one by one: joined, the database walks through a third of all attributes for each
    # product of a page.
    names = apps.get_model("catalogue", "ProductAttribute").objects.filter(
        pk=OuterRef("attribute_id")
    )
    options = apps.get_model("catalogue", "AttributeOption").objects.filter(
        pk=OuterRef("value_option_id")
    )
    described = JSONObject(
        id="attribute_id",
        name=Subquery(names.order_by().values("name")),
        option=Subquery(options.order_by().values("option")),
        text="value_text",
        number="value_float",
    )
    return values.order_by("attribute_id").values(json=described)


def _basket_quantity(user_id: int, contract_id: int | None) -> QuerySet[Any]:
    basket = open_baskets(user_id=user_id).filter(contract_id=contract_id)
    lines = apps.get_model("basket", "Line").objects.filter(
        basket__in=basket.order_by().values("pk"), product=OuterRef("pk")
    )
    return lines.annotate(base=F("quantity")).values("base")[:1]
