"""Addresses of the shell."""

from django.conf import settings
from django.urls import URLPattern, path

from b2b_apps.storefront.appearance import appearance
from b2b_apps.storefront.specimens import components

app_name = "storefront"
urlpatterns: list[URLPattern] = [
    path("appearance/", appearance, name="appearance"),
]
if settings.DEBUG:
    urlpatterns += [path("components/", components, name="components")]
