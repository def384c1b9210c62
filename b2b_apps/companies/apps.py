"""Django's configuration of the app."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "b2b_apps.companies"
    label = "companies"
