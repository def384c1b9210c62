"""Fork of ``oscar.apps.checkout``: its AppConfig."""

from oscar.apps.checkout import apps


class CheckoutConfig(apps.CheckoutConfig):
    name = "forked_oscar.checkout"
