"""Products, groups and balances as the staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from b2b_apps.core.models import ExternalId
from b2b_apps.desk.selectors.clients import lacks, number_of
from b2b_apps.desk.selectors.price_lists import changes_of_product
from b2b_apps.pricing.models import Price, PriceChange

GOODS_KINDS = ("product", "offer")
LAST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class ProductCard:
    """One product with its attributes, prices in all lists, balances and names in 1C."""

    product: Any
    attributes: Sequence[Any]
    prices: Sequence[Price]
    stock: Sequence[Any]
    packs: Sequence[Any]
    children: Sequence[Any]
    groups: Sequence[Any]
    external_ids: Sequence[ExternalId]
    changes: Sequence[PriceChange] = ()

    @property
    def free(self) -> Decimal:
        return sum((record.free for record in self.stock), Decimal(0))


def _model(label: str, name: str) -> Any:
    return apps.get_model(label, name)


def products() -> QuerySet[Any]:
    """Products as a buyer counts them: a characteristic is found through its product."""
    return _model("catalogue", "Product").objects.filter(parent=None)


def by_external_id(text: str) -> Q:
    """Products that 1C calls ``text``: a GUID, or a GUID of a characteristic (``a#b``)."""
    rows = ExternalId.objects.filter(
        kind__in=GOODS_KINDS, external_id__in=[text, text.partition("#")[0], text.lower()]
    )
    return Q(pk__in=rows.values("object_id"))


def has_no_price() -> Q:
    """Return the condition "neither it nor a characteristic of it has a price in any list"."""
    return lacks(Price, "product") & lacks(Price, "product__parent")


def has_no_group() -> Q:
    """The condition "is in no group" for a query of products."""
    return lacks(_model("catalogue", "ProductCategory"), "product")


def products_with_stock(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add unit, VAT rate, numbers of prices and characteristics. No query of its own."""
    return rows.select_related("base_unit", "vat_rate").annotate(
        num_prices=number_of(Price, "product"),
        num_children=number_of(_model("catalogue", "Product"), "parent"),
    )


def stock_attach(rows: Sequence[Any]) -> None:
    """Give each product its ``free`` in all warehouses, characteristics included. Two queries."""
    ids = [row.pk for row in rows]
    records = _model("partner", "StockRecord").objects
    free = Sum(Coalesce("num_in_stock", Decimal(0)) - Coalesce("num_allocated", Decimal(0)))
    own = records.filter(product__in=ids).values_list("product").annotate(free=free)
    theirs = (
        records.filter(product__parent__in=ids).values_list("product__parent").annotate(free=free)
    )
    found: dict[int, Decimal] = dict(own)
    for pk, amount in theirs:
        found[pk] = found.get(pk, Decimal(0)) + amount
    for row in rows:
        row.free = found.get(row.pk, Decimal(0))


def brand_options() -> list[tuple[str, str]]:
    """Brands to choose from. One query."""
    rows = _model("catalogue", "Product").objects.exclude(brand="")
    return [(b, b) for b in rows.order_by("brand").values_list("brand", flat=True).distinct()]


def product_card(pk: int) -> ProductCard | None:
    """Return a product's card, or None. Nine queries."""
    related = ("base_unit", "vat_rate", "parent", "product_class")
    product = _model("catalogue", "Product").objects.select_related(*related).filter(pk=pk).first()
    if product is None:
        return None
    stock = product.stockrecords.select_related("partner__region").annotate(free=free_stock())
    values = product.attribute_values.select_related("attribute", "value_option")
    return ProductCard(
        product=product,
        attributes=list(values.order_by("attribute__name", "pk")),
        prices=list(
            product.prices.select_related("price_list").order_by(
                "price_list__kind",
                "price_list__name",
                "minimum_quantity",
                "pack_factor",
                "valid_from",
            )
        ),
        stock=list(stock.order_by("partner__position", "partner__name")),
        packs=list(product.packs.all()),
        children=list(product.children.order_by("title", "pk")),
        groups=list(product.categories.all()),
        external_ids=list(
            ExternalId.objects.filter(kind__in=GOODS_KINDS, object_id=pk).order_by("source", "pk")
        ),
        changes=changes_of_product(pk, LAST_CHANGES),
    )


def free_stock() -> Any:
    """Return the expression of what is free of a balance."""
    return Coalesce(F("num_in_stock"), Decimal(0)) - Coalesce(F("num_allocated"), Decimal(0))


def warehouses() -> QuerySet[Any]:
    """All warehouses, for a board. One query when read."""
    return _model("partner", "Partner").objects.all()


def warehouses_with_counts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Add organization, region and numbers of balances. No query of its own."""
    records = _model("partner", "StockRecord")
    return rows.select_related("organization", "region").annotate(
        num_records=number_of(records, "partner"),
        num_in_stock=number_of(records, "partner", num_in_stock__gt=0),
    )


def stock_of(warehouse: Any) -> QuerySet[Any]:
    """The balances of a warehouse, for a board. One query when read."""
    return _model("partner", "StockRecord").objects.filter(partner=warehouse)


def groups() -> Sequence[Any]:
    """Return all groups in the order of the tree, each with ``num_products``. One query."""
    links = _model("catalogue", "ProductCategory")
    rows = _model("catalogue", "Category").objects.annotate(
        num_products=number_of(links, "category")
    )
    return list(rows.order_by("path"))
