"""Django's configuration of the app."""

from django.apps import AppConfig


class GuestsConfig(AppConfig):
    name = "b2b_apps.guests"
    label = "guests"
