"""Search for the staff: what has no room in the index, what a text finds under a contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from b2b_apps.contracts.context import context_seeing
from b2b_apps.contracts.models import Contract
from b2b_apps.pricing.models import PriceList
from search.documents.slots import Slots
from search.engines.base import EngineAwayError
from search.query import SearchQuery
from search.service import search_for
from search.vocabulary.models import Pin, Synonym
from search.vocabulary.selectors import taught_for
from search.vocabulary.stages import readings_now

MOST_TRIED = 10
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Trial:
    """What a text finds now. ``reading`` is the kind that answered, of ``num_readings``;
    ``rows`` are products with whether they are pinned. ``is_away``: the engine did not answer.
    """

    total: int = 0
    reading: str = ""
    rows: Sequence[tuple[Any, bool]] = ()
    took_ms: int = 0
    is_away: bool = False


def trial_of(*, text: str, contract: Contract) -> Trial:
    """Search as a buyer under a contract does, his assortment included.

    Three queries for the context, one for the vocabulary, those of ``search_for``, one for goods.
    """
    started = perf_counter()
    taught = taught_for(text)
    readings = readings_now(text, taught)
    if not readings:
        return Trial()
    try:
        found = search_for(
            context=context_seeing(contract_id=contract.pk),
            query=SearchQuery(text=text, size=MOST_TRIED),
            stages=lambda _text: [reading.body for reading in readings],
        )
    except EngineAwayError:
        return Trial(is_away=True)
    goods = goods_by_id(found.ids)
    return Trial(
        total=found.total,
        reading=readings[found.stage].kind if found.stage is not None else "",
        rows=[(goods[pk], pk in taught.pins) for pk in found.ids if pk in goods],
        took_ms=int((perf_counter() - started) * 1000),
    )


def goods_by_id(ids: Sequence[int]) -> dict[int, Any]:
    """Products by key. One query, none for none."""
    found: dict[int, Any] = apps.get_model("catalogue", "Product").objects.in_bulk(list(ids))
    return found


def without_room(slots: Slots) -> tuple[Sequence[str], int]:
    """Names of price lists, and the number of warehouse sets, that have no slot. One query, none
    where all have one.
    """
    ids = slots.lists_left_out[:MOST_NAMED]
    names = (
        PriceList.objects.filter(pk__in=ids).order_by("name") if ids else PriceList.objects.none()
    )
    return list(names.values_list("name", flat=True)), len(slots.sets_left_out)


def synonyms() -> QuerySet[Synonym]:
    """All groups, for a board. One query when read."""
    return Synonym.objects.select_related("changed_by")


def pinned_texts() -> QuerySet[Pin]:
    """The first pin of each text, for a board. One query when read."""
    return Pin.objects.filter(place=0).select_related("changed_by")


def with_article(text: str) -> Q:
    """The condition "a product of this article is pinned to the text"."""
    rows = Pin.objects.filter(product__article__icontains=text)
    return Q(key__in=rows.values("key"))


def pins_attach(rows: Sequence[Any]) -> None:
    """Give each text its ``goods``, in their order. One query."""
    found: dict[str, list[Any]] = {row.key: [] for row in rows}
    pins = Pin.objects.filter(key__in=list(found)).select_related("product").order_by("place")
    for pin in pins:
        found[pin.key].append(pin.product)
    for row in rows:
        row.goods = found[row.key]


def contract_any() -> Contract | None:
    """A contract to try with where none was named. One query."""
    rows = Contract.objects.filter(is_active=True).select_related("counterparty")
    return rows.order_by("pk").first()
