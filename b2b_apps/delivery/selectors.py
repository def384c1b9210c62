"""Questions about methods, and about what was agreed before."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from b2b_apps.delivery.calendar import Calendar
from b2b_apps.delivery.models import CalendarDay, DeliveryMethod, ShipmentDelivery, WindowLoad
from b2b_apps.delivery.quoting import Book


def calendar_from(day: date) -> Calendar:
    """Return the calendar from a day on. One query."""
    rows = CalendarDay.objects.filter(day__gte=day)
    return Calendar(dict(rows.values_list("day", "is_working")))


def delivery_book(*, now: datetime | None = None) -> Book:
    """Return all that is offered, with what of windows is taken. Eight queries, one if no method
    is kept at all.
    """
    now = timezone.localtime(now)
    methods = list(
        DeliveryMethod.objects.filter(is_active=True).prefetch_related(
            "warehouses", "zones__steps", "windows"
        )
    )
    if not methods:
        return Book([], now)
    loads = WindowLoad.objects.filter(day__gte=now.date())
    points = apps.get_model("partner", "Partner").objects.filter(is_pickup_point=True)
    return Book(
        methods,
        now,
        calendar_from(now.date()),
        {
            (window, day): (taken, capacity)
            for window, day, taken, capacity in loads.values_list(
                "window_id", "day", "taken", "capacity"
            )
        },
        frozenset(points.values_list("pk", flat=True)),
    )


def last_methods_for(*, counterparty_id: int, addresses: Collection[str]) -> Mapping[str, int]:
    """Return the method that a company used last, by address. One query."""
    wanted = [address for address in addresses if address]
    rows = (
        ShipmentDelivery.objects.filter(
            shipment__order__counterparty_id=counterparty_id, method__isnull=False
        )
        .filter(
            Q(shipment__consignee_address__in=wanted)
            | Q(shipment__consignee_address="", shipment__order__delivery_address__in=wanted)
        )
        .order_by("-pk")
        .values_list(
            "shipment__consignee_address", "shipment__order__delivery_address", "method_id"
        )[:200]
    )
    found: dict[str, int] = {}
    for own, of_order, method_id in rows:
        found.setdefault(own or of_order, method_id)
    return found
