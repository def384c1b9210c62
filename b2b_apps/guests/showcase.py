"""What the open showcase shows to who has not signed in: goods, never prices or balances."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.contracts.context import context_of_guest
from b2b_apps.core.errors import DomainError
from b2b_apps.core.transient import sqlstate_of
from b2b_apps.purchasing.orderable import ORDERABLE
from search.engines.base import EngineAwayError
from search.query import SearchQuery
from search.service import search_for

CLOSED, OPEN, PART = "closed", "open", "part"
MOST_WORDS = 6
MOST_NEAR = 96
SIZE, MOST_PAGES = 24, 200
# No guest reads further than this, whatever he asks.
MOST_GOODS = SIZE * MOST_PAGES
# Milliseconds: who has not signed in may not keep the database busy for longer.
LONGEST = 2000
CANCELLED = "57014"
# A heading that is hidden hides what stands under it.
SHOWN = ~Q(price_visibility="hidden") & (
    Q(parent__isnull=True) | ~Q(parent__price_visibility="hidden")
)


class TooSlowError(DomainError):
    """The search would take the database too long."""


def showcase_mode() -> str:
    """Whether the showcase is closed, open, or open in part."""
    mode = str(settings.SHOWCASE).partition(":")[0]
    return mode if mode in {OPEN, PART} else CLOSED


def goods_shown() -> QuerySet[Any]:
    """Goods of the showcase: public, not hidden from a buyer of no segment by any rule, and in the
    open sections, if only some are. Three queries at most before it is read.
    """
    rows = seen_products(context_of_guest()).filter(ORDERABLE, SHOWN)
    if showcase_mode() == PART:
        paths = list(_open_sections().values_list("path", flat=True))
        below = Q(pk__in=[])
        for path in paths:
            for way in ("categories", "parent__categories"):
                below |= Q(
                    (f"{way}__path__startswith", path),
                    (f"{way}__is_public", True),
                    (f"{way}__ancestors_are_public", True),
                )
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


def ids_found(text: str) -> list[int]:
    """Ids of the first goods that are found, one more than are ever shown. Raises TooSlowError.

    What no words find is looked for as a buyer would: an article without its separators, other
    forms of a word, a slip. Three queries more than ``goods_shown``, in a transaction with a limit
    of time; then as many again and those of ``search_for``.
    """
    found = _read(goods_found(text))
    if found or not text:
        return found
    near = _near(text)
    return _read(goods_shown().filter(Q(pk__in=near) | Q(parent__in=near))) if near else []


def _near(text: str) -> Sequence[int]:
    """Ids of rows of listings that the index finds under what a guest sees. In no order that is
    kept: the index knows what is in stock.
    """
    try:
        query = SearchQuery(text=text, size=MOST_NEAR)
        return search_for(context=context_of_guest(), query=query).ids
    except EngineAwayError:
        return []


def _read(goods: QuerySet[Any]) -> list[int]:
    rows = goods.values_list("pk", flat=True)[: MOST_GOODS + 1]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {LONGEST:d}")
            found = list(rows)
            # For an outer transaction; this one ends with its setting.
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
            return found
    except OperationalError as error:
        if sqlstate_of(error) != CANCELLED:
            raise
        raise TooSlowError from error


def goods_by_id(ids: Collection[int]) -> Mapping[int, Any]:
    """Those of the goods that the showcase shows, by id. One query more than ``goods_shown``."""
    found: Mapping[int, Any] = goods_shown().filter(pk__in=list(ids)).in_bulk() if ids else {}
    return found


def _open_sections() -> QuerySet[Any]:
    ids = [int(text) for text in str(settings.SHOWCASE).partition(":")[2].split(",")
           if text.strip().isdecimal()]  # fmt: skip
    return apps.get_model("catalogue", "Category").objects.filter(
        pk__in=ids, is_public=True, ancestors_are_public=True
    )
