"""Methods, zones and windows kept by staff; what was agreed for each shipment."""

from b2b_apps.delivery.models.agreed import ShipmentDelivery
from b2b_apps.delivery.models.calendar import CalendarDay
from b2b_apps.delivery.models.methods import DeliveryMethod, DeliveryStep, DeliveryZone
from b2b_apps.delivery.models.windows import DeliveryWindow, WindowLoad

__all__ = [
    "CalendarDay",
    "DeliveryMethod",
    "DeliveryStep",
    "DeliveryWindow",
    "DeliveryZone",
    "ShipmentDelivery",
    "WindowLoad",
]
