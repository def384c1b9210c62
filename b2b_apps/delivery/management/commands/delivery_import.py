"""``manage.py delivery_import FILE``: methods, zones, prices, windows, calendar, from JSON."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from b2b_apps.delivery.models import (
    CalendarDay,
    DeliveryMethod,
    DeliveryStep,
    DeliveryWindow,
    DeliveryZone,
)

LISTS = ("cities", "postcodes", "regions")


class Command(BaseCommand):
    """Write what a file has, by names; what staff made besides stays."""

    help = "Import methods of delivery, zones, windows and days of the calendar."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        found = json.loads(options["file"].read_text())
        partners = apps.get_model("partner", "Partner").objects.all()
        self.warehouses = {warehouse.name: warehouse for warehouse in partners}
        for row in found.get("calendar", ()):
            known = {"is_working": row.get("is_working", False), "name": row["name"]}
            CalendarDay.objects.update_or_create(day=row["day"], defaults=known)
        for row in found.get("methods", ()):
            self._method(dict(row))

    def _method(self, row: dict[str, Any]) -> None:
        zones, windows = row.pop("zones", ()), row.pop("windows", ())
        places = [self._warehouse(name) for name in row.pop("warehouses", ())]
        method, _new = DeliveryMethod.objects.update_or_create(name=row.pop("name"), defaults=row)
        method.warehouses.set(places)
        for zone in zones:
            self._zone(method, dict(zone))
        for window in windows:
            self._window(method, None, dict(window))

    def _zone(self, method: DeliveryMethod, row: dict[str, Any]) -> None:
        steps, windows = row.pop("steps", ()), row.pop("windows", ())
        row |= {name: "\n".join(row.get(name, ())) for name in LISTS}
        warehouse = row.pop("warehouse", "")
        zone, _new = DeliveryZone.objects.update_or_create(
            method=method,
            name=row.pop("name"),
            warehouse=self._warehouse(warehouse) if warehouse else None,
            defaults=row,
        )
        zone.steps.all().delete()
        DeliveryStep.objects.bulk_create(DeliveryStep(zone=zone, **step) for step in steps)
        for window in windows:
            self._window(method, zone, dict(window))

    def _window(
        self, method: DeliveryMethod, zone: DeliveryZone | None, row: dict[str, Any]
    ) -> None:
        warehouse = row.pop("warehouse", "")
        DeliveryWindow.objects.update_or_create(
            method=method,
            zone=zone,
            warehouse=self._warehouse(warehouse) if warehouse else None,
            starts=row.pop("starts"),
            ends=row.pop("ends"),
            defaults=row,
        )

    def _warehouse(self, name: str) -> Any:
        if name not in self.warehouses:
            raise CommandError(f"There is no warehouse {name}.")
        return self.warehouses[name]
