"""Django's configuration of the app."""

from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "b2b_apps.storefront"
    label = "storefront"
