"""Django's configuration of the app."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "b2b_apps.contracts"
    label = "contracts"

    def ready(self) -> None:
        """Register the handlers of the outbox, in the web process too: any may deliver."""
        from b2b_apps.contracts import tasks  # noqa: F401
