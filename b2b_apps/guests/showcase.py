"""What the open showcase shows to who has not signed in: goods, never prices or balances."""

from collections.abc import Collection, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Q, QuerySet

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.contracts.context import context_of_guest
from b2b_apps.purchasing.orderable import ORDERABLE

CLOSED, OPEN, PART = "closed", "open", "part"
MOST_WORDS = 6


def showcase_mode() -> str:
    """Whether the showcase is closed, open, or open in part."""
    mode = str(settings.SHOWCASE).partition(":")[0]
    return mode if mode in {OPEN, PART} else CLOSED


def goods_shown() -> QuerySet[Any]:
    """Goods of the showcase: public, not hidden from a buyer of no segment by any rule, and in the
    open sections, if only some are. Three queries at most before it is read.
    """
    rows = seen_products(context_of_guest()).filter(ORDERABLE).exclude(price_visibility="hidden")
    if showcase_mode() == PART:
        paths = list(_open_sections().values_list("path", flat=True))
        below = Q(pk__in=[])
        for path in paths:
            below |= Q(categories__path__startswith=path)
            below |= Q(parent__categories__path__startswith=path)
        rows = rows.filter(below).distinct()
    return rows.select_related("base_unit", "parent__base_unit").order_by("title", "pk")


def goods_found(text: str) -> QuerySet[Any]:
    """Goods of the showcase in whose article or name all words stand."""
    rows = goods_shown()
    for word in text.split()[:MOST_WORDS]:
        rows = rows.filter(
            Q(article__icontains=word) | Q(title__icontains=word) | Q(parent__title__icontains=word)
        )
    return rows


def goods_by_id(ids: Collection[int]) -> Mapping[int, Any]:
    """Those of the goods that the showcase shows, by id. One query more than ``goods_shown``."""
    found: Mapping[int, Any] = goods_shown().filter(pk__in=list(ids)).in_bulk() if ids else {}
    return found


def _open_sections() -> QuerySet[Any]:
    ids = [int(text) for text in str(settings.SHOWCASE).partition(":")[2].split(",")
           if text.strip().isdecimal()]  # fmt: skip
    return apps.get_model("catalogue", "Category").objects.filter(pk__in=ids, is_public=True)
