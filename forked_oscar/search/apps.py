"""Fork of ``oscar.apps.search``: its AppConfig."""

from oscar.apps.search import apps


class SearchConfig(apps.SearchConfig):
    name = "forked_oscar.search"
