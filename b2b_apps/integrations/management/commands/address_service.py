"""``manage.py address_service URL``: a service of addresses that is played, for the demo."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from b2b_apps.integrations.dadata.stub import KEY
from b2b_apps.integrations.dadata.suggesting import service_kept, service_set


class Command(BaseCommand):
    help = "Let a stub suggest addresses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")

    def handle(self, *args: Any, **options: Any) -> None:
        service_set(service=service_kept(), key=KEY, is_active=True, url=options["url"].rstrip("/"))
