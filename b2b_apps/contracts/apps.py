"""Django's configuration of the app."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "b2b_apps.contracts"
    label = "contracts"
