"""How many products a rule's conditions leave, asked of the database; the engine decides alike."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf, Trim

from b2b_apps.pricing.conditions import OF_GOODS, Condition
from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.pricing.tariff import DEEPEST

# As the portal writes numbers of attributes: see FEATURES_SQL in ``goods``.
NUMBER = re.compile(r"-?\d{1,15}(,\d{1,10})?", re.ASCII)
WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)


class Reach(NamedTuple):
    """``left`` has a number for each condition: the products that meet it and those before it,
    None for a condition of the buyer. ``total``: all that can be sold.
    """

    total: int
    left: Sequence[int | None]

    @property
    def num(self) -> int:
        """Products that meet all conditions."""
        return next((n for n in reversed(self.left) if n is not None), self.total)


def goods_for_sale() -> QuerySet[Any, Any]:
    """Public products that stand in a basket: no headings of characteristics."""
    rows = apps.get_model("catalogue", "Product").objects.filter(is_public=True)
    own = NullIf(Trim("brand"), Value(""))
    brand = Lower(Coalesce(own, F("parent__brand"), Value("")))
    return rows.exclude(structure="parent").annotate(own_brand=brand)


def goods_reached(conditions: Iterable[Condition]) -> QuerySet[Any, Any]:
    """Products that meet the conditions asked of goods. No query; two or more when it is made if
    sections or price lists are named.
    """
    rows = goods_for_sale()
    for condition in conditions:
        if condition.kind in OF_GOODS:
            rows = rows.filter(_meets(condition))
    return rows


def reach_of(conditions: Sequence[Condition]) -> Reach:
    """Count what each condition leaves. One query, and one per condition of sections or lists."""
    together = Q()
    counts: dict[str, Count] = {"total": Count("pk")}
    for place, condition in enumerate(conditions):
        if condition.kind in OF_GOODS:
            together &= _meets(condition)
            counts[f"left_{place}"] = Count("pk", filter=together)
    found = goods_for_sale().aggregate(**counts)
    return Reach(found["total"], [found.get(f"left_{n}") for n in range(len(conditions))])


def _meets(condition: Condition) -> Q:
    has = _has(condition)
    return ~has if condition.is_not else has


def _has(condition: Condition) -> Q:
    kind, values = condition.kind, condition.values
    if kind == "brand":
        return Q(own_brand__in=values)
    if kind == "product":
        return _own_or_parents(values)
    if kind == "category":
        return _own_or_parents(_in_categories(values))
    if kind == "price_list":
        return _own_or_parents(_in_lists(values))
    rows = apps.get_model("catalogue", "ProductAttributeValue").objects.filter(
        _texts(values), attribute_id=condition.attribute_id
    )
    return Q(Exists(rows.filter(product=OuterRef("pk")))) | Q(
        Exists(rows.filter(product=OuterRef("parent")))
    )


def _own_or_parents(ids: Any) -> Q:
    # A standalone product has no parent: without the check its NOT would be unknown, not true.
    return Q(pk__in=ids) | Q(parent__isnull=False, parent__in=ids)


def _texts(values: Collection[str]) -> Q:
    """Values of an attribute that read as one of the texts: lower case, decimal comma."""
    found = Q()
    for text in values:
        found |= Q(value_text__iexact=text) | Q(value_option__option__iexact=text)
        if NUMBER.fullmatch(text):
            found |= Q(value_float=float(text.replace(",", ".")))
        if WHOLE.fullmatch(text):
            found |= Q(value_integer=int(text))
    return found or Q(pk__in=[])


def _in_categories(ids: Collection[int]) -> QuerySet[Any, Any]:
    """Ids of products in categories or below. One query for the categories' paths."""
    wanted = apps.get_model("catalogue", "Category").objects.filter(pk__in=ids)
    below = Q(pk__in=[])
    for path in wanted.values_list("path", flat=True):
        below |= Q(category__path__startswith=path)
    return apps.get_model("catalogue", "ProductCategory").objects.filter(below).values("product")


def _in_lists(ids: Collection[int]) -> QuerySet[Any, Any]:
    """Ids of products that have a row in the lists or in those they are reckoned from: those whose
    price the lists can give. One query for the lists.
    """
    bases = dict(PriceList.objects.filter(base__isnull=False).values_list("pk", "base_id"))
    found, near = set(ids), set(ids)
    for _step in range(DEEPEST):
        near = {bases[pk] for pk in near if pk in bases} - found
        found |= near
    return Price.objects.filter(price_list_id__in=found).values("product")
