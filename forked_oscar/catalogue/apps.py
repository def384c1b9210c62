"""Fork of ``oscar.apps.catalogue``: its AppConfig and the addresses of the catalogue.

Oscar also serves ranges and reviews; we serve the index, sections and cards.
"""

from django.urls import path, re_path
from oscar.apps.catalogue import apps
from oscar.core.application import OscarConfig
from oscar.core.loading import get_class


class CatalogueConfig(apps.CatalogueConfig):
    name = "forked_oscar.catalogue"

    def ready(self) -> None:
        """Connect Oscar's receivers; it also loads views here that we do not serve."""
        from oscar.apps.catalogue import receivers  # noqa: F401

        OscarConfig.ready(self)

    def get_urls(self) -> list:
        def view(name: str) -> object:
            return get_class("catalogue.views", name).as_view()

        urls = [
            path("", view("CatalogueView"), name="index"),
            re_path(
                r"^category/(?P<category_slug>[\w-]*(?:/[\w-]*)*)_(?P<pk>[0-9]{1,18})/$",
                view("ProductCategoryView"),
                name="category",
            ),
            re_path(
                r"^(?P<product_slug>[\w-]*)_(?P<pk>[0-9]{1,18})/$",
                view("ProductDetailView"),
                name="detail",
            ),
        ]
        return self.post_process_urls(urls)
