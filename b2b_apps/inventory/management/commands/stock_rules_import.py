"""``manage.py stock_rules_import FILE``: terms of reserves and what is seen of stock, from JSON."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from b2b_apps.inventory.models import HoldTerm, StockPolicy


class Command(BaseCommand):
    """Write the rules of a file; what staff made besides stays."""

    help = "Import terms of reserves and policies of what is seen of stock."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        rules = json.loads(options["file"].read_text())
        for row in rules.get("hold_terms", ()):
            key = {name: row[name] for name in ("order_status", "payment_kind")}
            HoldTerm.objects.update_or_create(**key, defaults={"hours": row["hours"]})
        for row in rules.get("stock_policies", ()):
            shown = {name: value for name, value in row.items() if name != "role"}
            StockPolicy.objects.update_or_create(role=row["role"], region=None, defaults=shown)
