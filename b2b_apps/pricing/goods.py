"""What prices ask of products: VAT, whose prices they may borrow, whether the price is shown."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from b2b_apps.core.prepared import MANY, rows_of

T = TypeVar("T")


class Goods(NamedTuple):
    """A product; a characteristic takes from its product what it has not got itself.

    ``brand`` is None if no rule asked for it.
    """

    pk: int
    parent_id: int | None
    vat_percent: Decimal | None
    vat_label: str
    visibility: str
    brand: str | None


class Features(NamedTuple):
    """Of the asked categories those that hold the product; (attribute id, text) of the asked."""

    category_ids: frozenset[int] = frozenset()
    attributes: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class AskedFeatures:
    """What the conditions of some rules ask of products; categories and attributes take a query."""

    category_ids: frozenset[int] = frozenset()
    attribute_ids: frozenset[int] = frozenset()
    with_brand: bool = False

    @property
    def takes_a_query(self) -> bool:
        return bool(self.category_ids or self.attribute_ids)


NO_FEATURES = Features()

# The stricter of the two visibilities holds for a characteristic.
GOODS_SQL = """
SELECT p.id, p.parent_id, v.percent, COALESCE(v.label, ''),
    CASE WHEN 'hidden' IN (p.price_visibility, m.price_visibility) THEN 'hidden'
         WHEN 'on_request' IN (p.price_visibility, m.price_visibility) THEN 'on_request'
         ELSE 'shown' END,
    CASE WHEN %(with_brand)s::bool THEN COALESCE(NULLIF(p.brand, ''), m.brand, '') END
FROM catalogue_product p
LEFT JOIN catalogue_product m ON m.id = p.parent_id
LEFT JOIN catalogue_vatrate v ON v.id = COALESCE(p.vat_rate_id, m.vat_rate_id)
WHERE p.id = ANY(%(products)s::bigint[])
"""
# A product is in a category if it lies there or anywhere below. Both are read product by product,
# by indexes that begin with it: of what lies in a section, or of all values of an attribute, a
# million products have hundreds of thousands. Paths of those sections alone are compared in which
# the products lie: a catalogue has hundreds, and to compare each takes longer than all else.
FEATURES_SQL = """
WITH places AS MATERIALIZED (
    SELECT product_id, category_id FROM catalogue_productcategory
    WHERE product_id = ANY(%(products)s::bigint[])
), wanted AS MATERIALIZED (
    SELECT id::text, path FROM catalogue_category WHERE id = ANY(%(categories)s::bigint[])
), inside AS MATERIALIZED (
    SELECT c.id, wanted.id AS wanted
    FROM (SELECT DISTINCT category_id FROM places) place
    JOIN catalogue_category c ON c.id = place.category_id
    JOIN wanted ON starts_with(c.path, wanted.path)
)
SELECT places.product_id, 0, inside.wanted FROM places JOIN inside ON inside.id = category_id
UNION ALL
SELECT v.product_id, v.attribute_id, COALESCE(o.option, NULLIF(v.value_text, ''),
    replace(trim_scale(v.value_float::numeric)::text, '.', ','), v.value_integer::text, '')
FROM catalogue_productattributevalue v
LEFT JOIN catalogue_attributeoption o ON o.id = v.value_option_id
WHERE v.product_id = ANY(%(products)s::bigint[]) AND v.attribute_id = ANY(%(attributes)s::bigint[])
"""


def goods_for(product_ids: Collection[int], *, with_brand: bool) -> dict[int, Goods]:
    """Return the products by id. One query."""
    params: dict[str, Any] = {"products": id_array(product_ids), "with_brand": with_brand}
    rows = rows_of(GOODS_SQL, params, is_prepared=len(product_ids) <= MANY)
    return {row[0]: Goods._make(row) for row in rows}


def id_array(ids: Iterable[int]) -> str:
    """Ids as a literal of PostgreSQL's: for thousands of them the driver's own list takes longer
    than the query. Sorted, so that they are looked up from one end of an index to the other.
    """
    return f"{{{','.join(map(str, sorted(ids)))}}}"


def features_for(goods: Collection[Goods], asked: AskedFeatures) -> Mapping[int, Features]:
    """Return what was asked of the products, by product id, for those that have any. One query."""
    params = {
        "products": id_array({pk for item in goods for pk in (item.pk, item.parent_id) if pk}),
        "categories": id_array(asked.category_ids),
        "attributes": id_array(asked.attribute_ids),
    }
    categories: dict[int, set[int]] = {}
    attributes: dict[int, set[tuple[int, str]]] = {}
    rows = rows_of(FEATURES_SQL, params, is_prepared=len(goods) <= MANY)
    for product_id, attribute_id, text in rows:
        if attribute_id:
            attributes.setdefault(product_id, set()).add((attribute_id, text_key(text)))
        else:
            categories.setdefault(product_id, set()).add(int(text))
    return {
        item.pk: Features(_both(categories, item), _both(attributes, item))
        for item in goods
        if not categories.keys().isdisjoint(item[:2]) or not attributes.keys().isdisjoint(item[:2])
    }


@lru_cache(maxsize=4096)
def text_key(text: str) -> str:
    """A text as conditions compare it."""
    return " ".join(text.split()).casefold()


def _both(found: Mapping[int, set[T]], item: Goods) -> frozenset[T]:
    """What is found of a product; a characteristic has its product's beside its own."""
    own = found.get(item.pk, set())
    parents = found.get(item.parent_id or 0, set())
    return frozenset(own | parents)
