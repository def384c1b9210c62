"""Goods for tests of documents."""

from typing import Any

from django.apps import apps

from search.documents.maker import DocumentMaker
from search.indexing.slot_plan import slots_planned


def model(app: str, name: str) -> Any:
    return apps.get_model(app, name)


def add_product(world: Any, title: str = "Новый", **fields: Any) -> Any:
    product_class = world.products["breaker"].product_class
    return model("catalogue", "Product").objects.create(
        **{"structure": "standalone", "product_class": product_class, "title": title, **fields}
    )


def add_parent(world: Any, *articles: str, **fields: Any) -> tuple[Any, list[Any]]:
    """A product with a characteristic for each article."""
    usual = {"vat_rate": world.products["lamp"].vat_rate, "brand": "IEK"}
    parent = add_product(world, **{"structure": "parent", **usual, **fields})
    children = [
        model("catalogue", "Product").objects.create(
            structure="child", parent=parent, article=article, title="", characteristic=article
        )
        for article in articles
    ]
    return parent, children


def add_value(product: Any, name: str, **value: Any) -> Any:
    attribute, _created = model("catalogue", "ProductAttribute").objects.get_or_create(
        product_class=world_class(product), code=f"c{abs(hash(name))}", defaults={"name": name}
    )
    return model("catalogue", "ProductAttributeValue").objects.create(
        product=product, attribute=attribute, **value
    )


def world_class(product: Any) -> Any:
    return product.product_class or product.parent.product_class


def document_of(product: Any, **changes: Any) -> Any:
    """The document of a row, None if it has none."""
    maker = DocumentMaker(slots_planned(), **changes)
    return next(iter(maker.documents([product.pk])), None)
