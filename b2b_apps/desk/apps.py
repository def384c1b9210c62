"""Django's configuration of the app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "b2b_apps.desk"
    label = "desk"
