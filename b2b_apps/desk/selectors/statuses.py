"""Statuses as the staff keep them: how many carry each, what was changed of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Count, QuerySet

from b2b_apps.fulfilment.models import Shipment, StatusLook, StatusLookChange
from b2b_apps.fulfilment.statuses import Look, StatusBook, shipments_wearing
from b2b_apps.sync1c.mapping import folded
from b2b_apps.sync1c.models import StatusMapping, StatusMappingChange

SHOWN = 20


def orders_by_status(of: str) -> Mapping[str, int]:
    """Return how many orders, or shipments, are in each status. One query."""
    is_order = of == StatusLook.Of.ORDER
    rows: Any = apps.get_model("order", "Order").objects if is_order else Shipment.objects
    return dict(rows.order_by().values_list("status").annotate(n=Count("pk")))


def own_rows(book: StatusBook) -> Sequence[tuple[Look, Look, Sequence[str], int]]:
    """Return the staff's own statuses: (look, its base, texts of 1C, how many orders are shown so).
    Two queries.
    """
    rows = shipments_wearing().values_list("own_status__code")
    numbers = dict(rows.annotate(n=Count("order", distinct=True)))
    texts: dict[str, list[str]] = defaultdict(list)
    told = StatusMapping.objects.exclude(own_status=None).order_by("text")
    for code, text in told.values_list("own_status__code", "text"):
        texts[code].append(text)
    return [
        (look, book.shipment(look.base), texts[look.code], numbers.get(look.code, 0))
        for look in book.all_of(StatusLook.Of.OWN)
    ]


def status_changes() -> QuerySet[StatusLookChange]:
    """What was changed of statuses last. One query when read."""
    return StatusLookChange.objects.select_related("look", "user")[:SHOWN]


def orders_by_text() -> Mapping[str, tuple[str, int]]:
    """Return (as 1C writes it, how many orders carry it) by the status of 1C, folded. One query."""
    rows = Shipment.objects.exclude(status_1c="").order_by().values_list("status_1c")
    found: dict[str, tuple[str, int]] = {}
    for text, number in rows.annotate(n=Count("order", distinct=True)).order_by("-n"):
        first, before = found.get(folded(text), (text, 0))
        found[folded(text)] = (first, before + number)
    return found


def unknown_statuses(numbers: Mapping[str, tuple[str, int]]) -> Sequence[tuple[str, int]]:
    """Return (status, how many orders carry it) of those that 1C told and nobody has given a
    meaning, the most carried first. One query.
    """
    known = {folded(text) for text in StatusMapping.objects.values_list("text", flat=True)}
    return [pair for key, pair in numbers.items() if key not in known]


def mapping_changes() -> QuerySet[StatusMappingChange]:
    """What was changed of meanings last. One query when read."""
    return StatusMappingChange.objects.select_related("user")[:SHOWN]
