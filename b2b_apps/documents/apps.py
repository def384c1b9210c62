"""Django's configuration of the app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "b2b_apps.documents"
    label = "documents"

    def ready(self) -> None:
        """Register the handlers of the outbox, in the web process too: any may deliver."""
        from b2b_apps.documents import tasks  # noqa: F401
