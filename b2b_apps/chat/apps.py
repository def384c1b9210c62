"""Django's configuration of the app."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "b2b_apps.chat"
    label = "chat"

    def ready(self) -> None:
        """Register the handler of the outbox, in the web process too: any may deliver."""
        from b2b_apps.chat import tasks  # noqa: F401
