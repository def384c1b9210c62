"""``manage.py demo_accounts``: who can sign in to the demo, and how its 1C does."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from b2b_apps.storefront.demo_accounts import _accounts
from b2b_apps.sync1c.demo import DEMO_PASSWORD, DEMO_USER


class Command(BaseCommand):
    help = "List the demo's accounts: person, role, counterparties, password; and the exchange's."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = _accounts()
        exchange = {"path": "/exchange/1c/", "username": DEMO_USER, "password": DEMO_PASSWORD}
        if options["json"]:
            found = {"accounts": accounts, "exchange": exchange}
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        for account in accounts:
            self.stdout.write(
                f"{account['email']:36} {account['password']:16} {account['name']}, "
                f"{account['role']}. {'; '.join(account['counterparties'])}"
            )
        self.stdout.write(f"1C: {exchange['path']} {DEMO_USER} {DEMO_PASSWORD}")
