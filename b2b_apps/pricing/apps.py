"""Django's configuration of the app."""

from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "b2b_apps.pricing"
    label = "pricing"
