"""Fork of ``oscar.apps.search``: its AppConfig and the address of the search."""

from django.urls import path
from oscar.apps.search import apps
from oscar.core.loading import get_class


class SearchConfig(apps.SearchConfig):
    name = "forked_oscar.search"

    def ready(self) -> None:
        """Oscar loads its Haystack view here, which we do not serve."""

    def get_urls(self) -> list:
        # Views need models, which are not there yet when this module is loaded.
        from b2b_apps.storefront import search_views

        view = get_class("search.views", "FacetedSearchView")
        return self.post_process_urls(
            [
                path("", view.as_view(), name="search"),
                path("suggest/", search_views.suggest, name="suggest"),
                path("opened/", search_views.opened, name="opened"),
            ]
        )
