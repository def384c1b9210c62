"""Django's configuration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "b2b_apps.integrations"
    label = "integrations"
    verbose_name = _("Outside services")

    def ready(self) -> None:
        """Register carriers and the handlers of the outbox: any process may deliver."""
        from b2b_apps.integrations import tasks  # noqa: F401
        from b2b_apps.integrations.cdek import carrier  # noqa: F401
