"""Methods of a small distributor: own transport in two zones, pick-up, a carrier."""

from datetime import time
from decimal import Decimal

import pytest

from b2b_apps.delivery.models import DeliveryMethod, DeliveryStep, DeliveryWindow, DeliveryZone

ROSTOV = "344090, г. Ростов-на-Дону, ул. Доватора, д. 158"
AZOV = "346780, Ростовская обл., г. Азов, ул. Мира, д. 1"


class Methods:
    """What the distributor offers, by short names."""

    def __init__(self, world):
        self.own = DeliveryMethod.objects.create(kind="own", name="Наша машина", position=1)
        self.city = self.zone("Ростов-на-Дону", cities="Ростов-на-Дону", free_from=50_000)
        self.step(self.city, 100, "650")
        self.step(self.city, 500, "1200")
        self.region = self.zone(
            "Область", regions="Ростовская", weekdays="24", cut_off=time(12), position=1
        )
        self.step(self.region, 300, "3900")
        self.pickup = DeliveryMethod.objects.create(
            kind="pickup", name="Самовывоз", position=2, weekdays="123456"
        )
        world.warehouses["rostov"].is_pickup_point = True
        world.warehouses["rostov"].save()

    def zone(self, name, **values):
        return DeliveryZone.objects.create(method=self.own, name=name, **values)

    def step(self, zone, up_to_kg, price):
        DeliveryStep.objects.create(zone=zone, up_to_kg=up_to_kg, price=Decimal(price))

    def carrier(self):
        """A carrier that nobody asks for its price."""
        return DeliveryMethod.objects.create(
            kind="carrier", name="СДЭК курьером", carrier="cdek", tariff_code=480, position=3
        )

    def window(self, capacity, zone=None, **values):
        return DeliveryWindow.objects.create(
            method=self.own,
            zone=zone or self.city,
            weekdays="1234567",
            starts=time(9),
            ends=time(12),
            capacity=capacity,
            **values,
        )


@pytest.fixture
def methods(world):
    return Methods(world)
