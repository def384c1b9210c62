"""Django's configuration of the app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "b2b_apps.api"
    label = "b2b_api"
