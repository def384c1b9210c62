"""``manage.py search_check``: compare the index with the database."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.engines.base import EngineAwayError
from search.engines.choice import engine
from search.indexing.checking import index_check
from search.indexing.generations import live_generation

SHOWN_IDS = 20


class Command(BaseCommand):
    """Exit code 1 if something is wrong and was not repaired."""

    help = "Compare the search index with the database; --repair has the worker mend it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--repair", action="store_true", help="have what is wrong written anew by the worker"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        live = live_generation()
        if live is None:
            raise CommandError("There is no index yet; see search_status.")
        try:
            report = index_check(engine=engine(), generation=live, repairs=options["repair"])
        except EngineAwayError as error:
            raise CommandError(f"The engine is away: {error}") from error
        self.stdout.write(f"Rows: {report.num_rows}, documents: {report.num_documents}")
        self._tell("missing", report.missing)
        self._tell("superfluous", report.superfluous)
        self._tell("differing", report.differing)
        if not report.wrong:
            self.stdout.write("The index says what the database does.")
        elif options["repair"]:
            self.stdout.write("The worker writes them anew.")
        else:
            raise CommandError(f"{len(report.wrong)} documents are wrong; --repair mends them.")

    def _tell(self, what: str, ids: Sequence[int]) -> None:
        if ids:
            more = " …" if len(ids) > SHOWN_IDS else ""
            shown = ", ".join(map(str, ids[:SHOWN_IDS]))
            self.stdout.write(f"{len(ids)} {what}: {shown}{more}")
