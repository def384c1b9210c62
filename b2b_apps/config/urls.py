"""All URLs: Oscar's apps by their forks, then ours."""

from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language


def oscar_urls(label: str) -> Any:
    """Return the URLs that a fork of an Oscar app serves."""
    config: Any = apps.get_app_config(label)
    return config.urls


urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="catalogue:index"), name="home"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("", include("b2b_apps.core.urls")),
    path("", include("b2b_apps.storefront.urls")),
    path("", include("b2b_apps.entry.urls")),
    path("", include("b2b_apps.saved.urls")),
    path("", include("b2b_apps.guests.urls")),
    path("", include("b2b_apps.documents.urls")),
    path("", include("b2b_apps.sync1c.urls")),
    path("", include("b2b_apps.integrations.urls")),
    path("api/", include("b2b_apps.api.urls")),
    path("catalogue/", oscar_urls("catalogue")),
    path("basket/", oscar_urls("basket")),
    path("checkout/", oscar_urls("checkout")),
    path("accounts/", oscar_urls("customer")),
    path("search/", oscar_urls("search")),
    path("dashboard/", oscar_urls("dashboard")),
]
