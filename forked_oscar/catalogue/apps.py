"""Fork of ``oscar.apps.catalogue``: its AppConfig."""

from oscar.apps.catalogue import apps


class CatalogueConfig(apps.CatalogueConfig):
    name = "forked_oscar.catalogue"
