"""Django's configuration of the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "b2b_apps.integrations"
    label = "integrations"
    verbose_name = _("Outside services")
