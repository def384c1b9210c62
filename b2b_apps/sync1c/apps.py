"""Django's configuration of the app."""

from django.apps import AppConfig


class Sync1cConfig(AppConfig):
    name = "b2b_apps.sync1c"
    label = "sync1c"
