"""Price lists as a tree, their schedule, and the history of prices."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from b2b_apps.desk.schedule import Scale
from b2b_apps.desk.selectors.prices import price_lists_with_counts
from b2b_apps.pricing.models import Price, PriceChange, PriceList
from b2b_apps.pricing.ownership import lists_of_1c
from b2b_apps.pricing.tariff import DEEPEST

Kind = PriceList.Kind
AGREED = (Kind.PROJECT, Kind.CONTRACT, Kind.REFINED)
# Purchase prices first, then as the chain asks them.
ROOTS = (Kind.PRICE_TYPE, Kind.REGIONAL, Kind.FALLBACK, Kind.CONTRACT, Kind.PROJECT)
MOST_STRIPS = 20


@dataclass(frozen=True, slots=True)
class Node:
    """A list in the tree; ``rails`` say, level by level, how its line hangs on those above."""

    price_list: Any
    rails: Sequence[str]
    is_of_1c: bool

    @property
    def depth(self) -> int:
        return len(self.rails)


@dataclass(frozen=True, slots=True)
class Strip:
    """What changes prices when: a list in its term, or prices that begin on a day.

    ``left`` and ``width`` are per cents of the strip's hundred days.
    """

    price_list: PriceList
    number: int
    starts: date | None
    ends: date | None
    state: str
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """Strips on one scale."""

    strips: Sequence[Strip]
    scale: Scale


def price_tree() -> Sequence[Node]:
    """Return all lists but those of contracts and projects, derived ones under their base.

    Each with ``num_prices``, ``num_contracts``, ``changed_at``. Two queries.
    """
    last = PriceChange.objects.filter(price_list=OuterRef("pk")).order_by("-pk")
    rows = price_lists_with_counts(PriceList.objects.exclude(kind__in=AGREED))
    rows = rows.select_related("region", "base").annotate(
        changed_at=Subquery(last.values("changed_at")[:1])
    )
    found = {row.pk: row for row in rows}
    children: dict[int | None, list[Any]] = defaultdict(list)
    for row in found.values():
        children[row.base_id if row.base_id in found else None].append(row)
    for brothers in children.values():
        brothers.sort(key=_place)
    return list(_walk(children, None, (), lists_of_1c()))


def _place(row: Any) -> tuple[Any, ...]:
    return (not row.is_cost, ROOTS.index(row.kind), not row.is_retail, row.name)


def _walk(
    children: Mapping[int | None, Sequence[Any]],
    parent: int | None,
    above: tuple[str, ...],
    of_1c: set[int],
) -> Iterator[Node]:
    brothers = children.get(parent, ())
    if len(above) > DEEPEST:
        return
    for place, row in enumerate(brothers):
        is_last = place == len(brothers) - 1
        rails = () if parent is None else (*above, "end" if is_last else "tee")
        yield Node(row, rails, row.pk in of_1c)
        below = () if parent is None else (*above, "gap" if is_last else "pass")
        yield from _walk(children, row.pk, below, of_1c)


def agreed_lists() -> QuerySet[PriceList]:
    """Lists of contracts and projects, for a board. One query when read."""
    return PriceList.objects.filter(kind__in=AGREED)


def schedule_at(day: date) -> Schedule:
    """Return what begins, goes on or ends around a day, what comes first on top. Two queries."""
    scale = Scale(day)
    first = scale.first
    lists = PriceList.objects.filter(
        Q(valid_from__gt=first) | Q(valid_to__gte=first), is_active=True
    )
    dated = (
        Price.objects.filter(valid_from__gt=day)
        .values("price_list", "valid_from")
        .annotate(n=Count("pk"))
        .order_by("valid_from")[:MOST_STRIPS]
    )
    groups = list(dated)
    ids = {group["price_list"] for group in groups}
    rows = list(PriceList.objects.filter(Q(pk__in=ids) | Q(pk__in=lists.values("pk"))))
    named = {row.pk: row for row in rows}
    strips = [
        _strip(row, 0, row.valid_from, row.valid_to, scale)
        for row in rows
        if (row.valid_from and row.valid_from > first) or (row.valid_to and row.valid_to >= first)
    ]
    strips += [
        _strip(named[group["price_list"]], group["n"], group["valid_from"], None, scale)
        for group in groups
    ]
    strips.sort(key=lambda s: (s.starts or date.min, s.price_list.name))
    return Schedule(strips[:MOST_STRIPS], scale)


def _strip(
    row: PriceList, number: int, starts: date | None, ends: date | None, scale: Scale
) -> Strip:
    left, width = scale.of_days(starts, ends)
    return Strip(row, number, starts, ends, term_state(starts, ends, scale.day), left, width)


def term_state(starts: date | None, ends: date | None, day: date) -> str:
    """``new`` before the term, ``off`` after it, ``work`` in it."""
    if starts and starts > day:
        return "new"
    return "off" if ends and ends < day else "work"


def last_changes_attach(rows: Sequence[Any]) -> None:
    """Give each price of one list its latest ``change``, or None. One query."""
    for row in rows:
        row.change = None
    if not rows:
        return
    key = ("product_id", "minimum_quantity", "pack_factor", "valid_from")
    found = (
        PriceChange.objects.filter(
            price_list=rows[0].price_list_id, product__in={row.product_id for row in rows}
        )
        .order_by(*key, "-pk")
        .distinct(*key)
        .select_related("user")
    )
    latest = {tuple(getattr(change, name) for name in key): change for change in found}
    for row in rows:
        row.change = latest.get(tuple(getattr(row, name) for name in key))


def changes_of(price_list: PriceList) -> QuerySet[PriceChange]:
    """The history of a list, for a board. One query when read."""
    return PriceChange.objects.filter(price_list=price_list)


def changes_of_product(product_id: int, limit: int) -> Sequence[PriceChange]:
    """Return the latest changes of a product's prices in all lists. One query."""
    rows = PriceChange.objects.filter(product=product_id).select_related("user", "price_list")
    return list(rows.order_by("-pk")[:limit])
