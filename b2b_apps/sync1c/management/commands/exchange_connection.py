"""``manage.py exchange_connection NAME``: let a 1C base sign in, or change its password."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError

from b2b_apps.sync1c.exchange.credentials import remember
from b2b_apps.sync1c.models import ExchangeConnection

MIN_LENGTH = 12


class Command(BaseCommand):
    help = "Create or update a connection to 1C. Without --password one is generated and printed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--password")
        parser.add_argument("--name")
        parser.add_argument("--encoding", choices=ExchangeConnection.Encoding.values)
        parser.add_argument("--zip", action="store_true", default=None, dest="use_zip")

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"] or secrets.token_urlsafe(24)
        if len(password) < MIN_LENGTH:
            raise CommandError(f"The password needs at least {MIN_LENGTH} characters.")
        given = {
            key: options[key] for key in ("name", "encoding", "use_zip") if options[key] is not None
        }
        connection, is_new = ExchangeConnection.objects.update_or_create(
            username=options["username"],
            defaults={**given, "password": make_password(password)},
            create_defaults={
                "name": options["username"], **given, "password": make_password(password)
            },
        )  # fmt: skip
        remember(connection, password)
        self.stdout.write(f"{'Created' if is_new else 'Updated'}: {connection.name}")
        self.stdout.write(f"User name: {connection.username}")
        if not options["password"]:
            self.stdout.write(f"Password:  {password}")
