"""Django's configuration of the app."""

from django.apps import AppConfig


class SavedConfig(AppConfig):
    name = "b2b_apps.saved"
    label = "saved"
