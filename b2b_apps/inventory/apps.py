"""Django's configuration of the app."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "b2b_apps.inventory"
    label = "inventory"
