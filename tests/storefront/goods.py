"""Extra goods for tests of the catalogue."""

from decimal import Decimal
from typing import Any

from django.apps import apps

from b2b_apps.pricing.models import Price
from tests.factories import World


def add_product(world: World, number: int = 1, **fields: Any) -> Any:
    """Make a product with a dealer's price of 100 + ``number`` and stock in Rostov."""
    price = fields.pop("price", Decimal(100 + number))
    stock = fields.pop("stock", 50)
    sample = world.products["breaker"]
    values = {
        "structure": "standalone",
        "product_class": None if fields.get("parent") else sample.product_class,
        "title": f"Розетка {number}",
        "article": f"ROZ-{number:05d}",
        "base_unit": sample.base_unit,
        "vat_rate": sample.vat_rate,
        "brand": "EKF",
    }
    product = apps.get_model("catalogue", "Product").objects.create(**{**values, **fields})
    if not product.parent_id:
        product.categories.add(sample.categories.get())
    if price is not None:
        for name in ("retail", "dealer", "wholesale"):
            Price.objects.create(price_list=world.lists[name], product=product, amount=price)
    if stock is not None and product.structure != "parent":
        product.stockrecords.create(
            partner=world.warehouses["rostov"],
            partner_sku=f"sku-{product.pk}",
            num_in_stock=stock,
            num_allocated=0,
        )
    return product


def add_parent(world: World, characteristics: list[str], **fields: Any) -> Any:
    """Make a product with these characteristics, each dearer by one than the one before."""
    parent = add_product(world, structure="parent", price=None, **fields)
    for place, characteristic in enumerate(characteristics):
        add_product(
            world,
            place,
            structure="child",
            parent=parent,
            title=f"{parent.title} ({characteristic})",
            article=f"{parent.article}-{place}",
            characteristic=characteristic,
        )
    return parent


def add_attribute(world: World, name: str, values: dict[str, str]) -> Any:
    """Make a text attribute with values of the products of the world, by their short names."""
    sample = world.products["breaker"]
    attribute = apps.get_model("catalogue", "ProductAttribute").objects.create(
        product_class=sample.product_class, name=name, code=f"p_{len(name)}_{name[:3]}", type="text"
    )
    for key, value in values.items():
        attribute.productattributevalue_set.create(product=world.products[key], value_text=value)
    return attribute


def section_of(world: World) -> Any:
    """The category of the world's goods."""
    return world.products["breaker"].categories.get()
