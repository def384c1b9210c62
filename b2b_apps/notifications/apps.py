"""Django's configuration of the app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "b2b_apps.notifications"
    label = "notifications"
