"""Fork of ``oscar.apps.customer``: its AppConfig."""

from oscar.apps.customer import apps


class CustomerConfig(apps.CustomerConfig):
    name = "forked_oscar.customer"
