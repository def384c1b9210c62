"""Django's configuration of the app."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    name = "b2b_apps.finance"
    label = "finance"
