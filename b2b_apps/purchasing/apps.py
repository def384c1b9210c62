"""Django's configuration of the app."""

from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "b2b_apps.purchasing"
    label = "purchasing"
