"""Django's configuration of the app."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "b2b_apps.inventory"
    label = "inventory"

    def ready(self) -> None:
        """Register the handlers of the outbox, in the web process too: any may deliver."""
        from b2b_apps.inventory import tasks  # noqa: F401
