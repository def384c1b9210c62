"""Django's configuration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    name = "b2b_apps.delivery"
    label = "delivery"
    verbose_name = _("Delivery")
