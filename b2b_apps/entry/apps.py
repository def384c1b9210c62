"""Django's configuration of the app."""

from django.apps import AppConfig


class EntryConfig(AppConfig):
    name = "b2b_apps.entry"
    label = "entry"

    def ready(self) -> None:
        """Register the handlers of the outbox, in the web process too: any may deliver."""
        from b2b_apps.entry import tasks  # noqa: F401
