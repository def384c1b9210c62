"""``manage.py carrier_account URL``: an account with a carrier that is played, for the demo."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from b2b_apps.integrations.cdek.access import account_kept, account_set
from b2b_apps.integrations.cdek.directory import directory_load
from b2b_apps.integrations.cdek.stub import CLIENT, SECRET


class Command(BaseCommand):
    help = "Set up the account with a carrier's stub, and load its directory."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url")

    def handle(self, *args: Any, **options: Any) -> None:
        account = account_kept()
        account_set(
            account=account,
            secret=SECRET,
            is_active=True,
            url=options["url"],
            client_id=CLIENT,
            sender_company="ООО «Пакгауз Юг»",
            sender_name="Диспетчер",
            sender_phone="+78632000000",
        )
        if not directory_load(account=account):
            raise CommandError("The directory of the carrier did not come.")
