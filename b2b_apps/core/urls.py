"""Health of the process, and pictures of goods."""

from django.conf import settings
from django.urls import path

from b2b_apps.core import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path(f"{settings.STATIC_URL.strip('/')}/<path:path>", views.no_asset, name="no_asset"),
    path("media/<path:path>", views.media, name="media"),
]
