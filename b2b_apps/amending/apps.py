"""Django's configuration of the app."""

from django.apps import AppConfig


class AmendingConfig(AppConfig):
    name = "b2b_apps.amending"
    label = "amending"
