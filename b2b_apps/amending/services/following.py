"""What becomes of an agreed delivery when its order is changed: its hours, days, price."""

from datetime import timedelta

from b2b_apps.amending.planning import Planned
from b2b_apps.delivery.models import ShipmentDelivery
from b2b_apps.delivery.services import windows_move


def carriage_follow(planned: Planned) -> None:
    """Let the hours of the old days go and take the same on the new ones where there is room; the
    days of arrival move as well. Delivery that is no longer free waits for its price.

    Locks rows of hours, last of all. Five queries for each moved shipment with hours, one for
    another.
    """
    if planned.unfree:
        unfree = [shipment.pk for shipment in planned.unfree]
        ShipmentDelivery.objects.filter(shipment_id__in=unfree).update(is_told_later=True)
    gone = {shipment.pk for shipment in planned.emptied}
    for shipment, was, day in planned.days:
        delivery = getattr(shipment, "delivery", None)
        if delivery is None or shipment.pk in gone:
            continue
        if delivery.load_id:
            windows_move(shipment_id=shipment.pk, day=day)
        if was:
            _arrive(delivery, day - was)


def _arrive(delivery: ShipmentDelivery, later: timedelta) -> None:
    first, last = delivery.arrives_from, delivery.arrives_to
    if first and last:
        delivery.arrives_from, delivery.arrives_to = first + later, last + later
        delivery.save(update_fields=["arrives_from", "arrives_to"])
