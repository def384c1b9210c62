"""Decides which price lists and which sets of warehouses get a slot."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Count, Q

from b2b_apps.companies.roles import Role
from b2b_apps.inventory.models import Region
from b2b_apps.inventory.policies import policies_for, sight_of
from b2b_apps.pricing.models import PriceList
from search.documents.slots import Slots
from search.fields import PRICE_SLOTS, STOCK_SLOTS

T = TypeVar("T", bound=Hashable)
Kind = PriceList.Kind
SHARED_KINDS = (Kind.PRICE_TYPE, Kind.REGIONAL, Kind.FALLBACK)


def shared_lists() -> list[int]:
    """Price lists whose prices many contracts share, those of most contracts first, then those of
    purchase prices. One query.
    """
    lists = PriceList.objects.filter(Q(kind__in=SHARED_KINDS) | Q(is_cost=True))
    used = lists.annotate(num=Count("contracts", distinct=True))
    return list(
        used.order_by("-is_active", "-num", "-is_retail", "-is_cost", "pk").values_list(
            "pk", flat=True
        )
    )


def warehouse_sets() -> list[frozenset[int]]:
    """What anybody sees of warehouses, in any region and role, the most usual first. Two queries.

    As the contexts of ``contracts.context`` are built.
    """
    partners = apps.get_model("partner", "Partner").objects.filter(is_active=True)
    active: Sequence[Any] = list(partners.annotate(policies=policies_for(roles=list(Role))))
    if not active:
        return []
    regions = [None, *Region.objects.order_by("pk").values_list("pk", flat=True)]
    counts = Counter(
        frozenset(w.pk for w in active if sight.sees(w.pk))
        for region in regions
        for role in Role
        for sight in [sight_of(active[0].policies, region_id=region, role=role)]
    )
    found = sorted(counts, key=lambda ids: (-counts[ids], sorted(ids)))
    return [ids for ids in found if ids]


def slots_planned(before: Slots | None = None) -> Slots:
    """The slots of a new generation; what has one now keeps it. Three queries."""
    before = before or Slots()
    lists, lists_left_out = _placed(shared_lists(), before.prices, PRICE_SLOTS)
    sets, sets_left_out = _placed(warehouse_sets(), before.stock, STOCK_SLOTS)
    return Slots(lists, sets, tuple(lists_left_out), tuple(sets_left_out))


def _placed(
    wanted: Sequence[T], before: Mapping[T, int], room: int
) -> tuple[dict[T, int], list[T]]:
    """Give slots to the first that are wanted, old ones to whom had them; (slots, left out)."""
    chosen = wanted[:room]
    kept = {item: before[item] for item in chosen if item in before}
    return _filled(kept, (i for i in chosen if i not in kept), room), list(wanted[room:])


def _filled(slots: Mapping[T, int], more: Iterable[T], room: int) -> dict[T, int]:
    free = iter([slot for slot in range(room) if slot not in set(slots.values())])
    return {**slots, **dict(zip(more, free, strict=False))}


def with_new_lists(slots: Slots) -> tuple[Slots, list[int]]:
    """Give free slots to lists that have none; return (the slots, those lists). One query.

    No document has anything in a free slot, so nothing has to be built anew.
    """
    wanted = shared_lists()
    missing = [pk for pk in wanted if pk not in slots.prices]
    prices = _filled(slots.prices, missing, PRICE_SLOTS)
    placed = [pk for pk in missing if pk in prices]
    left_out = tuple(pk for pk in missing if pk not in prices)
    return Slots(prices, slots.stock, left_out, slots.sets_left_out), placed


def has_outgrown(slots: Slots) -> bool:
    """Whether a new generation would have slots for what has none in this one. Three queries."""
    lists, sets = shared_lists(), warehouse_sets()
    if any(ids not in slots.stock for ids in sets[:STOCK_SLOTS]):
        return not set(slots.stock) <= set(sets) or len(slots.stock) < STOCK_SLOTS
    left_out = any(pk not in slots.prices for pk in lists)
    return left_out and not slots.prices.keys() <= set(lists)
