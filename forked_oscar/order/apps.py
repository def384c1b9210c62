"""Fork of ``oscar.apps.order``: its AppConfig."""

from oscar.apps.order import apps


class OrderConfig(apps.OrderConfig):
    name = "forked_oscar.order"
