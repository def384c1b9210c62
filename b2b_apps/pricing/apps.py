"""Django's configuration of the app."""

from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "b2b_apps.pricing"
    label = "pricing"

    def ready(self) -> None:
        from b2b_apps.pricing import tasks  # noqa: F401
