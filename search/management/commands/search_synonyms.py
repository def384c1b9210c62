"""``manage.py search_synonyms``: gives the search the synonyms of the trade."""

from typing import Any

from django.core.management.base import BaseCommand

from search.vocabulary.services import synonyms_seed


class Command(BaseCommand):
    """Write the groups of ``search/vocabulary/trade.txt``; what is there already stays as it is."""

    help = "Give the search synonyms of electrical and plumbing goods; those that are there stay."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"New groups of synonyms: {synonyms_seed()}.")
