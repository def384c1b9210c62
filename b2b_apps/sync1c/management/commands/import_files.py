"""``manage.py import_files PATH… --connection NAME``: local files through the same importer."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django_scopes import scopes_disabled

from b2b_apps.sync1c.exchange.sessions import session_folder, session_open
from b2b_apps.sync1c.jobs import import_queue, imports_run
from b2b_apps.sync1c.models import ExchangeConnection, ExchangeFile, ExchangeSession


class Command(BaseCommand):
    help = "Import files of 1C (XML, with pictures in folders beside them) as the exchange would."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path)
        parser.add_argument("--connection", required=True, help="User name of the connection.")

    def handle(self, *args: Any, **options: Any) -> None:
        connection = ExchangeConnection.objects.filter(username=options["connection"]).first()
        if connection is None:
            raise CommandError(f"No connection {options['connection']}.")
        with scopes_disabled(), translation.override("ru"):
            session = session_open(connection=connection, kind=ExchangeSession.Kind.CATALOG)
            for path in options["paths"]:
                self.add(session, path)
            imports_run(connection.pk)
            for file in session.files.order_by("pk"):
                self.stdout.write(f"{file.name}: {file.get_state_display()}. {file.message}")

    def add(self, session: ExchangeSession, path: Path) -> None:
        """Copy a file, or all of a folder, into the session; queue its XML."""
        root = path if path.is_dir() else path.parent
        found = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for source in found:
            name = source.relative_to(root).as_posix()
            target = session_folder(session.pk) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            if source.suffix.lower() == ".xml":
                import_queue(
                    ExchangeFile.objects.create(
                        session=session, name=name, size=source.stat().st_size
                    )
                )
