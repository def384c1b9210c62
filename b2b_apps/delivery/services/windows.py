"""Taking and letting go places in windows.

Locked last of all in a transaction, in the order of window and day: after stock and credit.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db import connection, transaction
from django.db.models import F

from b2b_apps.delivery.errors import WindowFullError
from b2b_apps.delivery.models import DeliveryWindow, ShipmentDelivery, WindowLoad
from b2b_apps.delivery.selectors import calendar_from

Wanted = tuple[int, date]


@transaction.atomic
def windows_take(*, wanted: Sequence[Wanted]) -> Mapping[Wanted, int]:
    """Take a place for each (window, day); return the rows of the loads. All of it or nothing.

    A conditional UPDATE: it sees what others have committed, whatever was shown before. Raises
    WindowFullError. Two queries for each different window and day.
    """
    rows: dict[Wanted, int] = {}
    for (window_id, day), places in sorted(Counter(wanted).items()):
        WindowLoad.objects.bulk_create(
            [WindowLoad(window_id=window_id, day=day)], ignore_conflicts=True
        )
        load_id = _taken(window_id, day, places)
        if load_id is None:
            raise WindowFullError((window_id, day))
        rows[window_id, day] = load_id
    return rows


def _taken(window_id: int, day: date, places: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {WindowLoad._meta.db_table} l SET taken = l.taken + %(places)s
            FROM {DeliveryWindow._meta.db_table} w
            WHERE w.id = l.window_id AND l.window_id = %(window)s AND l.day = %(day)s
              AND w.is_active AND l.taken + %(places)s <= COALESCE(l.capacity, w.capacity)
            RETURNING l.id""",  # noqa: S608 - names of our own tables
            {"places": places, "window": window_id, "day": day},
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


@transaction.atomic
def windows_release(*, shipment_ids: Collection[int]) -> int:
    """Let go the places of shipments that do not leave; return how many. Called twice it lets go
    once: whoever clears the delivery's row gives the place back. Three queries at most.
    """
    held = ShipmentDelivery.objects.filter(shipment_id__in=list(shipment_ids), load__isnull=False)
    rows = list(held.select_for_update(of=("self",)).order_by("pk").values_list("pk", "load_id"))
    if not rows:
        return 0
    ShipmentDelivery.objects.filter(pk__in=[pk for pk, _load in rows]).update(load=None)
    for load_id, places in sorted(Counter(load for _pk, load in rows).items()):
        WindowLoad.objects.filter(pk=load_id).update(taken=F("taken") - places)
    return len(rows)


@transaction.atomic
def windows_move(*, shipment_id: int, day: date) -> bool:
    """Let go the place of a shipment and take one in the same hours of another day; return whether
    there was one, else the shipment has no hours. Six queries at most.
    """
    held = ShipmentDelivery.objects.select_related("load").select_for_update(of=("self",))
    delivery = held.filter(shipment_id=shipment_id, load__isnull=False).first()
    if delivery is None or delivery.load is None:
        return False
    window_id = delivery.load.window_id
    windows_release(shipment_ids=[shipment_id])
    delivery.load_id, text = None, ""
    if _is_open(window_id, day):
        try:
            delivery.load_id = windows_take(wanted=[(window_id, day)])[window_id, day]
            text = delivery.window_text
        except WindowFullError:
            pass
    delivery.window_text = text
    delivery.save(update_fields=["load", "window_text"])
    return delivery.load_id is not None


def _is_open(window_id: int, day: date) -> bool:
    weekdays = DeliveryWindow.objects.values_list("weekdays", flat=True).get(pk=window_id)
    return calendar_from(day).is_served(day, weekdays)
