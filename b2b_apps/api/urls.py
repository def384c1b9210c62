"""Addresses under ``/api/``."""

from django.urls import URLPattern, path

from b2b_apps.api.prices import price

app_name = "api"
urlpatterns: list[URLPattern] = [
    path("prices/<int:product_id>/", price, name="price"),
]
