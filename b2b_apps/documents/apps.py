"""Django's configuration of the app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "b2b_apps.documents"
    label = "documents"
