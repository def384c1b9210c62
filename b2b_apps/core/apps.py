"""Django's configuration of the app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "b2b_apps.core"
    label = "core"

    def ready(self) -> None:
        """Register the system checks and the outbox's handler of mail."""
        from b2b_apps.core import checks, mail  # noqa: F401
