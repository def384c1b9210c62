"""``manage.py audit_invariants``: whatever must be true of stock, credit … and is not."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

Invariant = Callable[[], list[str]]


class Command(BaseCommand):
    """Ask the ``INVARIANTS`` of every app's ``invariants.py``; exit 1 if any is broken."""

    help = "Check what must always be true of stock and credit; exit 1 if something is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        found: dict[str, list[str]] = {}
        # One snapshot for all: an order placed between two questions would look like a fault.
        is_own = not connection.in_atomic_block
        with transaction.atomic():
            if is_own:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for name, invariant in invariants():
                found[name] = invariant()
        num_broken = sum(map(len, found.values()))
        if options["json"]:
            self.stdout.write(json.dumps({"num_violations": num_broken, "checks": found}))
        else:
            for name, violations in found.items():
                for violation in violations:
                    self.stdout.write(f"{name}: {violation}")
            if not num_broken:
                self.stdout.write(f"{len(found)} invariants hold.")
        if num_broken:
            raise CommandError(f"{num_broken} violations", returncode=1)


def invariants() -> Iterator[tuple[str, Invariant]]:
    """Yield (app.function, function) of all apps that have an ``invariants.py``."""
    for config in apps.get_app_configs():
        name = f"{config.name}.invariants"
        if find_spec(name) is not None:
            for invariant in import_module(name).INVARIANTS:
                yield f"{config.label}.{invariant.__name__}", invariant
