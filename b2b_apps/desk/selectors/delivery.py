"""Methods of delivery as staff keep them, and how full the hours of the next days are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from b2b_apps.delivery.models import DeliveryMethod, DeliveryWindow, DeliveryZone, WindowLoad
from b2b_apps.delivery.selectors import calendar_from

DAYS_SHOWN, HORIZON = 7, 21


@dataclass(frozen=True, slots=True)
class LoadCell:
    """How much of a window is taken on a day; no ``capacity``: it is not open then."""

    day: date
    taken: int = 0
    capacity: int | None = None

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.taken >= self.capacity


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A window with its days; ``place`` is the warehouse it leaves from, None for any."""

    window: DeliveryWindow
    cells: Sequence[LoadCell]

    @property
    def place(self) -> Any:
        zone = self.window.zone
        return self.window.warehouse or (zone.warehouse if zone else None)


@dataclass(frozen=True, slots=True)
class LoadTable:
    """Windows by the next days on which any of them is open."""

    days: Sequence[date]
    rows: Sequence[LoadRow]


def methods_kept() -> Sequence[DeliveryMethod]:
    """All methods, those not offered too, with zones, prices and hours. Seven queries."""
    zones = DeliveryZone.objects.select_related("warehouse").prefetch_related("steps")
    windows = DeliveryWindow.objects.select_related("warehouse", "zone__warehouse")
    return list(
        DeliveryMethod.objects.prefetch_related(
            "warehouses", Prefetch("zones", zones), Prefetch("windows", windows)
        )
    )


def loads_ahead(methods: Sequence[DeliveryMethod]) -> LoadTable:
    """How full the hours of these methods are in the next days. Two queries."""
    today = timezone.localdate()
    calendar = calendar_from(today)
    windows = [w for m in methods if m.is_active for w in m.windows.all() if _is_open(w)]
    known = {
        (load.window_id, load.day): load
        for load in WindowLoad.objects.filter(day__range=(today, today + timedelta(HORIZON)))
    }

    def cell(window: DeliveryWindow, day: date) -> LoadCell:
        load = known.get((window.pk, day))
        is_served = calendar.is_served(day, window.weekdays)
        if load is None:
            return LoadCell(day, 0, window.capacity if is_served else None)
        own = load.capacity
        return LoadCell(day, load.taken, window.capacity if own is None else own)

    ahead = [today + timedelta(days=n) for n in range(HORIZON)]
    days = [d for d in ahead if any(cell(w, d).capacity is not None for w in windows)]
    days = days[:DAYS_SHOWN]
    return LoadTable(days, [LoadRow(w, [cell(w, day) for day in days]) for w in windows])


def _is_open(window: DeliveryWindow) -> bool:
    return window.is_active and (window.zone is None or window.zone.is_active)
