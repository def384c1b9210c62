"""Methods, zones and windows kept by staff; what carriers told; what was agreed for shipments."""

from b2b_apps.delivery.models.agreed import ShipmentDelivery
from b2b_apps.delivery.models.calendar import CalendarDay
from b2b_apps.delivery.models.carriers import CarrierCity, CarrierPoint, KeptTariffs
from b2b_apps.delivery.models.methods import DeliveryMethod, DeliveryStep, DeliveryZone
from b2b_apps.delivery.models.windows import DeliveryWindow, WindowLoad

__all__ = [
    "CalendarDay",
    "CarrierCity",
    "CarrierPoint",
    "DeliveryMethod",
    "DeliveryStep",
    "DeliveryWindow",
    "DeliveryZone",
    "KeptTariffs",
    "ShipmentDelivery",
    "WindowLoad",
]
