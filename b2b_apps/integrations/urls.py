"""Addresses at which outside services tell us news."""

from django.urls import path

from b2b_apps.integrations.cdek.views import news

app_name = "integrations"
urlpatterns = [path("carriers/cdek/<str:key>/", news, name="cdek_news")]
