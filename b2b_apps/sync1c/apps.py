"""Django's configuration of the app."""

from django.apps import AppConfig


class Sync1cConfig(AppConfig):
    name = "b2b_apps.sync1c"
    label = "sync1c"

    def ready(self) -> None:
        """Register the handlers of the outbox: the web process too must know their queue."""
        from b2b_apps.sync1c import tasks  # noqa: F401
