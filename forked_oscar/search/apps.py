"""Fork of ``oscar.apps.search``: its AppConfig and the address of the search."""

from django.urls import path
from oscar.apps.search import apps
from oscar.core.loading import get_class


class SearchConfig(apps.SearchConfig):
    name = "forked_oscar.search"

    def ready(self) -> None:
        """Oscar loads its Haystack view here, which we do not serve."""

    def get_urls(self) -> list:
        view = get_class("search.views", "FacetedSearchView")
        return self.post_process_urls([path("", view.as_view(), name="search")])
