"""Django's configuration of the app."""

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "b2b_apps.fulfilment"
    label = "fulfilment"
