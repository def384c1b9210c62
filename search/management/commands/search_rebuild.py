"""``manage.py search_rebuild``: build the index anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.engines.base import EngineAwayError
from search.engines.choice import engine
from search.indexing.generations import rebuild_ask
from search.indexing.locks import writer_lock
from search.indexing.rebuild import IncompleteError, index_rebuild


class Command(BaseCommand):
    """Build here, or have the worker do it; searches go on with the index that is."""

    help = "Build the search index anew; searches go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--ask", action="store_true", help="let the worker build it, and do not wait"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["ask"]:
            rebuild_ask(reason="asked by an operator")
            self.stdout.write("The worker builds the index; see search_status.")
            return
        with writer_lock() as is_ours:
            if not is_ours:
                rebuild_ask(reason="asked by an operator")
                self.stdout.write(
                    "Another process writes to the index now; the worker builds it afterwards, "
                    "see search_status."
                )
                return
            try:
                built = index_rebuild(engine=engine(), reason="asked by an operator")
            except (EngineAwayError, IncompleteError) as error:
                raise CommandError(f"The index was not built: {error}") from error
        started, finished = built.started_at, built.finished_at
        seconds = (finished - started).total_seconds() if started and finished else 0
        self.stdout.write(f"{built.name}: {built.num} documents in {seconds:.1f} s.")
