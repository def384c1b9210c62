"""Fork of ``oscar.apps.basket``: its AppConfig."""

from oscar.apps.basket import apps


class BasketConfig(apps.BasketConfig):
    name = "forked_oscar.basket"
